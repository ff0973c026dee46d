"""
The lanes that a worker owns, kept in step with the group's assignment.

On each rebalance Faust waits for `rebalance` before it reads on. For every partition gained the producer is opened first, which
fences the former owner and settles what it left open; only then is anything read that the former owner may have written: the
committed offset, and the memory.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol

from aiokafka import AIOKafkaProducer, TopicPartition

from worker.live.errors import LogTooShort
from worker.live.lane import Lane
from worker.live.message import Handler
from worker.live.transaction import Transaction

__all__ = ["LaneSet", "Observer"]

log = logging.getLogger(__name__)

_DRAIN_SECONDS: Final = 8.0  # of the ten within which a worker must be gone after SIGTERM


class Observer(Protocol):
    """Told of what lanes do."""

    def committed(self, lane: Lane, records: int, seconds: float) -> None:
        """Hear that a chunk was committed."""

    def missed(self, lane: Lane, offsets: int) -> None:
        """Hear that retention deleted offsets before they were read."""

    def owned(self, lanes: Iterable[Lane]) -> None:
        """Hear that the set of lanes changed."""


class LaneSet:
    """
    All lanes of one app.

    Args:
        group: the consumer group.

        open_handler: makes the handler of a partition, after its producer is open.

        make_producer: makes an unstarted producer with a transactional id.

        stored: reads the committed offset of a partition.

        begins: reads where a partition's log begins.

        end: reads the end of a partition's log.

        transactional_id: names the producer of a partition.

        chunk: records a transaction at most.
    """

    def __init__(
        self,
        group: str,
        *,
        open_handler: Callable[[TopicPartition], Awaitable[Handler]],
        make_producer: Callable[[str], AIOKafkaProducer],
        stored: Callable[[TopicPartition], Awaitable[int | None]],
        begins: Callable[[TopicPartition], Awaitable[int]],
        end: Callable[[TopicPartition], Awaitable[int]],
        transactional_id: Callable[[TopicPartition], str],
        chunk: int,
        observer: Observer,
    ) -> None:
        """Own nothing yet."""
        self._group = group
        self._open_handler, self._make, self._stored = open_handler, make_producer, stored
        self._begins, self._end, self._transactional_id = begins, end, transactional_id
        self._chunk, self._observer = chunk, observer
        self._lanes: dict[TopicPartition, Lane] = {}
        self._tasks: dict[TopicPartition, asyncio.Task[None]] = {}
        self.failed: asyncio.Future[None] = asyncio.get_event_loop().create_future()
        self.joined = False

    def get(self, tp: TopicPartition) -> Lane | None:
        """Return the lane of an owned partition."""
        return self._lanes.get(tp)

    def start_of(self, tp: TopicPartition) -> int | None:
        """Return the offset that an owned partition is read from, None for the start of its log."""
        lane = self._lanes.get(tp)
        return lane.position if lane is not None else None

    @property
    def lanes(self) -> list[Lane]:
        """All owned lanes."""
        return list(self._lanes.values())

    async def rebalance(self, assigned: Iterable[TopicPartition]) -> None:
        """Close the lanes that were lost, open those gained, settle those kept. If that fails, so does the worker."""
        try:
            await self._rebalance(assigned)
        except Exception as error:
            if not self.failed.done():
                self.failed.set_exception(error)
            raise

    async def _rebalance(self, assigned: Iterable[TopicPartition]) -> None:
        wanted = {TopicPartition(tp.topic, tp.partition) for tp in assigned}
        lost = [tp for tp in self._lanes if tp not in wanted]
        await asyncio.gather(*(self._close(tp) for tp in lost))
        await asyncio.gather(*(lane.settle() for lane in self._lanes.values()))
        gained = sorted(wanted - self._lanes.keys())
        await asyncio.gather(*(self._open(tp) for tp in gained))
        self.joined = True
        self._observer.owned(self.lanes)
        log.info("assigned %d partitions: %d gained, %d lost", len(wanted), len(gained), len(lost))

    async def close(self) -> None:
        """Finish the chunks at hand and let go of all partitions."""
        try:
            await asyncio.wait_for(asyncio.gather(*(self._close(tp) for tp in list(self._lanes))), _DRAIN_SECONDS)
        except TimeoutError:
            log.warning("a chunk did not finish within %s s; its transaction will be aborted", _DRAIN_SECONDS)

    async def _open(self, tp: TopicPartition) -> None:
        transactional_id = self._transactional_id(tp)
        transaction = Transaction(tp, self._group, lambda: self._make(transactional_id), self._stored)
        try:
            await transaction.open()
            handler = await self._open_handler(tp)
            await self._check(tp, transaction, handler)
        except BaseException:
            await transaction.close()
            raise
        lane = Lane(
            tp,
            transaction,
            handler,
            chunk=self._chunk,
            done=self._observer.committed,
            begins=self._begins,
            end=self._end,
            missed=self._observer.missed,
        )
        self._lanes[tp] = lane
        task = self._tasks[tp] = lane.start()
        task.add_done_callback(self._ended)
        log.info("%s/%s: opened at offset %s", tp.topic, tp.partition, lane.position)

    async def _check(self, tp: TopicPartition, transaction: Transaction, handler: Handler) -> None:
        """
        Compare where to go on with the end of the log.

        Raises:
            LogTooShort: that is behind the end. Kafka would then start again at the log's beginning, and all offsets that seem to
                have been handled before would be dropped.
        """
        position = max(transaction.position or 0, handler.position or 0)
        if position and position > (end := await self._end(tp)):
            raise LogTooShort.of(tp, position, end)

    async def _close(self, tp: TopicPartition) -> None:
        lane = self._lanes.pop(tp)
        self._tasks.pop(tp).remove_done_callback(self._ended)
        await lane.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not self.failed.done():
            self.failed.set_exception(error)
