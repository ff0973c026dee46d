"""`copydesk suggest-footers`: what recurs in a feed becomes rules that work."""

import tomllib
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from worker.cli.suggest_footers import command
from worker.model import Body, Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.footers import StripFooters
from worker.suggest.lines import form, is_telling, read

PLACES = ("Lune", "Torhaven", "Pont-Ravel", "Orne", "Marlby", "Quessy", "Ardal", "Venn")
THINGS = ("harbour", "bakery", "school", "bridge", "library", "market hall", "ferry line", "theatre")
EVENTS = (
    "will be closed for repairs until the autumn because rot was found in its beams",
    "is to be sold to a group of its own workers after nobody had bid for it at two auctions",
    "has a new roof at last, nine years after a storm had torn the old one off",
    "was given back to the parish when a quarrel of forty years had ended",
    "opens on Sundays again from next month, which a petition with 4,000 names had asked for",
    "lost a third of its visitors in one winter, and the insurer will not pay for that",
    "keeps its night watch, although the money for it was cut by half in spring",
    "got the prize for plain building that had gone to three capitals before",
)
WRITERS = ("Ada Lind", "Bo Kern", "Cia Moran")


def feed(footer: str, *, count: int = 8, head: str = "") -> bytes:
    """Make stories that differ in everything but what stands around them; braces are filled in."""
    lines = []
    for number in range(count):
        place, writer = PLACES[number], WRITERS[number % 3]
        words = {"place": place, "writer": writer, "number": 120 + 7 * number, "year": 2026 + number % 3}
        body = (
            f"{place.upper()}, May {number + 1} - The {THINGS[number]} of {place} {EVENTS[number]}, its keepers told the council.\n\n"
            f"Neighbours of the {THINGS[number]} had waited for word since {PLACES[number - 1]} took the same step."
        )
        text = f"{head}{body}{footer}".format(**words)
        lines.append(orjson.dumps({"uri": f"urn:{number}", "headline": f"{THINGS[number]} of {place}", "body_text": text}))
    return b"\n".join(lines)


def suggest(value: bytes, *arguments: str) -> Result:
    """Run the command."""
    result = CliRunner().invoke(command, ["--input", "-", *arguments], input=value)
    assert result.exit_code == 0, result.output
    return result


def rules_of(result: Result) -> list[dict[str, object]]:
    """Read the output as TOML."""
    found: list[dict[str, object]] = tomllib.loads(result.output).get("rule", [])
    return found


def test_a_line_with_names_that_change_becomes_a_rule() -> None:
    """Writers and places are left open, what stays the same is not."""
    (rule,) = rules_of(suggest(feed("\n\n{writer} looked at {place} for the Quay pages.")))

    assert rule["id"] == "feed-looked-for-the"
    assert "quay" in str(rule["words"])
    assert "lind" not in str(rule["words"])
    assert "enabled" not in rule


def test_the_output_works_when_it_is_pasted(tmp_path: Path) -> None:
    """The rules strip the lines of a story that was not in the feed, and check out."""
    output = suggest(
        feed("\n\n{writer} looked at {place} for the Quay pages.\n\nHungry for harbour news? Low Tide comes on Fridays.")
    ).output
    (tmp_path / "footers").mkdir()
    (tmp_path / "footers" / "feed.toml").write_text(output, encoding="utf-8")
    story = "The port of Brevik stays open all night from May, its keepers said on Monday, and takes ships of any size then, as it once did."
    value = f"{story}\n\nEva Storm looked at Brevik for the Quay pages.\n\nHungry for harbour news? Low Tide comes on Fridays."
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="x", body=Body(field="b", content_type="text/plain", value=value)))

    StripFooters(Rules(tmp_path))(draft)

    assert draft.body is not None
    assert draft.body.value.strip() == story


def test_counts_say_what_would_be_taken() -> None:
    """Stories, items and characters stand above the rule."""
    footer = "\n\nLow Tide comes to subscribers of the quay."
    output = suggest(feed(footer)).output

    assert "# These rules would take 336 characters out of 8 items." in output
    assert "# in 8 stories (8 items), at the end\n# takes 336 characters out of 8 items\n" in output


def test_copies_of_a_story_count_once() -> None:
    """A story that three distributors send has the same end each time, and that is no footer."""
    one = orjson.loads(feed("\n\nThe quay pages hear of it all.", count=1))
    copies = b"\n".join(orjson.dumps({**one, "uri": f"urn:copy:{n}"}) for n in range(5))

    assert rules_of(suggest(copies)) == []


