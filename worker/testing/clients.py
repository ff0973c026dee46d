"""Plain clients for looking at a broker from outside, with no settings of the worker's own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

__all__ = ["admin_on", "consumer_on", "has_records", "partitions_of", "producer_on"]

_LOOK_MS: Final = 200


@asynccontextmanager
async def admin_on(broker: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Open an admin client for the time of a `with`."""
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


@asynccontextmanager
async def consumer_on(broker: str, isolation: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Open a consumer of no group for the time of a `with`; `isolation` is `read_committed` or `read_uncommitted`."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker,
        isolation_level=isolation,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=8 << 20,
        fetch_max_wait_ms=100,
    )
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


@asynccontextmanager
async def producer_on(broker: str) -> AsyncIterator[AIOKafkaProducer]:
    """Open a producer without transactions for the time of a `with`; large messages pass."""
    producer = AIOKafkaProducer(bootstrap_servers=broker, max_batch_size=1 << 18, linger_ms=5, max_request_size=16 << 20)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def partitions_of(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[TopicPartition]:
    """List the partitions of topics, in the topics' order."""
    described = {t["topic"]: t["partitions"] for t in await admin.describe_topics(list(topics))}
    return [TopicPartition(topic, p) for topic in topics for p in sorted(found["partition"] for found in described[topic])]


async def has_records(consumer: AIOKafkaConsumer, tp: TopicPartition, start: int, end: int) -> bool:
    """Say whether a record, and not only the marks of transactions, stands from `start` on and before `end`."""
    consumer.assign([tp])
    consumer.seek(tp, start)
    while await consumer.position(tp) < end:
        if (await consumer.getmany(tp, timeout_ms=_LOOK_MS)).get(tp):
            return True
    return False
