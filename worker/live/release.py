"""
Release held items when their time has come.

The desk decides by the log alone, so a release is a command appended to the prepared topic: the held item itself, marked with the
offset that held it. A command that comes twice, or after a kill or a newer version, finds nothing to do.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from worker.clients import Clients
from worker.desk.entry import Entry
from worker.desk.slip import read_prepared, write_prepared
from worker.live.headers import trace_headers

__all__ = ["Releaser", "release_command"]

log = logging.getLogger(__name__)

_TICK_SECONDS: Final = 0.25  # a release is due within a second of its time


def release_command(prepared: bytes, target: int, reason: str = "") -> bytes:
    """Make the command that releases the held item `prepared`, held at offset `target` of the prepared topic."""
    slip, record = read_prepared(prepared)
    return write_prepared(replace(slip, kind="release", target=target, embargo=None, reason=reason), record)


class Releaser:
    """
    Watches what the owned desks hold.

    Args:
        held: gives, for each owned prepared partition, its held items, the first due first.

        held_topic: where held items are.

        clients: makes the clients.
    """

    def __init__(
        self,
        held: Callable[[], Mapping[TopicPartition, list[Entry]]],
        held_topic: str,
        clients: Clients,
    ) -> None:
        """Start with nothing sent."""
        self._held, self._topic = held, held_topic
        self._clients = clients
        self._sent: set[tuple[str, int]] = set()

    async def run(self) -> None:
        """Watch until cancelled. A broker that is away delays releases, it does not lose them."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self.tick(int(time.time() * 1000))
            except KafkaError as error:
                log.warning("releases wait: %s", type(error).__name__)

    async def tick(self, now: int) -> int:
        """Send the commands that are due at `now` (milliseconds since 1970); return how many were sent."""
        due = {
            (entry.uri, entry.held): tp
            for tp, entries in self._held().items()
            for entry in entries
            if entry.until is not None and entry.until <= now and entry.held is not None
        }
        todo = {key: tp for key, tp in due.items() if key not in self._sent}
        if not todo:
            return 0
        values = await self._read({uri.encode("utf-8", "surrogatepass") for uri, _ in todo})
        producer = self._clients.producer()
        await producer.start()
        try:
            sent = 0
            for (uri, target), tp in todo.items():
                key = uri.encode("utf-8", "surrogatepass")
                if key in values:
                    value, trace = values[key]
                    command = release_command(value, target)
                    await producer.send_and_wait(tp.topic, command, key=key, partition=tp.partition, headers=trace)
                    sent += 1
                    # What is not readable yet, because its transaction's end is still being written, is due again next time.
                    self._sent.add((uri, target))
        finally:
            await producer.stop()
        return sent

    async def _read(self, keys: set[bytes]) -> dict[bytes, tuple[bytes, list[tuple[str, bytes]]]]:
        """Read the held topic, which is compacted and small, for the items of `keys`, each with its trace context."""
        found: dict[bytes, tuple[bytes, list[tuple[str, bytes]]]] = {}
        async for record in self._clients.read([self._topic]):
            if record.key in keys:
                if record.value is None:
                    found.pop(record.key, None)
                else:
                    found[record.key] = (record.value, trace_headers(record.headers))
        return found
