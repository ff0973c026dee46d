from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition

from worker.replay.bounds import Ask, Bounds, ReplayError, parse_offsets, parse_time, resolve

A, B = TopicPartition("raw", 0), TopicPartition("raw", 1)


class _At(NamedTuple):
    offset: int
    timestamp: int


class FakeLog:
    """A reader of a log: timestamps by offset for each partition, from a first offset on."""

    def __init__(self, **partitions: tuple[int, list[int]]) -> None:
        self._logs = {TopicPartition("raw", int(name[1:])): log for name, log in partitions.items()}

    async def beginning_offsets(self, partitions: Any) -> dict[TopicPartition, int]:
        return {tp: self._logs[tp][0] for tp in partitions}

    async def end_offsets(self, partitions: Any) -> dict[TopicPartition, int]:
        return {tp: self._logs[tp][0] + len(self._logs[tp][1]) for tp in partitions}

    async def offsets_for_times(self, times: dict[TopicPartition, int]) -> dict[TopicPartition, _At | None]:
        found: dict[TopicPartition, _At | None] = {}
        for tp, wanted in times.items():
            first, stamps = self._logs[tp]
            found[tp] = next((_At(first + n, at) for n, at in enumerate(stamps) if at >= wanted), None)
        return found


async def _resolve(ask: Ask, log: FakeLog) -> Bounds:
    return await resolve(ask, log, [A, B])


async def test_range_by_time_starts_at_the_first_record_of_it() -> None:
    """Each partition is read from its first record of the range; one without any is left out."""
    log = FakeLog(p0=(0, [10, 20, 30]), p1=(0, [5, 6]))

    bounds = await _resolve(Ask(topics=("raw",), since=20), log)

    assert bounds.spans == {A: (1, 3)}


async def test_end_leaves_room_for_clocks_that_differ() -> None:
    """A record of the range may stand behind later ones, by an hour."""
    hour = 3_600_000
    log = FakeLog(p0=(0, [0, hour // 2, 10, 3 * hour]), p1=(0, []))

    bounds = await _resolve(Ask(topics=("raw",), until=20), log)

    assert bounds.spans == {A: (0, 3)}


async def test_eaten_start_is_refused() -> None:
    """A range by time whose start retention has deleted is refused; from the earliest on it is not."""
    log = FakeLog(p0=(7, [50, 60]), p1=(0, [55]))

    with pytest.raises(ReplayError, match="begins at offset 7"):
        await _resolve(Ask(topics=("raw",), since=20), log)
    assert (await _resolve(Ask(topics=("raw",)), log)).spans == {A: (7, 9), B: (0, 1)}


@pytest.mark.parametrize(
    ("span", "words"),
    [((0, 5), "begins at offset 7"), ((7, 99), "ends at offset 8"), ((7, 9), None)],
)
async def test_offsets_must_be_there(span: tuple[int, int], words: str | None) -> None:
    """A span of offsets outside the log is refused, saying where the log begins or ends."""
    log = FakeLog(p0=(7, [50, 60]), p1=(0, []))
    ask = Ask(topics=("raw",), offsets={A: span})

    if words is None:
        assert (await _resolve(ask, log)).spans == {A: span}
    else:
        with pytest.raises(ReplayError, match=words):
            await _resolve(ask, log)


async def test_partition_of_no_raw_topic_is_refused() -> None:
    """Offsets of a topic that is not a raw one are refused."""
    with pytest.raises(ReplayError, match="no partition of a raw topic"):
        await _resolve(Ask(topics=("raw",), offsets={TopicPartition("other", 0): (0, 1)}), FakeLog(p0=(0, []), p1=(0, [])))


@pytest.mark.parametrize("ask", [Ask(topics=("raw",), since=90), Ask(topics=("raw",), since=5, until=5)])
async def test_empty_range_is_refused(ask: Ask) -> None:
    """A range with nothing in it is refused rather than done in no time."""
    with pytest.raises(ReplayError):
        await _resolve(ask, FakeLog(p0=(0, [10]), p1=(0, [20])))


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01"])
def test_no_time(text: str) -> None:
    """What is no time is refused with an example."""
    with pytest.raises(ReplayError, match="2026-11-24T12:00Z"):
        parse_time(text)


@pytest.mark.parametrize("text", ["raw:0", "raw:0:5", "raw:x:1-2", "raw:0:9-3"])
def test_no_offsets(text: str) -> None:
    """What is no span of offsets is refused."""
    with pytest.raises(ReplayError):
        parse_offsets(text)


def test_what_is_left() -> None:
    """What is left counts the offsets behind the positions."""
    bounds = Bounds({A: (0, 10), B: (5, 8)})

    assert bounds.records == 13
    assert bounds.left({A: 4}) == 9
    assert Bounds.from_json(bounds.to_json()) == bounds
