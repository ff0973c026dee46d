"""
Count the records that wait on a lane, right also when the worker stalls.

The broker is asked for the ends with a reader of its own: a stalled consumer's own view of them is stale. The end of a topic that
transactions write to lies behind their marks, which no consumer ever gets; so where a lane has nothing at hand and something seems
to be left, a look at it tells records from marks. Without that a quiet feed would look like a stall for ever.
"""

from collections.abc import Callable, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from worker.live.lane import Lane

__all__ = ["Backlog"]

_FETCH_MS: Final = 500
_FETCHES: Final = 5  # marks come in a fetch or two; after that it counts as records, until the next look


class Backlog:
    """
    Look at what waits.

    Args:
        make: makes an unstarted `read_committed` consumer of no group.
    """

    def __init__(self, make: Callable[[], AIOKafkaConsumer]) -> None:
        """Open nothing yet."""
        self._make = make
        self._reader: AIOKafkaConsumer | None = None
        self._only_marks: dict[TopicPartition, tuple[int, int]] = {}

    async def of(self, lanes: Sequence[Lane]) -> dict[Lane, int]:
        """
        Count for each lane. An idle lane counts 0 if only marks are left.

        Raises:
            KafkaError: the broker can't be asked.
        """
        reader = await self._open()
        if not lanes:
            await reader.topics()  # it answers, or it is away
            return {}
        sources = [lane.source for lane in lanes]
        starts = await reader.beginning_offsets(sources)
        ends = await reader.end_offsets(sources)
        return {lane: await self._of(lane, starts[lane.source], ends[lane.source]) for lane in lanes}

    async def topics(self) -> set[str]:
        """
        Name all topics of the cluster that may be seen.

        Raises:
            KafkaError: the broker can't be asked.
        """
        return set(await (await self._open()).topics())

    async def _open(self) -> AIOKafkaConsumer:
        if self._reader is None:
            reader = self._make()
            await reader.start()
            self._reader = reader
        return self._reader

    async def close(self) -> None:
        """Let go of the reader."""
        if self._reader is not None:
            await self._reader.stop()

    async def _of(self, lane: Lane, start: int, end: int) -> int:
        position = max(lane.position or 0, start)
        if position >= end:
            return 0
        if not lane.idle:
            return end - position
        if self._only_marks.get(lane.source) != (position, end):
            if await self._has_records(lane.source, position, end):
                return end - position
            self._only_marks[lane.source] = (position, end)
        return 0

    async def _has_records(self, source: TopicPartition, position: int, end: int) -> bool:
        reader = self._reader
        assert reader is not None  # noqa: S101 - `of` has opened it
        reader.assign([source])
        reader.seek(source, position)
        try:
            for _ in range(_FETCHES):
                if await reader.getmany(source, timeout_ms=_FETCH_MS, max_records=1):
                    return True
                if await reader.position(source) >= end:
                    return False
        finally:
            reader.unsubscribe()
        return True
