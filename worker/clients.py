"""
Make every Kafka client of the worker and its commands, from one set of connection options, and read topics to their end.

Whatever reads is `read_committed`; whatever writes is idempotent and waits for all replicas.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from worker.committed import committed_offset
from worker.connect import client_arguments
from worker.settings import Settings

__all__ = ["Clients"]

_BATCH_BYTES: Final = 256 << 10  # aiokafka's own 16 KiB makes a request of nearly every item
_PARTITION_BYTES: Final = 8 << 20
_FETCH_BYTES: Final = 64 << 20
_WAIT_MS: Final = 200


class Clients:
    """
    The clients of one process.

    Args:
        settings: how to connect.

        name: what the broker's logs call them.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        """Read certificates and the like. Raises `ConnectError` if they can't be used."""
        self._settings = settings
        self.options = client_arguments(settings, client_id=f"copydesk-{name}")

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        """Make an unstarted producer: transactional, or idempotent if no id is given."""
        return AIOKafkaProducer(
            **self.options,
            transactional_id=transactional_id,
            enable_idempotence=True,
            acks="all",
            max_batch_size=_BATCH_BYTES,
            max_request_size=self._settings.dead_letter_bytes,
            transaction_timeout_ms=int(self._settings.transaction_timeout),
            retry_backoff_ms=10,
        )

    def reader(self) -> AIOKafkaConsumer:
        """Make an unstarted consumer of no group."""
        return AIOKafkaConsumer(
            **self.options,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=_PARTITION_BYTES,
            fetch_max_bytes=_FETCH_BYTES,
        )

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """Open an admin client for the time of a `with`."""
        admin = AIOKafkaAdminClient(**self.options)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    async def stored(self, group: str, tp: TopicPartition) -> int | None:
        """Read a group's committed offset of a partition, None if there is none."""
        async with self.admin() as admin:
            return await committed_offset(admin, group, tp)

    async def begins(self, tp: TopicPartition) -> int:
        """Read where the log of a partition begins: what is older was deleted."""
        reader = self.reader()
        await reader.start()
        try:
            return int((await reader.beginning_offsets([tp]))[tp])
        finally:
            await reader.stop()

    async def end(self, tp: TopicPartition) -> int:
        """Give the end of a partition's log as readers of what is committed see it."""
        reader = self.reader()
        await reader.start()
        try:
            return int((await reader.end_offsets([tp]))[tp])
        finally:
            await reader.stop()

    async def time_at(self, tp: TopicPartition, offset: int) -> int | None:
        """Read a record's timestamp, milliseconds since 1970; None if the record was deleted, -1 if the log ends before it."""
        reader = self.reader()
        reader.assign([tp])
        await reader.start()
        try:
            if (await reader.end_offsets([tp]))[tp] <= offset:
                return -1
            if (await reader.beginning_offsets([tp]))[tp] > offset:
                return None
            reader.seek(tp, offset)
            record = await reader.getone(tp)
            return int(record.timestamp) if record.offset == offset else None
        finally:
            await reader.stop()

    async def partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        """Name the partitions of topics; a topic that is not there has none."""
        wanted = set(topics)
        async with self.admin() as admin:
            found = [t for t in await admin.describe_topics() if t["topic"] in wanted]
        return sorted(TopicPartition(t["topic"], p["partition"]) for t in found for p in t["partitions"])

    async def read(
        self,
        topics: Sequence[str],
        starts: Mapping[TopicPartition, int] | None = None,
    ) -> AsyncIterator["ConsumerRecord[bytes | None, bytes | None]"]:
        """
        Read topics up to the end that they have now, one partition after another.

        Args:
            topics: their names.

            starts: where to start in a partition, else at the start of its log.

        Yields:
            Records in the order of their offsets.
        """
        for tp in await self.partitions(topics):
            consumer = self.reader()
            consumer.assign([tp])
            await consumer.start()
            try:
                end = (await consumer.end_offsets([tp]))[tp]
                if starts and tp in starts:
                    consumer.seek(tp, starts[tp])
                else:
                    await consumer.seek_to_beginning(tp)
                while await consumer.position(tp) < end:
                    for record in (await consumer.getmany(tp, timeout_ms=_WAIT_MS)).get(tp, ()):
                        if record.offset < end:
                            yield record
            finally:
                await consumer.stop()
