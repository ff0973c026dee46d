"""Signals and embargoes are read from fields and words, and from nothing else."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.formats.times import iso, moment
from worker.model import Body, Decoded, Draft, Embargo, Origin, Raw
from worker.rules.load import RuleError, Rules
from worker.stages.status import ReadStatus
from worker.stages.status.embargo import embargo_in
from worker.stages.status.signals import Signals, load_rules

RULES = load_rules(Rules())
SIGNALS = Signals(RULES)
STAGE = ReadStatus(Rules())
STORY = "The harbour master said on Friday that the ferry would run again from Monday, six times a day.\n\n" * 30


def read(text: str = "", *, kind: str = "text/plain", arrived: int = 0, **fields: Any) -> Draft:
    """Give a draft after the stage."""
    body = Body(field="body_text" if kind == "text/plain" else "body_html", content_type=kind, value=text) if text else None
    draft = Draft(raw=Raw(value=b"", origin=Origin("t", 0, 0, arrived)), decoded=Decoded(format="x", body=body, **fields))
    STAGE(draft)
    return draft


CASES = [(rule, place, text) for rule in RULES for place in rule.where for text in rule.examples]
OTHERS = [(rule, place, text) for rule in RULES for place in rule.where for text in rule.others]


@pytest.mark.parametrize(("rule", "place", "text"), CASES, ids=[f"{r.id}-{p}-{t[:30]}" for r, p, t in CASES])
def test_the_examples_of_the_rules_hold(rule: Any, place: str, text: str) -> None:
    """Each line that stands beside a rule gives its signals wherever the rule looks."""
    assert set(rule.signals) <= set(SIGNALS.ask([(place, text)], 100))


@pytest.mark.parametrize(("rule", "place", "text"), OTHERS, ids=[f"{r.id}-{p}-{t[:30]}" for r, p, t in OTHERS])
def test_the_counterexamples_of_the_rules_hold(rule: Any, place: str, text: str) -> None:
    """A line that only speaks of such a thing does not give the signal."""
    assert not set(rule.signals) & set(SIGNALS.ask([(place, text)], 100))


@pytest.mark.parametrize(
    "headline",
    [
        "Killing of harbour seals must stop, say residents", "Man killed in storm", "KILL THE BILL MARCH DRAWS THOUSANDS", "Corrections department hires guards",
        "Correction in house prices ahead", "Updated rules for ferries take effect", "Test pilots return", "Embargo on arms sales extended",
        "Editors' guild gives its awards", "Advisory panel backs new ferry", "Repeat winner takes the cup", "Withdrawal from the treaty nears",
        "Lead in water worries parents", "Breakfast briefing", "Ld Byron's papers found",
    ],
)  # fmt: skip
def test_a_story_about_such_things_is_news(headline: str) -> None:
    """Headlines and texts that speak of killings, corrections, updates, tests and embargoes give no signal and no embargo."""
    draft = read(headline + ".\n\n" + STORY, headline=headline)

    assert draft.signals == ()
    assert draft.embargo is None


def test_what_the_format_says_is_kept() -> None:
    """Signals of the format and a withheld status are signals of the item, each once, in a fixed order."""
    draft = read(STORY, headline="UPDATE 1-Ferry back", signals=("correction", "update"), status="withheld")

    assert draft.signals == ("update", "correction", "withheld")


def test_a_kill_in_a_long_story_is_none() -> None:
    """Words of a kill count only in a message that is short enough to be one."""
    assert read("Please kill item desk 157, Mayor resigns.").signals == ("kill",)
    assert read("Please kill the lights, the director said.\n\n" + STORY).signals == ()


def test_signals_are_found_behind_markup() -> None:
    """First and last lines of an HTML body are looked at as lines."""
    head = read("<p>(Corrects 3rd paragraph to show he was born in 1970)</p><p>The story.</p>", kind="text/html")
    tail = read(
        "<div>" + f"<p>{STORY[:90]}</p>" * 30 + "<p>___</p><p>This version corrects the spelling of a name.</p></div>",
        kind="text/html",
    )

    assert head.signals == tail.signals == ("correction",)


@pytest.mark.parametrize(
    ("fields", "signals"),
    [
        ({"item": {"type": "text", "slugline": "BC-US--Ferry, 1st Ld-Writethru"}}, ("update", "writethrough")),
        ({"item": {"type": "text", "edNote": "With photo.\nEds: CORRECTS date."}}, ("correction",)),
        ({"item": {"type": "text", "genres": [{"name": "Advisory"}]}}, ("advisory",)),
        ({"extra": {"labels": ["REFILE", "1ST LEAD"]}}, ("update", "correction")),
        ({"extra": {"meta": {"anpa-takekey": "(ATTN EDITORS)"}}}, ("advisory",)),
        ({"extra": {"keyword": "BC-Ferry 2ndLd-Writethru"}}, ("update", "writethrough")),
        ({"extra": {"labels": 3, "meta": "x", "keyword": None}}, ()),
    ],
)
def test_slug_notes_genres_and_labels_are_read(fields: dict[str, Any], signals: tuple[str, ...]) -> None:
    """Each place that editors use gives its signal."""
    assert read(STORY, headline="Ferry back", **fields).signals == signals


NOW = moment("2016-09-06T10:00:00Z")  # a Tuesday
assert NOW is not None


@pytest.mark.parametrize(
    ("line", "until"),
    [
        ("EMBARGOED until 0001 GMT Wednesday", "2016-09-07T00:01:00Z"),
        ("Embargo: 0001 Friday September 9", "2016-09-09T00:01:00Z"),
        ("Not for release before 10:00 a.m. EDT, September 8, 2016", "2016-09-08T14:00:00Z"),
        ("Not for publication or broadcast before 6 p.m. on Thursday", "2016-09-08T18:00:00Z"),
        ("EMBARGO: 12 noon Friday", "2016-09-09T12:00:00Z"),
        ("Sperrfrist: 07.09.2016, 19.30 Uhr", "2016-09-07T19:30:00Z"),
        ("Sperrfrist bis Freitag, 6 Uhr MESZ", "2016-09-09T04:00:00Z"),
        ("STRICTLY EMBARGOED UNTIL 00:01 BST WEDNESDAY 7 SEPTEMBER 2016", "2016-09-06T23:01:00Z"),
        ("(Embargoed to 0001 Friday September 9)", "2016-09-09T00:01:00Z"),
        ("HOLD FOR RELEASE Sunday Sept. 11", "2016-09-11T00:00:00Z"),
        ("FOR RELEASE AT 8:30 A.M. EDT WEDNESDAY", "2016-09-07T12:30:00Z"),
        ("Sous embargo jusqu'au 8 septembre 2016 à 18h00", "2016-09-08T18:00:00Z"),
        ("EMBARGOED UNTIL 2016-09-08 06:00 UTC", "2016-09-08T06:00:00Z"),
        ("EMBARGOED UNTIL 9 AM TODAY", "2016-09-06T09:00:00Z"),
        ("Embargoed until 0900", "2016-09-07T09:00:00Z"),
        ("EMBARGOED UNTIL 11 PM ET MONDAY", "2016-09-13T03:00:00Z"),
        ("EMBARGOED UNTIL PUBLICATION OF THE REPORT", None),
        ("Sperrfrist: Beginn der Rede", None),
        ("EMBARGOED UNTIL 31 FEBRUARY", None),
    ],
)
def test_embargoes_in_words_are_read(line: str, until: str | None) -> None:
    """Weekdays and dates without year are meant from the item's own time; what can't be read has no end."""
    draft = read(f"Slug\n{line}\n\n" + STORY, headline="Ferry back", updated=NOW.ms if NOW else None)

    assert draft.embargo is not None
    assert (iso(draft.embargo.until) if draft.embargo.until is not None else None) == until
    assert draft.embargo.text == line


@pytest.mark.parametrize(
    "line",
    [
        "Embargo on Russian oil takes effect on Monday at 0001 GMT", "Embargo until peace comes, says minister", "EMBARGOED COUNTRIES GET AID",
        "Embargoed goods were seized on Friday", "For use in schools from 0900 Monday", "The report is not for publication before Friday, he said",
        "Release: the album is out on Friday", "For immediate release",
    ],
)  # fmt: skip
def test_lines_about_embargoes_are_none(line: str) -> None:
    """A line of a story that speaks of an embargo or a release holds nothing back."""
    assert read(f"{line}\n\n" + STORY, headline="Ferry back", updated=NOW.ms if NOW else None).embargo is None


def test_the_sources_own_embargo_wins() -> None:
    """A time in a field is taken before words; a field without time is filled from words, and holds if there are none."""
    words = "EMBARGOED until 0001 GMT Wednesday\n\n" + STORY
    own, empty = Embargo(until=5, text="5"), Embargo(until=None, text="embargoed")

    assert read(words, embargo=own, updated=NOW.ms if NOW else None).embargo == own
    found = read(words, embargo=empty, updated=NOW.ms if NOW else None).embargo
    assert found is not None
    assert found.until == 1473206460000
    assert read(STORY, embargo=empty).embargo == empty


def test_an_item_without_time_is_read_from_its_arrival() -> None:
    """Weekdays are then meant from when the message came; without that either they are no time."""
    line = "EMBARGOED until 0001 GMT Wednesday\n\n" + STORY
    arrived = read(line, arrived=NOW.ms if NOW else 0).embargo
    unknown = read(line).embargo

    assert arrived is not None
    assert unknown is not None
    assert (arrived.until, unknown.until) == (1473206460000, None)


@given(st.text(max_size=200), st.none() | st.integers(0, 4_000_000_000_000))
def test_any_line_gives_an_embargo_or_none(text: str, now: int | None) -> None:
    """No line raises, whatever follows the words."""
    embargo_in([text, "EMBARGOED until " + text, "Sperrfrist: " + text], now)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[signal]]\nid='a'\n", "lacks `signal`"),
        ("[[signal]]\nid='a'\nsignal='kil'\nwhere=['head']\npattern='x'\nexamples=['x']\n", "gives `kil`"),
        ("[[signal]]\nid='a'\nsignal='kill'\nwhere=['foot']\npattern='x'\nexamples=['x']\n", "looks at `foot`"),
        ("[[signal]]\nid='a'\nsignal='kill'\nwhere=['head']\npattern='('\nexamples=['x']\n", "no regular expression"),
        ("[[signal]]\nid='a'\nsignal='kill'\nwhere=['head']\npattern='x'\nexamples=['x']\nsize=3\n", "has `size`"),
    ],
)
def test_a_wrong_rule_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """The error names the file, the rule and what is wrong."""
    (tmp_path / "signals.toml").write_text(text, encoding="utf-8")

    with pytest.raises(RuleError, match=r"signals\.toml") as error:
        ReadStatus(Rules(tmp_path))

    assert problem in str(error.value)


def test_rules_that_are_nested_without_end_are_refused(tmp_path: Path) -> None:
    """The parser of TOML would give up with an error that says nothing of the file."""
    (tmp_path / "signals.toml").write_text("a = " + "[" * 5000)

    with pytest.raises(RuleError, match=r"signals\.toml: the file: is nested too deeply"):
        ReadStatus(Rules(tmp_path))
