import random
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from worker.replay.merge import merged


class FakeReader:
    """A reader that gives what it has in pieces of random size, as a network does."""

    def __init__(self, logs: Mapping[TopicPartition, list[int]], seed: int) -> None:
        self._logs, self._random = logs, random.Random(seed)
        self._at = dict.fromkeys(logs, 0)

    def assign(self, partitions: list[TopicPartition]) -> None:
        assert set(partitions) <= set(self._logs)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self._at[tp] = offset

    async def position(self, tp: TopicPartition) -> int:
        return self._at[tp]

    async def getmany(self, *partitions: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        found = {}
        for tp in partitions:
            start = self._at[tp]
            size = self._random.randint(0, 3)
            stamps = self._logs[tp][start : start + size]
            self._at[tp] += len(stamps)
            found[tp] = [
                SimpleNamespace(topic=tp.topic, partition=tp.partition, offset=start + n, timestamp=at)
                for n, at in enumerate(stamps)
            ]
        return found


async def _read(logs: list[list[int]], seed: int) -> list[tuple[int, int, int]]:
    by_partition = {TopicPartition("raw", number): log for number, log in enumerate(logs)}
    spans = {tp: (0, len(log)) for tp, log in by_partition.items()}
    reader: Any = FakeReader(by_partition, seed)
    return [(r.timestamp, r.partition, r.offset) async for r in merged(reader, spans)]


@given(st.lists(st.lists(st.integers(0, 20), max_size=12), min_size=1, max_size=4), st.integers(), st.integers())
async def test_order_does_not_depend_on_what_arrives_first(logs: list[list[int]], one: int, other: int) -> None:
    """Two runs over the same log give the same order, each record once, those of a partition in the order of their offsets."""
    first, second = await _read(logs, one), await _read(logs, other)

    assert first == second
    assert len(first) == sum(map(len, logs))
    for number, log in enumerate(logs):
        assert [offset for _, partition, offset in first if partition == number] == list(range(len(log)))


@given(st.lists(st.lists(st.integers(0, 20), max_size=12).map(sorted), min_size=1, max_size=4), st.integers())
async def test_sorted_partitions_give_a_sorted_whole(logs: list[list[int]], seed: int) -> None:
    """Where each partition is in the order of time, the whole is."""
    read = await _read(logs, seed)

    assert read == sorted(read)
