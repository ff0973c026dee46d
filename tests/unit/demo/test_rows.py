"""What the demo says of results."""

from typing import Any

from worker.demo.rows import COLUMNS, Result, dead, rows
from worker.demo.script import Sample


def sample(name: str = "one") -> Sample:
    """Make a sample whose bytes do not matter."""
    return Sample(name=name, shows="something", provider="Courier", at=0, value=b"")


def record(uri: str, relation: str, of: str | None = None, **more: Any) -> dict[str, Any]:
    """Make a record with what rows look at."""
    story = {"relation": relation, "of": of}
    return {"uri": uri, "item": {"headlines": [{"value": "Storm"}]}, "story": story, "routes": [], **more}


def span(text: str, start: int, kind: str = "copyright", rule: str = "copyright-notice") -> dict[str, Any]:
    """Make a removed span."""
    return {"field": "body_text", "start": start, "end": start + len(text), "text": text, "kind": kind, "rule": rule}


def one(**fields: Any) -> dict[str, str]:
    """Make the row of a single new item."""
    return rows([sample()], [Result(offset=0, record=record("urn:a", "new", **fields))])[0]


def test_of_is_told_by_place() -> None:
    """An item that follows another names it by its place in the list."""
    results = [Result(offset=0, record=record("urn:a", "new")), Result(offset=1, record=record("urn:b", "duplicate", "urn:a"))]

    first, second = rows([sample("a"), sample("b")], results)

    assert first["outcome"] == "kept: new story"
    assert second["outcome"] == "duplicate of #1"


def test_a_release_follows_what_was_held() -> None:
    """An item that was held and then released says both."""
    held = Result(offset=0, record=record("urn:a", "new"), held_until="2025-03-19T12:00:00Z")

    [row] = rows([sample()], [held, Result(offset=0, record=record("urn:a", "new"))])

    assert row["outcome"] == "held until 2025-03-19T12:00:00Z, then kept: new story"


def test_a_second_outcome_shows() -> None:
    """An item that comes out twice is not shown as if it came once."""
    result = Result(offset=0, record=record("urn:a", "new"))

    assert rows([sample()], [result, result])[0]["outcome"] == "kept: new story, then kept: new story"


def test_no_outcome_shows() -> None:
    """An item that never came out says so."""
    assert rows([sample()], [])[0]["outcome"] == "no outcome"


def test_a_dead_letter_says_why() -> None:
    """A dead letter tells reason and detail, without the setting in brackets."""
    [row] = rows([sample()], [dead(0, "too_large", "9 bytes, 8 is the limit (COPYDESK_MAX_ITEM_BYTES)")])

    assert row["outcome"] == "dead letter (too large): 9 bytes, 8 is the limit"
    assert row["story"] == "(not readable)"


def test_spans_side_by_side_are_one_footer() -> None:
    """Sentences of one notice are quoted as one, and each rule is named once."""
    row = one(removed=[span("© 2025 Courier.", 100), span("All rights reserved.", 116, rule="rights-reserved")])

    assert row["removed"] == "copyright “© 2025 Courier. All rights reserved.”"
    assert row["rules"] == "copyright-notice, rights-reserved"


def test_spans_apart_are_quoted_apart() -> None:
    """A line at the head and a footer are two cuts."""
    row = one(removed=[span("(Courier) -", 0, kind="credit"), span("© 2025 Courier.", 900)])

    assert row["removed"] == "credit “(Courier) -”; copyright “© 2025 Courier.”"


def test_a_long_footer_is_shortened_in_its_middle() -> None:
    """Beginning and end of a long footer are shown."""
    row = one(removed=[span(f"© 2025 Courier {'and so on ' * 20}The end.", 10)])

    assert row["removed"].startswith("copyright “© 2025 Courier and")
    assert row["removed"].endswith("The end.”")
    assert len(row["removed"]) < 90


def test_rights_name_the_source_once() -> None:
    """A source that is the holder is not named again."""
    rights = {"copyright_holder": "Courier", "copyright_year": "2025", "source": "Courier", "distributor": "Post"}

    assert one(rights=rights)["rights"] == "© 2025 Courier, through Post"


def test_nothing_is_a_dash() -> None:
    """A cell with nothing to tell holds a dash."""
    row = one()

    assert {row[name] for name in COLUMNS[2:]} == {"–"}
