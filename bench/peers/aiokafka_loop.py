"""
A bare aiokafka loop: consume, work, produce in one transaction with the offsets, as aiokafka's documentation shows it.

Exactly-once as long as there is one process: it neither joins a group nor survives a broker that is away. Its state is a dict, filled
from a compacted topic at the start.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer import sender

from bench.peers.work import Came, Place, WholeWork, Write

CHUNK: Final = 500
_BACKOFF_SECONDS: Final = 0.003  # as Copydesk has it; aiokafka's own 20 ms between two transactions would only slow it down

Step = Callable[[Sequence[Any]], list[Write]]


def whole(place: Place) -> Step:
    """Do intake's and desk's work on each chunk, and write the memory's changes with it."""
    work = WholeWork(place)

    def step(records: Sequence[Any]) -> list[Write]:
        came = (Came(r.value or b"", r.topic, r.partition, r.offset, r.timestamp) for r in records)
        return [w for message, items in work.prepare(came) for w in work.decide(message, items)] + work.remember()

    return step


async def decide(place: Place) -> Step:
    """Keep the keys that were seen."""
    names = place.names
    seen = await _load(place, TopicPartition(names.memory, 0))

    def step(records: Sequence[Any]) -> list[Write]:
        writes = []
        for record in records:
            if record.key in seen:
                writes.append(Write(names.duplicates, record.key, record.value))
            else:
                seen[record.key] = b"%d" % record.offset
                writes += [Write(names.enriched, record.key, record.value), Write(names.memory, record.key, seen[record.key])]
        return writes

    return step


async def _load(place: Place, tp: TopicPartition) -> dict[bytes, bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=place.broker, isolation_level="read_committed", auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([tp])
        end = (await consumer.end_offsets([tp]))[tp]
        found = {}
        while await consumer.position(tp) < end:
            for records in (await consumer.getmany(tp, timeout_ms=200)).values():
                found.update({r.key: r.value for r in records})
        return found
    finally:
        await consumer.stop()


async def main() -> None:
    """Run for ever."""
    task, place = Place.from_arguments()
    sender.BACKOFF_OVERRIDE = _BACKOFF_SECONDS
    step = await decide(place) if task == "decide" else whole(place)
    source = TopicPartition(place.names.prepared if task == "decide" else f"{place.prefix}raw", 0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=place.broker, group_id=None, isolation_level="read_committed", auto_offset_reset="earliest",
        enable_auto_commit=False, max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip
    producer = AIOKafkaProducer(
        bootstrap_servers=place.broker, transactional_id=place.group, max_batch_size=256 << 10, max_request_size=8 << 20,
        retry_backoff_ms=10,
    )  # fmt: skip
    await consumer.start()
    await producer.start()
    consumer.assign([source])
    while True:
        for tp, records in (await consumer.getmany(timeout_ms=1000, max_records=CHUNK)).items():
            writes = step(records)
            async with producer.transaction():
                futures = [await producer.send(w.topic, w.value, key=w.key, headers=list(w.headers)) for w in writes]
                await asyncio.gather(*futures)
                await producer.send_offsets_to_transaction({tp: records[-1].offset + 1}, place.group)


if __name__ == "__main__":
    asyncio.run(main())
