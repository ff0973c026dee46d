from collections.abc import Sequence
from dataclasses import replace

import orjson
import pytest
from factories import BAKERS, HARBOUR, HOUR, NOON, make_desk, make_slip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.desk import clock
from worker.desk.decide import Desk
from worker.desk.decision import Decision
from worker.desk.entry import DESK_KEY, MemoryFormatError
from worker.desk.image import facts_of, parts_of, restore
from worker.desk.memory import DAY, Memory
from worker.desk.slip import Slip

TEXTS = (HARBOUR, BAKERS, HARBOUR.replace("4.6", "5.1"), HARBOUR[: len(HARBOUR) // 2], f"{BAKERS} {HARBOUR}")

Records = dict[bytes, bytes]


def _slips() -> st.SearchStrategy[Slip]:
    made = {(text, headline): make_slip(text=text, headline=headline) for text in TEXTS for headline in ("Harbour", "Bread")}
    return st.builds(
        lambda base, uri, version, provider, minutes, status, signals, until: replace(
            base,
            uri=f"urn:{uri}",
            version=version,
            provider=provider,
            time=NOON + minutes * 60_000,
            status=status,
            signals=signals,
            embargo=make_slip(until=NOON + 2 * HOUR).embargo if until else None,
        ),
        st.sampled_from(list(made.values())),
        st.integers(0, 5),
        st.sampled_from(["", "1", "2", "3"]),
        st.sampled_from(["alpha", "beta"]),
        st.integers(-5000, 5000),
        st.sampled_from(["usable"] * 6 + ["canceled", "withheld"]),
        st.sampled_from([(), (), (), ("correction",), ("kill",), ("test",)]),
        st.sampled_from([False] * 5 + [True]),
    )


def _decide(desk: Desk, slips: Sequence[Slip], first: int, records: Records) -> list[Decision]:
    decisions = [desk.decide(slip, first + number) for number, slip in enumerate(slips)]
    desk.memory.next_offset = first + len(slips)
    _write(desk.memory, records)
    desk.memory.commit()
    return decisions


def _write(memory: Memory, records: Records) -> None:
    for key, value in memory.changes():
        if value is None:
            records.pop(key, None)
        else:
            records[key] = value


def _short_desk() -> Desk:
    """Make a desk that forgets within the times that `_slips` gives, and whose clock is settled soon."""
    return Desk(Memory(8 * HOUR, 30 * HOUR))


def _again(desk: Desk) -> Desk:
    """Make a desk of the image of another's memory."""
    facts, parts = orjson.loads(orjson.dumps(facts_of(desk.memory))), parts_of(desk.memory)
    other = _short_desk()

    def fill(view: memoryview) -> None:
        view[:] = next(parts)

    restore(other.memory, facts, fill)
    return other


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slips=st.lists(_slips(), max_size=18), data=st.data())
def test_decisions_do_not_depend_on_chunks_reloads_or_aborts(
    slips: list[Slip], data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the items are cut into chunks, aborted and decided again, or the memory reloaded or expired, decisions are the same."""
    monkeypatch.setattr(clock, "SPAN", 3)
    expected = _decide(_short_desk(), slips, 0, {})

    desk, records, got = _short_desk(), Records(), list[Decision]()
    while len(got) < len(slips):
        size = data.draw(st.integers(1, 4), label="chunk")
        chunk = slips[len(got) : len(got) + size]
        if data.draw(st.booleans(), label="abort"):
            for number, slip in enumerate(slips[len(got) : len(got) + 3]):
                desk.decide(slip, len(got) + number)
            desk.memory.rollback()
        if data.draw(st.booleans(), label="reload"):
            # Compaction leaves the last record of each key, in any order of keys.
            items = data.draw(st.permutations(list(records.items())), label="order")
            desk = _short_desk()
            if DESK_KEY in records and data.draw(st.booleans(), label="known end"):
                desk.memory.start_from(records[DESK_KEY])
            if data.draw(st.booleans(), label="sleep"):
                desk.memory.sleep()
            for start in range(0, len(items), 5):
                desk.memory.apply(items[start : start + 5])
        if data.draw(st.booleans(), label="expire"):
            desk.memory.expire()
        if data.draw(st.booleans(), label="image"):
            desk = _again(desk)
        got += _decide(desk, chunk, len(got), records)

    assert got == expected


def test_rollback_takes_everything_back() -> None:
    """After a rollback nothing is known of the chunk: neither uri, nor text, nor time, nor offset."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.memory.next_offset = 1

    desk.memory.rollback()

    assert len(desk.memory) == 0
    assert desk.memory.clock.now == 0
    assert desk.memory.next_offset == 0
    assert desk.decide(make_slip("urn:y:9"), 0).story.of is None


def test_identity_expires_by_the_watermark() -> None:
    """A uri is known for the identity window, counted by the items' own times."""
    desk = make_desk()
    desk.memory.clock = clock.Clock([NOON] * clock.SPAN, NOON)
    desk.decide(make_slip(), 0)
    desk.memory.clock.now = NOON + 30 * DAY
    assert desk.memory.get("urn:x:1") is not None

    desk.memory.clock.now += 1

    assert desk.memory.get("urn:x:1") is None
    assert desk.memory.expire() == 1
    assert len(desk.memory) == 0


def test_held_item_outlives_the_identity_window() -> None:
    """An item under a long embargo is not forgotten before its time."""
    desk = make_desk()
    desk.decide(make_slip(until=NOON + 90 * DAY), 0)
    desk.memory.commit()
    desk.memory.clock.now = NOON + 60 * DAY

    assert desk.memory.expire() == 0
    assert [entry.uri for entry in desk.memory.held()] == ["urn:x:1"]


def test_copy_of_an_older_version_is_still_a_copy() -> None:
    """The prints of an item's last versions are kept: a late copy of the first is found after an update."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    desk.decide(make_slip(version="2", text=BAKERS), 1)

    decision = desk.decide(make_slip("urn:y:9", provider="beta"), 2)

    assert decision.story.of == "urn:x:1"


def test_unknown_format_is_refused_with_what_to_do() -> None:
    """A memory record of a later format stops the desk before it decides anything by half a memory."""
    desk = make_desk()
    desk.decide(make_slip(), 0)
    (key, value), *_ = desk.memory.changes()
    assert value is not None

    with pytest.raises(MemoryFormatError, match="run the version that wrote it"):
        make_desk().memory.apply([(key, value.replace(b'"format":1', b'"format":99'))])


def test_each_chunk_stores_the_next_offset_and_the_clock() -> None:
    """The desk's own record is written with every chunk, also when no item changed."""
    memory = make_desk().memory
    memory.next_offset = 7

    [(key, value)] = memory.changes()

    assert key == DESK_KEY
    fresh = make_desk().memory
    fresh.apply([(key, value)])
    assert fresh.next_offset == 7


def test_size_does_not_grow_with_what_is_forgotten() -> None:
    """What is forgotten gives its place to what comes: thousands of items that come and go take no more than a few."""
    desk = make_desk()
    slip = make_slip()
    desk.decide(slip, 0)
    before = desk.memory.size_bytes

    for sequence in range(1, 6000):
        desk.memory.forget("urn:x:1")
        desk.decide(slip, sequence)
        desk.memory.commit()

    assert desk.memory.size_bytes <= before + (2 << 20)  # of identities and of prints, the block that is filled


def test_what_is_held_shows_only_when_it_is_certain() -> None:
    """A held item of the open chunk is not shown for release before the chunk is committed, nor is one that it changes."""
    desk = make_desk()
    desk.decide(make_slip(until=NOON + DAY), 0)
    assert desk.memory.held() == []
    desk.memory.commit()
    assert [entry.held for entry in desk.memory.held()] == [0]

    desk.decide(make_slip(version="2", until=NOON + DAY), 1)
    assert desk.memory.held() == []

    desk.memory.rollback()
    assert [entry.held for entry in desk.memory.held()] == [0]


def test_what_has_expired_is_removed_from_the_topic() -> None:
    """Records of expired items are removed with the next chunks, once it is certain; so the topic does not grow for ever."""
    desk = make_desk()
    desk.memory.clock = clock.Clock([NOON] * clock.SPAN, NOON)
    desk.decide(make_slip(), 0)
    desk.decide(make_slip("urn:x:2", text=BAKERS, headline="Bread"), 1)
    desk.memory.commit()
    desk.memory.clock = clock.Clock([NOON + 40 * DAY] * clock.SPAN, NOON + 40 * DAY)
    assert desk.memory.expire() == 2

    desk.decide(replace(make_slip("urn:x:2", text=BAKERS), time=NOON + 40 * DAY), 2)
    removed = [key for key, value in desk.memory.changes() if value is None]
    assert removed == [b"item:urn:x:1"]
    desk.memory.rollback()
    assert {key for key, value in desk.memory.changes() if value is None} == {b"item:urn:x:1", b"item:urn:x:2"}
    desk.memory.commit()

    assert [key for key, _ in desk.memory.changes()] == [DESK_KEY]


def test_a_standby_forgets_what_the_owner_has_removed() -> None:
    """What the owner has removed from the topic, a standby that takes over does not remove again."""
    desk, standby = make_desk(), make_desk()
    desk.memory.clock = clock.Clock([NOON] * clock.SPAN, NOON)
    desk.decide(make_slip(), 0)
    standby.memory.apply(desk.memory.changes())
    desk.memory.commit()
    for each in (desk, standby):
        each.memory.clock = clock.Clock([NOON + 40 * DAY] * clock.SPAN, NOON + 40 * DAY)
        assert each.memory.expire() == 1

    standby.memory.apply(desk.memory.changes())

    assert [key for key, _ in standby.memory.changes()] == [DESK_KEY]
