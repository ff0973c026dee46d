"""The recipe of docs/fingerprint.md: its golden vectors, and a second making of it in plain Python."""

import json
import struct
from pathlib import Path
from zlib import crc32

import pytest

from worker.desk.codes import canonical, code
from worker.desk.prints import ALERT, CORRECTS, HEAD, RECIPE, UPDATES, decode_print
from worker.model import Decoded, Draft, Fingerprint, Raw
from worker.rules.load import Rules
from worker.stages.fingerprint import TakeFingerprint
from worker.text import TextView

GOLDEN = Path(__file__).parents[2] / "golden" / "fingerprint.json"
VECTORS = json.loads(GOLDEN.read_text(encoding="utf-8"))["vectors"]
STORY = (
    "The harbour of Stennes was closed on Tuesday after 1,500 tonnes of timber fell from the freighter Marit, the port said."
)


def take(
    text: str, headline: str = "", *, dateline: int = 0, language: str | None = "en", signals: tuple[str, ...] = ()
) -> Fingerprint:
    """Take a fingerprint with a stage of its own."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="x"))
    draft.view = TextView(headline, text, dateline)
    draft.language, draft.signals = language, signals
    TakeFingerprint(Rules())(draft)
    assert draft.fingerprint is not None
    return draft.fingerprint


@pytest.mark.parametrize("vector", VECTORS, ids=[v["name"] for v in VECTORS])
def test_the_golden_vectors_hold(vector: dict[str, str | int | list[str]]) -> None:
    """A changed byte in any of them would make remembered prints useless: it needs a new recipe number."""
    made = take(
        str(vector["text"]),
        str(vector["headline"]),
        dateline=int(str(vector["dateline_end"])),
        language=str(vector["language"]),
        signals=tuple(vector["signals"]) if isinstance(vector["signals"], list) else (),
    )

    assert (made.recipe, made.exact.hex(), made.print.hex()) == (RECIPE, vector["exact"], vector["print"])


def plain_print(words: list[str], names: list[bool], headline: list[str]) -> bytes:
    """Make a print of a text without fractions, tickers, dateline and notes, as the recipe says, without numpy."""
    codes = [code(word.lower()) for word in words]
    keys = [
        (a | b << 16 | c << 32) * 0x9E3779B97F4A7C15 % (1 << 64) >> 32
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)
    ]
    rate, rest = 0, list[int]()
    if len(codes) > HEAD:
        rate = 3
        rest = list(dict.fromkeys(key for key in keys[HEAD - 2 :] if key % 8 == 0))
        while len(rest) > 40:
            rate += 1
            rest = [key for key in rest if key % (1 << rate) == 0]
    numbers = list(dict.fromkeys(c for c in codes[HEAD:] if 0x8000 <= c < 0xC000))[:24]
    title = [code(word.lower()) for word in headline][:14]
    head = codes[:HEAD]
    bits = sum(1 << k for k, name in enumerate(names[:HEAD]) if name)
    header = struct.pack("<BBHBBBBBBBx", 1, 0, len(codes), len(head), len(rest), rate, len(numbers), len(title), 0, 0)
    return (
        header
        + struct.pack(f"<{len(head)}H", *head)
        + bits.to_bytes((len(head) + 15) // 16 * 2, "little")
        + struct.pack(f"<{len(rest)}I", *rest)
        + struct.pack(f"<{len(numbers) + len(title)}H", *numbers, *title)
    )


@pytest.mark.parametrize("repeats", [1, 14, 90])
def test_the_recipe_can_be_remade_in_plain_python(repeats: int) -> None:
    """The document is enough to make the same bytes."""
    words = [
        f"word{chr(97 + k % 7)}{'bcdfghklmn'[k * k % 10]}{k * k % 41}" if k % 5 else str(k * 37 % 1009)
        for k in range(21 * repeats)
    ]

    made = take(" ".join(words), "Port closed after loss of timber")

    assert made.print == plain_print(words, [False] * len(words), "Port closed after loss of timber".split())


def test_a_code_is_kind_and_checksum() -> None:
    """Words have 15 bits of CRC-32, numbers 14 and sense words 12, so that none is a surrogate."""
    assert code("ship") == crc32(b"ship") & 0x7FFF
    assert code("17") == 0x8000 | crc32(b"17") & 0x3FFF
    assert code("rose") == 0xC000 | crc32(b"rose") & 0xFFF


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500", "1500"),
        ("140.00", "140"),
        ("2,29", "2.29"),
        ("seventeen", "17"),
        ("mln", "million"),
        ("corp", "corporation"),
        ("jan", "january"),
        ("neighbour", "neighbor"),
        ("accomodation", "accommodation"),
        ("second", "2nd"),
        ("u.s", "us"),
        ("٤٢", "42"),
    ],
)
def test_house_styles_have_one_form(one: str, other: str) -> None:
    """What editors change does not change a code."""
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1.5", "15"), ("1,500", "1.5"), ("march", "merge"), ("rose", "fell"), ("six", "60")]
)
def test_facts_keep_their_forms_apart(one: str, other: str) -> None:
    """What makes another fact makes another form."""
    assert canonical(one) != canonical(other)


def test_case_punctuation_and_dateline_do_not_count() -> None:
    """The same words under another distributor's dateline and style are an exact copy."""
    loud = "STENNES, March 3 (NNA) -- " + STORY.replace(", the port", " – the port").replace(" ", "\n  ", 4)

    assert take(loud, dateline=25).exact == take(STORY.lower()).exact


