"""
Know of replays for the status page: their manifests, from the runs topic.

It only looks. A broker that is away, or a desk that may not read the topic, leaves the page as it was.
"""

import asyncio
import logging
from typing import Final

from aiokafka import TopicPartition

from worker.clients import Clients
from worker.replay.bounds import ReplayError
from worker.replay.manifest import Manifest

__all__ = ["Replays"]

log = logging.getLogger(__name__)

_PAUSE_SECONDS: Final = 15.0
_SHOWN: Final = 10


class Replays:
    """
    The replay runs there are.

    Args:
        clients: makes the clients.

        topic: the runs topic.
    """

    def __init__(self, clients: Clients, topic: str) -> None:
        """Start with nothing known."""
        self._clients, self._topic = clients, topic
        self._next: dict[TopicPartition, int] = {}
        self._runs: dict[bytes, Manifest] = {}
        self._told = False

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, a table on a page must not end the worker
                # Once is enough: it may have no right to the topic, and then never will.
                if not self._told:
                    log.info("replays can't be shown: %s", type(error).__name__)
                self._told = True
            await asyncio.sleep(_PAUSE_SECONDS)

    async def look(self) -> None:
        """Read what has come since the last time."""
        async for record in self._clients.read([self._topic], self._next):
            self._next[TopicPartition(record.topic, record.partition)] = record.offset + 1
            key = record.key or b""
            self._runs.pop(key, None)
            if record.value is not None:
                try:
                    self._runs[key] = Manifest.from_bytes(record.value)
                except (ReplayError, ValueError, KeyError, TypeError):
                    log.debug("a run's manifest is of another format")

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Give name and state of the newest runs, the newest first."""
        runs = sorted(self._runs.values(), key=lambda run: (-run.updated, run.name))
        return tuple((run.name, _state(run)) for run in runs[:_SHOWN])


def _state(run: Manifest) -> str:
    left = run.bounds.left(run.positions)
    progress = f"{left:,} of {run.bounds.records:,} left" if left else f"{run.bounds.records:,} records"
    return f"{run.state}, {progress}, into {run.into}"
