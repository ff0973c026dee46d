"""
Several partitions in one order: by timestamp, partition, offset.

The order within a partition is that of its offsets. Across partitions the record with the least (timestamp, topic, partition) comes
first, which is decided only when every unfinished partition has shown its next record. So a run repeated gives the same bytes,
whatever arrives first over the network.
"""

import heapq
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition

from worker.live.message import Record

__all__ = ["merged"]

_WAIT_MS: Final = 200
_READY: Final = 2000  # records kept per partition; a partition that has so many waits for the others


async def merged(consumer: AIOKafkaConsumer, spans: Mapping[TopicPartition, tuple[int, int]]) -> AsyncIterator[Record]:
    """
    Read spans of offsets in their common order.

    Args:
        consumer: a started `read_committed` reader; it is assigned the partitions.

        spans: first and last-plus-one offset of each partition.

    Yields:
        The records.
    """
    open_spans = {tp: span for tp, span in spans.items() if span[0] < span[1]}
    if not open_spans:
        return
    consumer.assign(list(open_spans))
    for tp, (start, _) in open_spans.items():
        consumer.seek(tp, start)
    ready: dict[TopicPartition, deque[Record]] = {tp: deque() for tp in open_spans}
    ended: set[TopicPartition] = set()
    heads: list[tuple[int, str, int]] = []
    waiting = set(open_spans)  # partitions whose next record is not known yet
    while True:
        while waiting - ended:
            await _fetch(consumer, open_spans, ready, ended)
            for tp in list(waiting):
                if ready[tp]:
                    heapq.heappush(heads, (ready[tp][0].timestamp, tp.topic, tp.partition))
                    waiting.discard(tp)
            waiting -= {tp for tp in ended if not ready[tp]}
        if not heads:
            return
        _, topic, partition = heapq.heappop(heads)
        tp = TopicPartition(topic, partition)
        yield ready[tp].popleft()
        if ready[tp]:
            heapq.heappush(heads, (ready[tp][0].timestamp, topic, partition))
        elif tp not in ended:
            waiting.add(tp)


async def _fetch(
    consumer: AIOKafkaConsumer,
    spans: Mapping[TopicPartition, tuple[int, int]],
    ready: Mapping[TopicPartition, deque[Record]],
    ended: set[TopicPartition],
) -> None:
    hungry = [tp for tp in spans if tp not in ended and len(ready[tp]) < _READY]
    for tp, records in (await consumer.getmany(*hungry, timeout_ms=_WAIT_MS)).items():
        ready[tp].extend(r for r in records if r.offset < spans[tp][1])
    for tp in hungry:
        # The position also passes what is no record: markers of transactions, and what was aborted.
        if await consumer.position(tp) >= spans[tp][1]:
            ended.add(tp)
