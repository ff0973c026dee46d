"""What a desk does with memory records that it can't read."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from worker.desk.entry import DESK_KEY, Entry, write_desk, write_entry
from worker.live.errors import MemoryUnreadable
from worker.live.memory_tail import MemoryTail
from worker.rules.load import Rules
from worker.wiring import Counter

SOURCE = TopicPartition("memory", 0)
BROKEN = b"\0broken"


@pytest.fixture
def tail() -> MemoryTail:
    """Make a tail that has read nothing."""
    return MemoryTail(SOURCE, cast("Any", None), lambda: Counter(Rules()))


def entry(uri: str) -> tuple[bytes, bytes]:
    """Write a memory record."""
    return write_entry(Entry(uri=uri, story=uri, state="kept", provider="a", sequence=1, at=1, time=1))


def feed(tail: MemoryTail, *records: tuple[bytes, bytes | None]) -> None:
    """Have a tail take in a batch of records, at offsets from 0 on."""
    tail._apply(cast("Any", [SimpleNamespace(key=key, value=value, offset=n) for n, (key, value) in enumerate(records)]))


def test_what_can_be_read_is_taken_in_beside_what_cannot(tail: MemoryTail) -> None:
    """A broken record costs its own key, is known by its offset, and no other record."""
    feed(tail, entry("urn:good"), (b"item:urn:bad", BROKEN), entry("urn:fine"), (DESK_KEY, write_desk(7, [], 0)))

    memory = tail.counter.memory
    assert (len(memory), memory.next_offset) == (2, 7)
    assert tail.unreadable == {b"item:urn:bad": (1, "memory record can't be read: not JSON with a format")}


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
@pytest.mark.parametrize("value", [None, entry("urn:bad")[1]], ids=["tombstone", "right record"])
def test_a_later_record_of_the_key_mends_it(tail: MemoryTail, value: bytes | None, together: bool) -> None:
    """A tombstone or a right record behind the broken one is what counts."""
    records: list[tuple[bytes, bytes | None]] = [(b"item:urn:bad", BROKEN), (b"item:urn:bad", value)]
    for batch in [records] if together else [[r] for r in records]:
        feed(tail, *batch)

    assert tail.unreadable == {}
    assert len(tail.counter.memory) == (value is not None)


async def test_a_desk_does_not_open_on_what_it_cannot_read(tail: MemoryTail, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names partition, offset and key, and says what to do."""
    feed(tail, (b"item:urn:bad", BROKEN))

    class Done:
        async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
            return {SOURCE: 1}

        async def position(self, _: Any) -> int:
            return 1

    async def opened(_: MemoryTail) -> Done:
        return Done()

    monkeypatch.setattr(MemoryTail, "_open", opened)

    with pytest.raises(MemoryUnreadable, match=r"memory/0: the record at offset 0, key item:urn:bad: .* Write its key again"):
        await tail.finish()
