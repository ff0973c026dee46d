"""
Follow a partition of the memory topic: to fill the memory before the first decision, and to keep a standby warm.

A desk tails every partition that it does not own. When it gains one, it reads on to the end, which after the former owner was
fenced is the end, and decides from there. It begins with a snapshot, if there is one that fits, else with the begin of the topic.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from worker.desk.entry import DESK_KEY, MemoryFormatError, read_desk, read_entry
from worker.desk.memory import Memory
from worker.live.errors import MemoryUnreadable
from worker.live.message import Record
from worker.wiring import Counter

__all__ = ["LoadSnapshot", "MemoryTail"]

log = logging.getLogger(__name__)

_BATCH: Final = 2000  # records between two turns of the loop, so that heartbeats and health checks get theirs
_WAIT_MS: Final = 100  # also how long a standby takes to notice that it is to take over
_LOOK_BACK: Final = 400  # offsets at the end among which the desk's own record is sought: each transaction ends with one
_EXPIRE_SECONDS: Final = 60.0

LoadSnapshot = Callable[[int, Memory], Awaitable[int | None]]


class MemoryTail:
    """
    One partition of the memory topic, followed into a counter's memory.

    Args:
        source: the memory partition.

        make_consumer: makes an unstarted `read_committed` consumer of no group.

        make_counter: makes a counter with an empty memory.

        load_snapshot: fills an empty memory from a snapshot of a partition and returns the offset to go on from, or None.
    """

    def __init__(
        self,
        source: TopicPartition,
        make_consumer: Callable[[], AIOKafkaConsumer],
        make_counter: Callable[[], Counter],
        load_snapshot: LoadSnapshot | None = None,
    ) -> None:
        """Start with nothing read."""
        self._source, self._make_consumer, self._make_counter = source, make_consumer, make_counter
        self._load_snapshot = load_snapshot
        self.counter = make_counter()
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None
        self._following = False
        self._started: float | None = None
        self._warming = 0.0  # seconds that the standby took to catch up
        self._behind = 0  # where the topic ended when it was opened
        self.begun = "topic"
        self.warm = False
        self.offset = 0
        self.records = 0
        self.seconds = 0.0
        self.unreadable: dict[bytes, tuple[int, str]] = {}
        """Keys whose last record can't be read, with its offset and why. A later record of the key mends it."""

    def start(self) -> None:
        """Follow in the background, as a standby does."""
        self._following, self._started = True, time.monotonic()
        self._task = asyncio.create_task(self._follow(), name=f"standby {self._source.partition}")

    @property
    def caught_up(self) -> bool:
        """Whether it has nothing left to load, or has failed: `finish` then says how."""
        return self.warm or self._task is None or self._task.done()

    async def finish(self, *, stood_by: bool = False) -> Counter:
        """
        Read to the end and stop; the memory is then that of all committed records.

        Args:
            stood_by: whether the worker has waited to take over. Else it has just started, and its time counts from there.

        Raises:
            MemoryUnreadable: the last record of a key is broken, or of a format that this version can't read.

            KafkaError: the topic can't be read.
        """
        started = time.monotonic()
        await self._stop_following()
        consumer = await self._open()
        end = (await consumer.end_offsets([self._source]))[self._source]
        while await consumer.position(self._source) < end:
            await self._read(consumer)
        for key, (offset, reason) in self.unreadable.items():
            raise MemoryUnreadable.of(self._source, offset, key, reason)
        await self._wake()
        self.counter.memory.commit()
        await self.close()
        self.seconds = time.monotonic() - started
        if stood_by and self._started is not None:
            self.begun = "standby"
        else:
            self.seconds += self._warming
        log.info(
            "memory %d from %s: %d items, %d records read, ready after %.1f s",
            self._source.partition, self.begun, len(self.counter.memory), self.records, self.seconds,
        )  # fmt: skip
        return self.counter

    async def close(self) -> None:
        """Stop following and let go of the consumer."""
        await self._stop_following()
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()

    async def _stop_following(self) -> None:
        # Not cancelled: a fetch that is cut off would lose what it has taken from the consumer.
        self._following = False
        task, self._task = self._task, None
        if task is not None:
            await task

    async def _open(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = self._make_consumer()
            await consumer.start()
            consumer.assign([self._source])
            self._consumer = consumer
            self._behind = (await consumer.end_offsets([self._source]))[self._source]
            if not await self._begin_with_snapshot(consumer):
                await self._begin_with_topic(consumer)
        return self._consumer

    async def _begin_with_snapshot(self, consumer: AIOKafkaConsumer) -> bool:
        if self._load_snapshot is None:
            return False
        offset = await self._load_snapshot(self._source.partition, self.counter.memory)
        if offset is None:
            self.counter = self._make_counter()  # a part of it may have been filled
            return False
        consumer.seek(self._source, offset)
        self.begun, self.offset = "snapshot", offset
        return True

    async def _begin_with_topic(self, consumer: AIOKafkaConsumer) -> None:
        """Look at the clock at the topic's end, so that what is out of date is left out; then go to its begin."""
        memory = self.counter.memory
        memory.sleep()
        begin = (await consumer.beginning_offsets([self._source]))[self._source]
        consumer.seek(self._source, max(begin, self._behind - _LOOK_BACK))
        desk: bytes | None = None
        while await consumer.position(self._source) < self._behind:
            for records in (await consumer.getmany(self._source, timeout_ms=_WAIT_MS)).values():
                desk = next((r.value for r in reversed(records) if r.key == DESK_KEY and r.value is not None), desk)
        if desk is not None:
            with contextlib.suppress(MemoryFormatError):  # it is said when the record is read
                memory.start_from(desk)
        await consumer.seek_to_beginning(self._source)

    async def _follow(self) -> None:
        consumer = await self._open()
        due = time.monotonic() + _EXPIRE_SECONDS
        while self._following:
            await self._read(consumer)
            if not self.warm and await consumer.position(self._source) >= self._behind:
                await self._wake()
                self._warming = time.monotonic() - (self._started or 0)
                log.info("standby of memory %d is warm: %d items", self._source.partition, len(self.counter.memory))
            if time.monotonic() >= due:
                due = time.monotonic() + _EXPIRE_SECONDS
                self.counter.memory.expire()

    async def _wake(self) -> None:
        for _ in self.counter.memory.waking():
            await asyncio.sleep(0)
        self.warm = True

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        fetched = await consumer.getmany(self._source, timeout_ms=_WAIT_MS, max_records=_BATCH)
        for records in fetched.values():
            self._apply(records)
            self.records += len(records)
            self.offset = records[-1].offset + 1
        await asyncio.sleep(0)

    def _apply(self, records: Sequence[Record]) -> None:
        if not self.unreadable:
            try:
                self.counter.memory.apply((r.key, r.value) for r in records)
            except MemoryFormatError:
                pass
            else:
                return
        self.counter.memory.apply((r.key, r.value) for r in records if self._readable(r))

    def _readable(self, record: Record) -> bool:
        """Say whether a record can be read, and keep in mind what can't."""
        key, value = record.key, record.value
        if key is None:
            return False
        self.unreadable.pop(key, None)
        try:
            if value is not None:
                (read_desk if key == DESK_KEY else read_entry)(value)
        except MemoryFormatError as error:
            self.unreadable[key] = record.offset, str(error)
            return False
        return True
