import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from worker.live.errors import LogTooShort, Refused
from worker.live.lane import Lane
from worker.live.message import Message

SOURCE = TopicPartition("wire.raw", 0)


class FakeHandler:
    """Makes a message of each record, and keeps only what is committed."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.open: list[int] = []
        self.kept: list[int] = []

    def handle(self, records: Sequence[Any], refused: Mapping[int, str]) -> list[Message]:
        self.open = [r.offset for r in records]
        topic = {r.offset: "wire.deadletter" if r.offset in refused else "wire.prepared" for r in records}
        return [Message(topic[r.offset], None, b"%d" % r.offset) for r in records]

    def commit(self) -> None:
        self.kept += self.open
        self.open = []

    def rollback(self) -> None:
        self.open = []

    async def close(self) -> None:
        self.kept.append(-1)


class FakeTransaction:
    """Refuses what is on its list, unless it goes to the dead-letter topic."""

    def __init__(self, refuses: Sequence[bytes] = (), position: int | None = None) -> None:
        self.position = position
        self.committed: list[tuple[list[tuple[str, bytes | None]], int]] = []
        self._refuses = refuses

    async def run(self, messages: Sequence[Message], next_offset: int) -> None:
        await asyncio.sleep(0)
        if any(m.value in self._refuses and m.topic != "wire.deadletter" for m in messages):
            raise Refused("too large")
        self.committed.append(([(m.topic, m.value) for m in messages], next_offset))

    async def close(self) -> None:
        self.position = None


def _records(*offsets: int) -> list[Any]:
    return [SimpleNamespace(topic="wire.raw", partition=0, offset=offset, value=b"") for offset in offsets]


def _lane(
    transaction: FakeTransaction, handler: FakeHandler, *, begins: int = 0, end: int = 1000, missed: list[int] | None = None
) -> Lane:
    async def first(_tp: TopicPartition) -> int:
        return begins

    async def last(_tp: TopicPartition) -> int:
        return end

    told = missed if missed is not None else []
    return Lane(
        SOURCE,
        transaction,  # type: ignore[arg-type] # a fake
        handler,
        chunk=2,
        done=lambda *_: None,
        begins=first,
        end=last,
        missed=lambda _lane, offsets: told.append(offsets),
    )


async def _work(lane: Lane, *batches: list[Any]) -> None:
    lane.start()
    for batch in batches:
        await lane.room.wait()
        lane.offer(batch)
    for _ in range(200):  # turns of the loop, more than any of these batches needs
        await asyncio.sleep(0)
    assert lane.idle


async def test_batch_is_committed_in_chunks() -> None:
    """A batch is cut into chunks, each with the offset behind its last record."""
    transaction, handler = FakeTransaction(), FakeHandler()

    await _work(_lane(transaction, handler), _records(0, 1, 2))

    assert [next_offset for _, next_offset in transaction.committed] == [2, 3]
    assert handler.kept == [0, 1, 2]


async def test_what_was_fetched_meanwhile_is_one_chunk() -> None:
    """Fetches that wait are joined, each record once, so that none waits for the transactions of those before it."""
    transaction, handler = FakeTransaction(), FakeHandler()
    lane = _lane(transaction, handler)
    lane.offer(_records(0))
    lane.offer(_records(0, 1))
    lane.start()
    for _ in range(200):
        await asyncio.sleep(0)

    assert [next_offset for _, next_offset in transaction.committed] == [2]
    assert handler.kept == [0, 1]


async def test_only_the_record_to_blame_goes_to_the_dead_letters() -> None:
    """A refused chunk is sent again record by record; what is to blame goes to the dead-letter topic, the rest where it was to go."""
    transaction, handler = FakeTransaction(refuses=[b"1"]), FakeHandler()

    await _work(_lane(transaction, handler), _records(0, 1))

    assert transaction.committed == [([("wire.prepared", b"0")], 1), ([("wire.deadletter", b"1")], 2)]
    assert handler.kept == [0, 1]


async def test_what_was_handled_before_is_dropped() -> None:
    """Records below the position are read again after a rebalance and must not be handled twice."""
    transaction, handler = FakeTransaction(position=5), FakeHandler()

    await _work(_lane(transaction, handler), _records(3, 4, 5), _records(5, 6))

    assert handler.kept == [5, 6]


async def test_a_log_that_was_cut_off_ends_the_lane() -> None:
    """Records below the position, in a log that ends below it, are others than those handled before: none is dropped in silence."""
    lane = _lane(FakeTransaction(position=5), FakeHandler(), end=4)
    task = lane.start()

    lane.offer(_records(0, 1, 2, 3))

    with pytest.raises(LogTooShort, match=r"wire.raw/0: 5 is the next offset to read, and the log ends at 4"):
        await task


async def test_the_later_of_both_positions_counts() -> None:
    """The handler's memory may be ahead of the group's offset, if that has expired."""
    handler = FakeHandler()
    handler.position = 9

    lane = _lane(FakeTransaction(position=5), handler)

    assert lane.position == 9


@pytest.mark.parametrize(("begins", "told"), [(40, [30]), (10, []), (0, [])])
async def test_gap_is_told_if_retention_made_it(begins: int, told: list[int]) -> None:
    """Offsets that are missing are told if the log now begins behind the position, else they are marks."""
    missed: list[int] = []

    await _work(_lane(FakeTransaction(position=10), FakeHandler(), begins=begins, missed=missed), _records(40))

    assert missed == told


async def test_settling_forgets_what_is_fetched_ahead() -> None:
    """A rebalance waits for the chunk at hand and forgets the rest, which is fetched again."""
    transaction, handler = FakeTransaction(), FakeHandler()
    lane = _lane(transaction, handler)
    lane.offer(_records(0, 1))

    await lane.settle()
    await _work(lane, _records(0, 1))

    assert handler.kept == [0, 1]


async def test_closing_lets_go() -> None:
    """A closed lane has closed its producer and its handler."""
    transaction, handler = FakeTransaction(position=1), FakeHandler()
    lane = _lane(transaction, handler)
    lane.start()

    await lane.close()

    assert transaction.position is None
    assert handler.kept == [-1]


async def test_work_between_chunks_never_sees_an_open_one() -> None:
    """What is to be done between chunks is done between them, though the lane has more to do than it can ever finish."""
    transaction, handler = FakeTransaction(), FakeHandler()
    lane = _lane(transaction, handler)
    seen: list[list[int]] = []
    lane.start()
    lane.offer(_records(0, 1))
    lane.offer(_records(2, 3))
    await asyncio.sleep(0)

    await lane.between(lambda: seen.append([*handler.open]))
    await lane.settle()
    await lane.between(lambda: seen.append([*handler.open]))

    assert seen == [[], []]
    await lane.close()


async def test_an_error_between_chunks_goes_to_who_asked() -> None:
    """The lane goes on when what was to be done between its chunks fails."""
    transaction, handler = FakeTransaction(), FakeHandler()
    lane = _lane(transaction, handler)
    lane.start()
    lane.offer(_records(0, 1))
    await asyncio.sleep(0)

    def fail() -> None:
        raise OSError("no fork")

    with pytest.raises(OSError, match="no fork"):
        await lane.between(fail)
    lane.offer(_records(2))
    await asyncio.sleep(0.01)
    await lane.settle()

    assert handler.kept == [0, 1, 2]
    await lane.close()
