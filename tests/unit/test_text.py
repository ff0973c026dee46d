"""The one view of a text: tokens, their hashes and what capitals and sentence starts say."""

import random
import unicodedata

import pytest

from worker.text import ALLCAPS, CAPITAL, NUMBER, START, OfBlock, TextView, Tokens, fold, hash_word, read_together


def flagged(view: TextView, flag: int) -> list[str]:
    """Give the words that carry a flag."""
    return [word for word, flags in zip(view.words(), view.flags.tolist(), strict=True) if flags & flag]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("...", []),
        ("a", ["a"]),
        ("U.S. forces", ["U.S", "forces"]),
        ("3.5 or 1,500, not 7.", ["3.5", "or", "1,500", "not", "7"]),
        ("end.Next", ["end", "Next"]),
        ("China's O'Hara's rock 'n' roll", ["China", "O'Hara", "rock", "n", "roll"]),
        ("l’été d'hier", ["l’été", "d'hier"]),
        ("漢字 and 3.5漢", ["漢", "字", "and", "3.5", "漢"]),
        ("a😀b 10:30", ["a", "b", "10", "30"]),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    """Marks stand inside figures and initials, apostrophes inside words, a possessive s and all other signs outside."""
    assert TextView("", text).words() == words


def test_ascii_and_other_text_are_read_alike() -> None:
    """The short way for ASCII gives the tokens, hashes and flags that the long way gives."""
    rnd = random.Random(5)
    for _ in range(2000):
        text = "".join(rnd.choice("aZsS09.,''!:\n -U.S.") for _ in range(rnd.randint(0, 24)))
        short, long = TextView("Head", text), TextView("Head", f"{text} …")
        size = len(short)
        assert short.starts.tolist() == long.starts.tolist()
        assert short.ends.tolist() == long.ends.tolist()
        assert short.hashes.tolist() == long.hashes.tolist()
        assert short.flags.tolist()[:size] == long.flags.tolist()[:size]


def test_views_made_together_are_those_made_alone() -> None:
    """However many texts are read in one go, each has the tokens, hashes and flags that it has alone."""
    rnd = random.Random(6)
    signs = "aZsS09.,''’!:\n -U.S.é漢😀"
    texts = ["".join(rnd.choice(signs) for _ in range(rnd.randint(0, 30))) for _ in range(2000)]
    parts = [(rnd.choice(["", "Head", "End. "]), text, rnd.randint(0, len(text))) for text in [*texts, "a " * 20_000, *texts]]

    for part, together in zip(parts, read_together(parts), strict=True):
        alone = TextView(*part)
        assert together.words() == alone.words()
        assert (together.text, together.body_at) == (alone.text, alone.body_at)
        assert (together.body_token, together.story_token) == (alone.body_token, alone.story_token)
        for found, wanted in (
            (together.hashes, alone.hashes),
            (together.flags, alone.flags),
            (together.prefixes(2, 20), alone.prefixes(2, 20)),
            (together.endings(3, 20), alone.endings(3, 20)),
        ):
            assert found.tolist() == wanted.tolist()


def test_work_for_a_block_is_done_once() -> None:
    """The views of a block share what is worked out for it, and find their own part of it."""
    done: list[Tokens] = []

    def work(tokens: Tokens) -> list[str]:
        done.append(tokens)
        return [tokens.text[a:b] for a, b in zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)]

    of_block = OfBlock(work)
    views = read_together([("", "Lindesmouth harbour", 0), ("Rates", "rise again", 0), ("", "", 0)])

    parts = [of_block.get(view)[view.first : view.first + len(view)] for view in (*views, TextView("", "Alone"))]

    assert parts == [["Lindesmouth", "harbour"], ["Rates", "rise", "again"], [], ["Alone"]]
    assert len(done) == 2


def test_hash_ignores_case_and_accents() -> None:
    """A word has one hash, however it is written and wherever it stands."""
    view = TextView("Élysée", "the ÉLYSÉE, elysee")
    assert {int(view.hashes[at]) for at in (0, 2, 3)} == {int(hash_word("elysee"))}
    assert int(view.prefixes(2, 1)[0]) == int(hash_word("el"))
    assert int(view.endings(3, 1)[0]) == int(hash_word("see"))


def test_fold_keeps_every_place() -> None:
    """Folding never moves an offset, not even for letters whose small form is longer."""
    text = "İstanbul’da ÉTÉ 😀 ẞ Ж"
    assert len(fold(text)) == len(text)
    assert fold("ÉTÉ") == unicodedata.normalize("NFC", "ete")


def test_flags() -> None:
    """Capitals, words all in capitals, figures and sentence starts are told apart."""
    view = TextView("NATO meets", "The U.S. and A McD team. Then 12 left: Bob\n\nnew paragraph\nof two lines")
    assert flagged(view, CAPITAL) == ["NATO", "The", "U.S", "A", "McD", "Then", "Bob"]
    assert flagged(view, ALLCAPS) == ["NATO", "U.S"]
    assert flagged(view, NUMBER) == ["12"]
    assert flagged(view, START) == ["NATO", "The", "and", "Then", "Bob", "new"]


def test_body_and_story_start() -> None:
    """The view knows the first token of the body, and the first behind the dateline."""
    view = TextView("Two words", "PARIS (AP) - It rained.", dateline_end=13)
    assert (view.word(view.body_token), view.word(view.story_token)) == ("PARIS", "It")
