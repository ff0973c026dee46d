"""
How far raw topics were handled, read from what came of them, for when the group's committed offsets are gone.

Kafka forgets the offsets of a group that had no member for a while (`offsets.retention.minutes`, seven days by default). To start
again at the log's beginning would prepare all of it a second time, and whatever the desk no longer remembers would be published
twice. Each prepared item and each dead letter says which raw record it came of, so the last one of a partition tells where to go on.

Kafka also forgets them when a topic is deleted. One that was made anew under the same name has other records at the same offsets,
and all of them are to be read: so the record that came last is looked at again, and must have the time that it had.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from aiokafka import TopicPartition

from worker.desk.slip import SlipError, read_prepared
from worker.live.headers import read_header
from worker.live.message import Record
from worker.names import Names

__all__ = ["Handled"]

log = logging.getLogger(__name__)

_TURN: Final = 1000  # records between two turns of the event loop, which also sends the heartbeats


class Handled:
    """
    The offsets behind all that an intake has handled.

    Args:
        names: where prepared items and dead letters are.

        read: reads topics from start to end, committed records only.

        time_at: reads the timestamp of the record at an offset, milliseconds since 1970; None if it was deleted, -1 if the log ends
            before it.
    """

    def __init__(
        self,
        names: Names,
        read: Callable[[Sequence[str]], AsyncIterator[Record]],
        time_at: Callable[[TopicPartition, int], Awaitable[int | None]],
    ) -> None:
        """Read nothing yet."""
        self._names, self._read, self._time_at = names, read, time_at
        self._lock = asyncio.Lock()
        self._last: dict[TopicPartition, _Came] | None = None

    async def next_offset(self, source: TopicPartition) -> int | None:
        """
        Return the offset behind the last raw record of which something came, None if nothing is known.

        The topics are read once: a partition whose offsets are gone is nobody's, so nothing new can have come of it since.
        """
        async with self._lock:
            if self._last is None:
                self._last = await self._look()
        last = self._last.get(TopicPartition(source.topic, source.partition))
        if last is None:
            return None
        timestamp = await self._time_at(source, last.offset)
        if timestamp is not None and timestamp != last.timestamp:
            log.warning("%s/%s was made anew: it is read from its start", source.topic, source.partition)
            return None
        return last.offset + 1

    async def _look(self) -> "dict[TopicPartition, _Came]":
        found: dict[TopicPartition, _Came] = {}
        count = 0
        async for record in self._read([self._names.prepared, self._names.dead_letters]):
            count += 1
            if not count % _TURN:
                await asyncio.sleep(0)
            came = _prepared_of(record) if record.topic == self._names.prepared else _rejected_of(record)
            if came is not None:
                found[came.source] = max(came, found.get(came.source, came))
        return found


class _Came(NamedTuple):
    """A raw record of which something came; of two of one partition, the greater is the later."""

    source: TopicPartition
    offset: int
    timestamp: int


def _prepared_of(record: Record) -> _Came | None:
    """Say of which raw record an item came by the intake; what a replay prepared may lie ahead of where the intake was."""
    try:
        slip, _ = read_prepared(record.value or b"")
    except SlipError:
        return None
    if slip.kind != "item" or slip.replayed:
        return None
    origin = slip.origin
    return _Came(TopicPartition(origin.topic, origin.partition), origin.offset, origin.timestamp)


def _rejected_of(record: Record) -> _Came | None:
    said = [read_header(record.headers, f"copydesk_{name}") for name in ("topic", "partition", "offset", "timestamp")]
    try:
        topic, partition, offset, timestamp = (said[0] or "", *(int(number or "") for number in said[1:]))
    except ValueError:
        return None
    return _Came(TopicPartition(topic, partition), offset, timestamp)
