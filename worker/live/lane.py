"""
One owned partition: takes its records in chunks, has them handled, and commits each chunk as one transaction.

A chunk that the broker refuses is sent again record by record, so that only the record that is to blame goes to the dead-letter
topic.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiokafka import TopicPartition

from worker.live.errors import LogTooShort, Refused
from worker.live.message import Handler, Record
from worker.live.transaction import Transaction

__all__ = ["Lane"]

log = logging.getLogger(__name__)

_MARKS: Final = 8  # so many offsets between two records are no reason to ask: each transaction leaves a mark
_READY_CHUNKS: Final = 2  # fetched ahead: one is handled while the next arrives; more would only lengthen a rebalance


class Lane:
    """
    One owned partition.

    Args:
        source: the partition.

        transaction: its producer, opened.

        handler: what is done with its records.

        chunk: how many records go into one transaction at most.

        done: called after each commit with the number of records and the seconds that the transaction took.

        begins: reads where the log of the partition begins.

        end: reads where it ends.

        missed: called with how many offsets retention deleted before they were read.
    """

    def __init__(
        self,
        source: TopicPartition,
        transaction: Transaction,
        handler: Handler,
        *,
        chunk: int,
        done: Callable[["Lane", int, float], None],
        begins: Callable[[TopicPartition], Awaitable[int]],
        end: Callable[[TopicPartition], Awaitable[int]],
        missed: Callable[["Lane", int], None],
    ) -> None:
        """Start idle; `start` makes it take records."""
        self.source = source
        self.transaction = transaction
        self.handler = handler
        self._chunk = chunk
        self._done, self._begins, self._end, self._missed = done, begins, end, missed
        self._queue: asyncio.Queue[Sequence[Record]] = asyncio.Queue(_READY_CHUNKS)
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._between: list[tuple[Callable[[], object], asyncio.Future[None]]] = []
        self.room = asyncio.Event()
        self.room.set()
        positions = [p for p in (transaction.position, handler.position) if p is not None]
        self.position: int | None = max(positions, default=None)

    @property
    def idle(self) -> bool:
        """Whether it has nothing at hand and nothing fetched ahead."""
        return self._idle.is_set() and self._queue.empty()

    def start(self) -> asyncio.Task[None]:
        """Take records; the task ends only by an error that ends the worker, or by `close`."""
        self._task = asyncio.create_task(self._run(), name=f"lane {self.source.topic}/{self.source.partition}")
        return self._task

    def offer(self, records: Sequence[Record]) -> None:
        """Hand over fetched records; only while `room` is set."""
        self._queue.put_nowait(records)
        if self._queue.full():
            self.room.clear()

    async def settle(self) -> None:
        """Forget what is fetched ahead, and wait until the chunk at hand is committed. They are fetched again."""
        while not self._queue.empty():
            self._queue.get_nowait()
        self.room.set()
        await self._idle.wait()

    async def between(self, work: Callable[[], object]) -> None:
        """
        Do something with what the handler holds, while no chunk is at hand.

        The lane does it itself behind its chunk: whoever waits for it to be idle may be woken when the next chunk has begun.
        """
        if self._idle.is_set():
            work()
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._between.append((work, done))
        await done

    async def close(self) -> None:
        """Let the chunk at hand finish, then let go of the producer and of what the handler holds."""
        await self.settle()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.transaction.close()
        await self.handler.close()

    async def _run(self) -> None:
        while True:
            # All that has been fetched while a chunk was at hand goes into the next: a transaction for each fetch would have it wait.
            batches = [await self._queue.get()]
            self._idle.clear()
            while not self._queue.empty():
                batches.append(self._queue.get_nowait())
            self.room.set()
            try:
                fresh = await self._fresh(batches)
                for start in range(0, len(fresh), self._chunk):
                    await self._commit(fresh[start : start + self._chunk])
            finally:
                # Also when it ends by an error: whoever waits for the lane to settle must not wait for ever.
                self._idle.set()
                self._work_between()

    async def _fresh(self, batches: Sequence[Sequence[Record]]) -> list[Record]:
        """Join what was fetched, without what was handled before, and look where something is missing."""
        fresh: list[Record] = []
        position = self.position
        for records in batches:
            if position is not None:
                if records[0].offset < position:
                    await self._look_for_cut(position)
                records = [r for r in records if r.offset >= position]  # noqa: PLW2901 - what is left of them
                if records and records[0].offset - position > _MARKS:
                    await self._look_for_gap(position)
            if records:
                fresh += records
                position = records[-1].offset + 1
        return fresh

    def _work_between(self) -> None:
        between, self._between = self._between, []
        for work, done in between:
            if not done.done():
                try:
                    work()
                    done.set_result(None)
                except Exception as error:  # noqa: BLE001 - it belongs to who asked for the work
                    done.set_exception(error)

    async def _look_for_gap(self, position: int) -> None:
        """Tell a gap that retention made from offsets that never were records: marks of transactions, and what was aborted."""
        begins = await self._begins(self.source)
        if begins > position:
            self._missed(self, begins - position)

    async def _look_for_cut(self, position: int) -> None:
        """
        Tell what is fetched again after a rebalance from a log that was cut off or made anew under the worker.

        Raises:
            LogTooShort: it was; records at offsets that seem to have been handled would be dropped.
        """
        end = await self._end(self.source)
        if end < position:
            raise LogTooShort.of(self.source, position, end)

    async def _commit(self, records: Sequence[Record]) -> None:
        try:
            await self._once(records, {})
        except Refused as error:
            if len(records) == 1:
                # To the dead-letter topic, instead of where it was to go.
                await self._once(records, {records[0].offset: str(error)})
                return
            log.warning("%s/%s: a record was refused, sending its chunk one by one", self.source.topic, self.source.partition)
            for record in records:
                await self._commit([record])

    async def _once(self, records: Sequence[Record], refused: dict[int, str]) -> None:
        next_offset = records[-1].offset + 1
        try:
            messages = self.handler.handle(records, refused)
            started = time.monotonic()
            await self.transaction.run(messages, next_offset)
        except BaseException:
            self.handler.rollback()
            raise
        self.handler.commit()
        self.position = next_offset
        self._done(self, len(records), time.monotonic() - started)
