"""
Do a run: read its records in their order, prepare them, and hand them on, a transaction a chunk with the run's manifest in it.

`Live` appends prepared items to the live prepared topic, marked as replayed; the live desk alone decides. `Isolated` has a desk and
topics of its own and touches nothing live.
"""

import asyncio
import time
from collections import Counter as Count
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, Protocol

from aiokafka import AIOKafkaProducer, TopicPartition

from worker.clients import Clients
from worker.live.headers import published_headers, trace_headers
from worker.live.intake import partition_of
from worker.live.message import Message, Record
from worker.live.raw import raw_of
from worker.model import Raw
from worker.outcome import Reject
from worker.replay.bounds import Ask
from worker.replay.hands import Hands
from worker.replay.manifest import Manifest
from worker.replay.merge import merged
from worker.wiring import Counter, PreparedItem

__all__ = ["Isolated", "Live", "Target", "replay"]

CHUNK: Final = 500


class Target(Protocol):
    """Where a run's items go."""

    def take(self, item: PreparedItem, record: Record, *, warming: bool) -> tuple[list[Message], str]:
        """Give what to send for one item, and the word that it is counted under."""

    def changes(self) -> list[Message]:
        """Give what to send at the end of a chunk."""

    def commit(self) -> None:
        """Make what a chunk changed final."""

    @property
    def sequence(self) -> int:
        """How many items were decided."""


class Live:
    """Into the live desk: items are appended to the prepared topic."""

    sequence = 0

    def __init__(self, prepared: str, partitions: int) -> None:
        """Name the prepared topic and how many partitions it has."""
        self._topic, self._partitions = prepared, partitions

    def take(self, item: PreparedItem, record: Record, *, warming: bool) -> tuple[list[Message], str]:
        """Append the item; nothing is warmed up, the live desk has its memory."""
        if warming:
            return [], "skipped"
        key = item.slip.uri.encode("utf-8", "surrogatepass")
        partition = partition_of(item.slip, self._partitions)
        return [Message(self._topic, key, item.value, trace_headers(record.headers), partition)], "sent"

    def changes(self) -> list[Message]:
        """Nothing is remembered here."""
        return []

    def commit(self) -> None:
        """Nothing is remembered here."""


class Isolated:
    """With a desk of its own: decisions go to the run's topics, its memory too."""

    def __init__(self, counter: Counter, memory_topic: str, sequence: int) -> None:
        """Take a counter, whose memory was loaded from `memory_topic` if the run goes on."""
        self._counter, self._memory_topic = counter, memory_topic
        self.sequence = sequence

    def take(self, item: PreparedItem, record: Record, *, warming: bool) -> tuple[list[Message], str]:
        """Decide the item; while warming up, nothing of it is published."""
        decision, _, outputs = self._counter.serve(item.value, self.sequence)
        self.sequence += 1
        if warming:
            return [], "warmed up"
        headers = published_headers(decision, trace_headers(record.headers))
        return [Message(o.topic, o.key, o.value, headers) for o in outputs], str(decision.story.relation)

    def changes(self) -> list[Message]:
        """Give the memory's changes."""
        return [Message(self._memory_topic, key, value, (), 0) for key, value in self._counter.memory.changes()]

    def commit(self) -> None:
        """Make the memory's changes final, and drop what its windows have left behind."""
        self._counter.memory.commit()
        if self.sequence % (20 * CHUNK) < CHUNK:
            self._counter.memory.expire()


async def replay(
    manifest: Manifest,
    ask: Ask,
    *,
    clients: Clients,
    hands: Hands,
    target: Target,
    runs_topic: str,
    transactional_id: str,
    providers: dict[str, str | None],
    rate: float = 0,
    wait: Callable[[], Awaitable[None]] | None = None,
    progress: Callable[[Manifest, int], None] | None = None,
) -> Manifest:
    """
    Do the run, or what is left of it.

    Args:
        manifest: the run as far as it has come.

        ask: what is wanted of what is read.

        clients: make the clients.

        hands: what prepares items.

        target: where items go.

        runs_topic: where the manifest is kept.

        transactional_id: the run's own, so that two processes of one run fence each other.

        providers: what the settings say of each raw topic.

        rate: items a second at most, 0 for as fast as it goes.

        wait: awaited before each chunk, while live work waits.

        progress: told of the manifest and of how many offsets are left, after each chunk.

    Returns:
        The finished manifest.
    """
    producer = clients.producer(transactional_id)
    reader = clients.reader()
    await producer.start()  # fences an earlier process of this run and settles what it left open
    await reader.start()
    started, items = time.monotonic(), 0
    try:

        def raws(chunk: Sequence[Record]) -> list[Raw]:
            return [raw_of(record, providers.get(record.topic)) for record in chunk]

        async for chunk, read in hands.ahead(_chunks(merged(reader, manifest.left), CHUNK), raws):
            if wait is not None:
                await wait()
            counts, messages, positions = Count[str](), list[Message](), dict[TopicPartition, int]()
            for record, results in zip(chunk, read, strict=True):
                positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
                warming = not ask.wants(record.timestamp)
                for item in results:
                    if isinstance(item, Reject):
                        counts[f"rejected: {item.reason}"] += not warming
                    elif ask.uris and item.slip.uri not in ask.uris:
                        counts["other uris"] += 1
                    else:
                        sent, word = target.take(item, record, warming=warming)
                        messages += sent
                        counts[word] += 1
            items += len(chunk)
            manifest = manifest.advanced(positions, counts, target.sequence, int(time.time() * 1000), done=False)
            await _commit(producer, [*messages, *target.changes(), _kept(manifest, runs_topic)])
            target.commit()
            if progress is not None:
                progress(manifest, manifest.bounds.left(manifest.positions))
            if rate:
                await asyncio.sleep(max(0.0, items / rate - (time.monotonic() - started)))
        ends = {tp: end for tp, (_, end) in manifest.bounds.spans.items()}
        manifest = manifest.advanced(ends, Count(), target.sequence, int(time.time() * 1000), done=True)
        await _commit(producer, [_kept(manifest, runs_topic)])
    finally:
        await reader.stop()
        await producer.stop()
    return manifest


async def _commit(producer: AIOKafkaProducer, messages: Sequence[Message]) -> None:
    """Send all as one transaction; any error ends the run, which goes on from its manifest when it is started again."""
    async with producer.transaction():
        futures = [await producer.send(m.topic, m.value, key=m.key, partition=m.partition, headers=m.headers) for m in messages]
        await asyncio.gather(*futures)


def _kept(manifest: Manifest, topic: str) -> Message:
    return Message(topic, manifest.name.encode(), manifest.to_bytes(), (), 0)


async def _chunks(records: AsyncIterator[Record], size: int) -> AsyncIterator[list[Record]]:
    chunk: list[Record] = []
    async for record in records:
        chunk.append(record)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