def test_one_digit_makes_another_digest() -> None:
    """An exact copy is exact."""
    assert take(STORY).exact != take(STORY.replace("1,500", "1,600")).exact


def test_the_headline_does_not_change_the_digest() -> None:
    """Other services write other headlines."""
    assert take(STORY, "Port closed").exact == take(STORY, "Timber shuts harbour").exact


@pytest.mark.parametrize(
    ("headline", "text", "signals", "flags"),
    [
        ("CORRECTED-Port closed", STORY, (), CORRECTS),
        ("(CORRECTED) - Port closed", STORY, (), CORRECTS),
        ("Berichtigung: Hafen gesperrt", STORY, (), CORRECTS),
        ("UPDATE 2-Port closed", STORY, (), UPDATES),
        ("3rd Ld-Writethru: Port closed", STORY, (), UPDATES),
        ("RPT-Port closed", STORY, (), 0),
        ("Correct answer to a riddle found", STORY, (), 0),
        ("Port closed", STORY + " (Corrects tonnage in first paragraph)", (), CORRECTS),
        ("Port closed", STORY, ("correction",), CORRECTS),
        ("Port closed", STORY, ("update", "advisory"), UPDATES),
        ("Port closed", "", (), ALERT),
    ],
)
def test_what_a_text_says_of_itself_is_kept(headline: str, text: str, signals: tuple[str, ...], flags: int) -> None:
    """Prefixes, notes and signals set the flags that the desk believes."""
    assert decode_print(take(text, headline, signals=signals).print).flags == flags


def test_prefixes_are_no_words_of_the_headline() -> None:
    """A repeat or an update has the headline of what it repeats or updates."""
    plain = decode_print(take(STORY, "Port closed after loss of timber").print).headline

    for prefix in ("UPDATE 2-", "RPT-", "CORRECTED - ", "URGENT: ", "RPT-UPDATE 1-"):
        assert decode_print(take(STORY, prefix + "Port closed after loss of timber").print).headline == plain


def test_tickers_are_left_out_of_the_text_and_kept_from_the_headline() -> None:
    """They come and go between services, and tell companies apart."""
    with_ticker = decode_print(take("Maritco Inc <MRT.N> said profit rose.", "MARITCO <MRT.N> PROFIT UP").print)

    assert with_ticker.head == decode_print(take("Maritco Inc said profit rose.").print).head
    assert with_ticker.tickers[0] == chr(code("mrt"))


@pytest.mark.parametrize(
    ("one", "other"), [("6-1/2", "six and one-half"), ("6 1/2", "6-1/2"), ("1/2", "2/4"), ("three and a half", "3-1/2")]
)
def test_a_fraction_is_one_number(one: str, other: str) -> None:
    """However it is written."""
    assert (
        decode_print(take(f"Funds traded at {one} pct.").print).head
        == decode_print(take(f"Funds traded at {other} pct.").print).head
    )


def test_names_are_marked_in_the_head() -> None:
    """A capital inside a sentence marks a name; at its start only before another one; in German it says nothing."""
    text = "Marit Holm spoke to workers. Ships left. Then Holm went home."

    assert decode_print(take(text).print).names == 0b110000011
    assert decode_print(take(text, language="de").print).names == 0


def test_the_day_of_the_dateline_is_kept() -> None:
    """Daily notices with the same words are told apart by it."""
    assert decode_print(take("TALANG, March 3 - Ships loaded.", dateline=18).print).day == 3
    assert decode_print(take("TALANG - Ships loaded.", dateline=9).print).day == 0


@pytest.mark.parametrize("text", ["", "1/2", "half", "a/b 1/ /2", "<A>", "\ud800 \udfff", "½ ² 一", "-" * 500, "x " * 9000])
def test_any_text_has_a_fingerprint(text: str) -> None:
    """Nothing that a text may hold raises."""
    for headline in ("", text, "UPDATE 1-"):
        decode_print(take(text, headline).print)


def test_what_was_seen_before_changes_nothing() -> None:
    """One stage that has read many texts makes the same bytes as a new one."""
    stage = TakeFingerprint(Rules())
    for vector in [*VECTORS, *VECTORS[::-1]]:
        draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="x"))
        draft.view = TextView(vector["headline"], vector["text"], vector["dateline_end"])
        draft.language, draft.signals = vector["language"], tuple(vector["signals"])
        stage(draft)
        assert draft.fingerprint is not None
        assert draft.fingerprint.print.hex() == vector["print"]
