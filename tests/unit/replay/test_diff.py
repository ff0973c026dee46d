from typing import Any

from worker.replay.diff import compare


def _record(uri: str = "urn:a:1", sequence: int = 0, **changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "uri": uri,
        "version": "1",
        "outcome": "kept",
        "story": {"id": uri, "relation": "new", "of": None},
        "routes": ["wire.topic.sport"],
        "origin": {"sequence": sequence},
        "item": {"headlines": [{"value": "Harbour closed"}]},
        "removed": [],
        "rights": {},
        "dateline": None,
        "regions": [],
        "topics": [],
    }
    return {**record, **changes}


def test_same_records_differ_in_nothing() -> None:
    """The prefix of the run's topics is no difference."""
    assert compare([_record()], [_record(routes=["replay.x.topic.sport"])]) == []


def test_each_difference_is_named_by_its_kind() -> None:
    """What differs is told by kind, with both sides."""
    shadow = _record(
        story={"id": "urn:b:1", "relation": "duplicate", "of": "urn:b:1"},
        outcome="duplicate",
        routes=[],
        rights={"source": "dpa"},
        topics=[{"code": "medtop:15000000"}],
    )

    changes = compare([_record()], [shadow])

    assert {change.kind for change in changes} == {"decision", "rights", "topics", "routes"}
    [rights] = [change for change in changes if change.kind == "rights"]
    assert (rights.live, rights.shadow, rights.headline) == ({}, {"source": "dpa"}, "Harbour closed")


def test_last_decision_of_a_version_counts() -> None:
    """Of several records of a version the last one counts, and a redelivery is none."""
    redelivery = _record(sequence=9, story={"id": "urn:a:1", "relation": "redelivery", "of": "urn:a:1"})
    live = [_record(sequence=1, topics=[{"code": "x"}]), _record(sequence=2), redelivery]

    assert compare(live, [_record()]) == []


def test_items_of_one_side_only() -> None:
    """An item that was never published is added, a version that the run lacks is missing."""
    changes = compare([_record(), _record(version="2", sequence=1)], [_record(), _record("urn:n:1")])

    assert sorted((c.kind, c.uri, c.version) for c in changes) == [("added", "urn:n:1", "1"), ("missing", "urn:a:1", "2")]