def test_what_todays_rules_take_is_not_proposed() -> None:
    """A copyright line is known already."""
    assert rules_of(suggest(feed("\n\n(c) {year} Harbour Wire. All rights reserved."))) == []


@pytest.mark.parametrize(
    ("footer", "why"),
    [
        ("\n\nThe quay index closed at {number} points in light trade", "holds figures that change"),
        ("\n\nThe next council of keepers meets on May 29", "names a day"),
        ("\n\nThe keepers of quays said nothing more than that", "says who said something"),
        ("\n\nThis and all else of\nthe keepers' pages of harbour news", "goes on"),
    ],
)
def test_what_reads_like_a_story_is_switched_off(footer: str, why: str) -> None:
    """It is shown with the reason, and is not in force until an editor says so."""
    result = suggest(feed(footer))

    assert "# SWITCHED OFF, it may be the stories' own: it " in result.output
    assert why in result.output
    assert all(rule.get("enabled") is False for rule in rules_of(result))
    assert "would take 0 characters" in result.output


def test_a_line_that_stays_says_where() -> None:
    """If a story goes on below the line, the line stays there, and the item is named."""
    items = feed("\n\nLow Tide comes to subscribers of the quay.").split(b"\n")
    last = orjson.loads(items[-1])
    last["body_text"] += (
        "\n\nThe keepers met again on Tuesday and wrote a letter to the ministry, which has not answered them yet."
    )
    output = suggest(b"\n".join([*items[:-1], orjson.dumps(last)])).output

    assert "out of 7 items; stays in 1 because of what stands around it (line 8)" in output


def test_heads_are_found_too() -> None:
    """A line above each story is proposed for heads."""
    result = suggest(feed("", head="Harbour pages of the quay readers' club.\n\n"))
    (rule,) = rules_of(result)

    assert rule["head"] is True
    assert "at the start" in result.output
    assert "SWITCHED" not in result.output


def test_what_goes_along_is_told() -> None:
    """A line that only the new rule makes go is named with its item."""
    items = feed("\n\nLow Tide comes to subscribers of the quay.").split(b"\n")
    first = orjson.loads(items[0])
    first["body_text"] = first["body_text"].replace("\n\nLow Tide", "\n\nAda Lind\n\nLow Tide")
    output = suggest(b"\n".join([orjson.dumps(first), *items[1:]])).output

    assert "# Look at these items" in output
    assert "line 1: goes along" in output
    assert "Ada Lind" in output.split("# Look at these items")[1]


def test_nothing_that_the_feed_says_leaves_its_comment_or_string() -> None:
    """Quotes, backslashes, apostrophes and control characters of a line give TOML that says the same."""
    result = suggest(feed("\n\nThe quay's \\ \x1b[31m letters' ''' # come to subscribers."))
    (rule,) = rules_of(result)

    assert "\x1b" not in result.output
    assert rule["example"] == [{"text": "The quay's \\ [31m letters' ''' # come to subscribers."}]
    assert "characters out of 8 items" in result.output


def test_the_minimum_and_the_most_are_obeyed() -> None:
    """A line in three stories needs no more than that, and no more rules are shown than asked for."""
    value = feed("\n\nLow Tide comes to subscribers of the quay.\n\nQuay readers' club of {place} and all harbours", count=3)

    assert rules_of(suggest(value, "--minimum", "4")) == []
    assert len(rules_of(suggest(value))) == 2
    assert len(rules_of(suggest(value, "--most", "1", "--prefix", "own"))) == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Ada Lind and Bo Kern write from Lune in 2031.", ("name", "write", "from", "name", "in", "year")),
        ("Mail a.b@c.example or see www.quay.example", ("name", "link", "or", "see", "link")),
        ("by J. Lind; Eds: Bo Kern 24/7", ("by", "name", "name", "name", "number")),
        ("本报记者", ("本报记者",)),
    ],
)
def test_a_line_has_a_form(line: str, expected: tuple[str, ...]) -> None:
    """Names, numbers, years and addresses may change; names joined by small words are one."""
    assert form(read(line)) == expected


def test_a_form_must_tell_enough() -> None:
    """A few small letters are no line to know again; four Chinese words are."""
    words = read("by Ada")

    assert not is_telling(words, [True, False])
    assert is_telling(read("subscribe to our weekly letter"), [True] * 5)
    assert is_telling(read("本报记者请勿转载敬请留意新闻"), [True])
