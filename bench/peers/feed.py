"""What the peers are fed with, and a reader that counts what is committed. Both through librdkafka, which costs the machine little."""

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import orjson
from confluent_kafka import Consumer, Producer

from bench.peers.work import Came, Place, WholeWork
from worker.desk.slip import read_prepared, write_prepared
from worker.model import Origin, Raw
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.testing.stories import Wire
from worker.wiring import Intake

__all__ = ["Fed", "Reader", "decide_items", "expected", "feed", "whole_items"]

REPEATED: Final = 0.3
PREPARED_BYTES: Final = 1000


class Fed(NamedTuple):
    """A message to be fed."""

    key: bytes
    value: bytes


def decide_items(count: int, *, near: bool) -> list[Fed]:
    """
    Make prepared items of 1,000 bytes, three in ten of them again.

    With `near` each has the print of its text, and the desk looks for near-duplicates; without, it decides by key and digest alone, as
    the peers do.
    """
    rnd = random.Random(7)
    wire, intake = Wire(seed=7), Intake(Rules())
    fresh = round(count * (1 - REPEATED))
    raws = (Raw(value=wire.new(), origin=Origin("wire.raw", 0, n, 0)) for n in range(fresh))
    made = []
    for (item,) in intake.prepare_all(raws):
        assert not isinstance(item, Reject)
        slip, _ = read_prepared(item.value)
        slip = replace(slip, routes=(), print=slip.print if near else b"")
        rest = PREPARED_BYTES - len(write_prepared(slip, b'{"item":""}'))
        made.append(Fed(slip.uri.encode(), write_prepared(slip, b'{"item":"' + b"x" * max(0, rest) + b'"}')))
    items: list[Fed] = []
    for number in range(count):
        again = number and (rnd.random() < REPEATED or not made)
        items.append(items[rnd.randrange(number)] if again else made.pop())
    return items


def whole_items(count: int, size: int) -> list[Fed]:
    """Make raw items of a wire's mixture, with their ids as keys."""
    items = []
    for value in Wire(seed=5, size=size).mixture(count):
        try:
            key = orjson.loads(value)["uri"].encode()
        except (ValueError, TypeError, KeyError):
            key = b"unreadable"
        items.append(Fed(key, value))
    return items


def expected(task: str, items: Sequence[Fed]) -> list[int]:
    """Count the records that must have been published behind each item."""
    if task == "decide":
        return list(range(1, len(items) + 1))
    work = WholeWork(Place("", "x.", ""))
    came = (Came(item.value, "x.raw", 0, offset, 0) for offset, item in enumerate(items))
    total, counts = 0, []
    for message, found in work.prepare(came):
        total += len(work.decide(message, found))
        counts.append(total)
    return counts


def feed(broker: str, topic: str, items: Iterable[Fed]) -> None:
    """Send all to partition 0, in order."""
    producer = Producer({"bootstrap.servers": broker, "enable.idempotence": True, "linger.ms": 5, "message.max.bytes": 8 << 20})
    for item in items:
        while True:
            try:
                producer.produce(topic, item.value, item.key, partition=0)
            except BufferError:
                producer.poll(0.1)
            else:
                break
    producer.flush()


class Reader:
    """Counts the records of topics that readers of what is committed may see."""

    def __init__(self, broker: str, topics: Sequence[str]) -> None:
        """Begin at the start of the topics."""
        self._consumer = Consumer(
            {
                "bootstrap.servers": broker, "group.id": "copydesk-peers-reader", "isolation.level": "read_committed",
                "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.wait.max.ms": 20,
            }
        )  # fmt: skip
        self._consumer.subscribe(list(topics))
        self.count = 0

    def wait(self, count: int, seconds: float) -> float:
        """
        Read until so many are seen in all; return the time of the last.

        Raises:
            TimeoutError: they did not come.
        """
        deadline, last = time.monotonic() + seconds, time.monotonic()
        while self.count < count:
            found = self._consumer.consume(5000, 0.05)
            if found:
                self.count += sum(1 for message in found if message.error() is None)
                last = time.monotonic()
            elif time.monotonic() > deadline:
                raise TimeoutError(f"{self.count} of {count} records after {seconds:.0f} s")
        return last

    def close(self) -> None:
        """Let go."""
        self._consumer.close()
