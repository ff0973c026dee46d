"""Send the demo's items to the raw topic and gather what comes out."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from worker.demo.rows import Result, dead, held, published
from worker.demo.script import Sample
from worker.settings import Settings
from worker.topics import Names

__all__ = ["SETTINGS", "play"]

# One partition keeps the items in the order in which they are sent, which a newsroom does not need and a demo does. The items are
# years old, and must not be deleted for it.
SETTINGS: Final = {"COPYDESK_RAW_PARTITIONS": "1", "COPYDESK_OUTPUT_PARTITIONS": "1", "COPYDESK_RETENTION": "36500d"}
_WAIT_SECONDS: Final = 45.0  # without anything new; a worker alone on two cores is up in four
_CALM_SECONDS: Final = 0.4  # after the last outcome that was waited for: a second one would show here


async def play(
    samples: Sequence[Sample], settings: Settings, *, check: Callable[[], None], seen: Callable[[int], None]
) -> list[Result]:
    """
    Send all samples, wait until each has its outcome, and return all results in the order in which they were seen.

    Args:
        samples: what to send.

        settings: where to.

        check: called now and then; raises if there is nothing to wait for any longer.

        seen: told how many samples have all their results.
    """
    names = Names.of(settings)
    topics = (names.enriched, names.duplicates, names.advisories, names.held, names.dead_letters)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, p) for topic in topics for p in range(settings.output_partitions)])
        await _send(samples, settings)
        return await _gather(consumer, samples, names, check, seen)
    finally:
        await consumer.stop()


async def _send(samples: Sequence[Sample], settings: Settings) -> None:
    topic = settings.sources[0].topic
    producer = AIOKafkaProducer(bootstrap_servers=settings.broker, max_request_size=settings.dead_letter_bytes, acks="all")
    await producer.start()
    try:
        for sample in samples:
            headers = [("ce_source", sample.provider.encode())]
            if sample.content_type is not None:
                headers.append(("content-type", sample.content_type.encode()))
            await producer.send_and_wait(topic, sample.value, partition=0, timestamp_ms=sample.at, headers=headers)
    finally:
        await producer.stop()


async def _gather(
    consumer: AIOKafkaConsumer,
    samples: Sequence[Sample],
    names: Names,
    check: Callable[[], None],
    seen: Callable[[int], None],
) -> list[Result]:
    results: list[Result] = []
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        before = len(results)
        for records in (await consumer.getmany(timeout_ms=200)).values():
            results += [result for record in records if (result := _read(record, names)) is not None]
        if len(results) > before:
            deadline = time.monotonic() + _WAIT_SECONDS
        counts = Counter(result.offset for result in results)
        done = sum(counts[offset] >= sample.results for offset, sample in enumerate(samples))
        seen(done)
        if done == len(samples):
            deadline = min(deadline, time.monotonic() + _CALM_SECONDS)
        await asyncio.sleep(0)
        check()
    # What is held comes before its release; the two are read from different topics.
    return sorted(results, key=lambda result: (result.offset, result.held_until is None))


def _read(record: ConsumerRecord[bytes | None, bytes | None], names: Names) -> Result | None:
    if record.topic == names.dead_letters:
        facts = {key: value.decode("utf-8", "replace") for key, value in record.headers}
        return dead(int(facts["copydesk_offset"]), facts["copydesk_reason"], facts["copydesk_detail"])
    if record.value is None:
        return None  # what was held has been released
    return held(record.value) if record.topic == names.held else published(record.value)
