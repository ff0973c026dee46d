"""
Follow a partition of the memory topic: to fill the memory before the first decision, and to keep a standby warm.

A desk tails every partition that it does not own. When it gains one, it reads on to the end, which after the former owner was
fenced is the end, and decides from there.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from worker.wiring import Counter

__all__ = ["MemoryTail"]

log = logging.getLogger(__name__)

_BATCH: Final = 2000  # records between two turns of the loop, so that heartbeats and health checks get theirs
_WAIT_MS: Final = 100  # also how long a standby takes to notice that it is to take over


class MemoryTail:
    """
    One partition of the memory topic, followed into a counter's memory.

    Args:
        source: the memory partition.

        make_consumer: makes an unstarted `read_committed` consumer of no group.

        make_counter: makes a counter with an empty memory.
    """

    def __init__(
        self, source: TopicPartition, make_consumer: Callable[[], AIOKafkaConsumer], make_counter: Callable[[], Counter]
    ) -> None:
        """Start with nothing read."""
        self._source, self._make_consumer = source, make_consumer
        self.counter = make_counter()
        self._consumer: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None
        self._following = False
        self.records = 0
        self.seconds = 0.0

    def start(self) -> None:
        """Follow in the background, as a standby does."""
        self._following = True
        self._task = asyncio.create_task(self._follow(), name=f"standby {self._source.partition}")

    async def finish(self) -> Counter:
        """
        Read to the end and stop; the memory is then that of all committed records.

        Raises:
            MemoryFormatError: a record is of a format that this version can't read.

            KafkaError: the topic can't be read.
        """
        await self._stop_following()
        started = time.monotonic()
        consumer = await self._open()
        end = (await consumer.end_offsets([self._source]))[self._source]
        while await consumer.position(self._source) < end:
            await self._read(consumer)
        self.counter.memory.commit()
        await self.close()
        self.seconds = time.monotonic() - started
        log.info(
            "memory %d: %d items, %d records read, the last of them in %.1f s",
            self._source.partition, len(self.counter.memory), self.records, self.seconds,
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
            await consumer.seek_to_beginning(self._source)
            self._consumer = consumer
        return self._consumer

    async def _follow(self) -> None:
        consumer = await self._open()
        while self._following:
            await self._read(consumer)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        fetched = await consumer.getmany(self._source, timeout_ms=_WAIT_MS, max_records=_BATCH)
        for records in fetched.values():
            self.counter.memory.apply((r.key, r.value) for r in records)
            self.records += len(records)
        await asyncio.sleep(0)
