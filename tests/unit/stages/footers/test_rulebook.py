"""Rule files that can't be used are refused with a sentence that helps."""

from pathlib import Path

import pytest

from worker.rules.load import RuleError, Rules
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.shape import folded, shape


def book(folder: Path, text: str) -> RuleBook:
    """Read the packaged rules and one more file."""
    (folder / "footers").mkdir()
    (folder / "footers" / "own.toml").write_text(text, encoding="utf-8")
    rules = Rules(folder)
    return RuleBook(rules, Names(rules))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('[[rule]]\nkind = "credit"\n', "needs 'id'", id="no id"),
        pytest.param('[[rule]]\nid = "x"\nkind = "legal"\n', "none of", id="unknown kind"),
        pytest.param('[[rule]]\nid = "x"\nkind = "credit"\nwieght = 3\n', "unknown key 'wieght'", id="unknown key"),
        pytest.param('[[rule]]\nid = "x"\nkind = "credit"\nwords = "(?=a)"\n', "RE2 does not take", id="not linear"),
        pytest.param('[[rule]]\nid = "x"\nkind = "credit"\nwhere = "top"\n', "where must be", id="unknown place"),
        pytest.param('keep = ["legal"]\n', "must be a list of kinds", id="unknown kept kind"),
    ],
)
def test_bad_rule_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message says what is wrong in which file."""
    with pytest.raises(RuleError, match=message) as caught:
        book(tmp_path, text)
    assert "own.toml" in str(caught.value)


def test_own_rule_takes_the_place_of_a_packaged_one(tmp_path: Path) -> None:
    """A rule of the same id replaces, enabled = false takes out."""
    own = (
        '[[rule]]\nid = "end-sign"\nkind = "endmark"\nenabled = false\n[[rule]]\nid = "enditem"\nkind = "endmark"\nweight = 3\n'
    )

    rules = {rule.id: rule for rule in book(tmp_path, own).rules}

    assert "end-sign" not in rules
    assert rules["enditem"].weight == 3


def test_word_of_another_script_is_no_sign(tmp_path: Path) -> None:
    """A pattern that skips signs does not skip Cyrillic letters."""
    own = r"""
[[rule]]
id = "own"
kind = "credit"
words = '^\W{0,9}red$'
"""
    rules = book(tmp_path, own)

    assert "own" in {rule.id for rule in rules.words("(*) red")}
    assert "own" not in {rule.id for rule in rules.words("порт red")}


@pytest.mark.parametrize(
    ("text", "words", "form"),
    [
        ("Édité par l’AFP –", "edite par l'afp -", "Aaaaa aaa a'AAA -"),
        ("© 2031 Łódź", "(c) 2031 łodz", "© 9999 Aaaa"),
        ("（共同）", "(共同)", "(xx)"),
    ],
)
def test_folded_and_shape(text: str, words: str, form: str) -> None:
    """Rules see words without accents and forms without letters."""
    assert folded(text) == words
    assert shape(text) == form
