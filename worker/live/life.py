"""What a role does beside its lanes: serve its health, look at lag and memory, expire, release embargoes, stand by."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from mode import Service
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from worker.live.backlog import Backlog
from worker.live.desk import DeskHandler
from worker.live.release import Releaser
from worker.live.replays import Replays
from worker.live.snapshots import Snapshots
from worker.live.status import status_of
from worker.live.watch import LiveWatch
from worker.web import WebServer
from worker.web.container import memory_limit

if TYPE_CHECKING:
    from worker.live.run import Role

__all__ = ["Life"]

log = logging.getLogger(__name__)

_BEAT_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 5.0
_TOPICS_SECONDS: Final = 20.0  # all topics of the cluster come in the answer, so not at each look
_EXPIRE_SECONDS: Final = 60.0
_CANCELS: Final = 4
_CANCEL_SECONDS: Final = 0.5


class Life(Service):
    """
    A service of the app, started and stopped with it.

    Args:
        role: the role that it belongs to.

        watch: what is told of what it sees.

        registry: what `/metrics` shows.
    """

    def __init__(self, role: "Role", watch: LiveWatch, registry: CollectorRegistry, **kwargs: Any) -> None:
        """Start nothing yet."""
        super().__init__(**kwargs)
        self._role, self._watch = role, watch
        self._work: list[asyncio.Task[None]] = []
        versions = role.versions
        self._replays = Replays(role.clients, role.settings.runs_topic)
        self._web = WebServer(
            registry,
            live=lambda: watch.health.live(time.monotonic()),
            ready=lambda: watch.health.ready(time.monotonic()),
            status=lambda: status_of(role, watch, versions, self._replays.shown()),
        )
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        watch.metrics.limit(memory_limit())

    async def on_start(self) -> None:
        """Serve, stand by, and begin to look."""
        role = self._role
        await self._web.start(role.settings.web_host, role.web_port)
        log.info("%s serves http://%s:%d", role.name, role.settings.web_host, self._web.port)
        self._begin(self._beat())
        self._begin(self._look())
        if role.is_desk:
            for partition in range(role.settings.prepared_partitions):
                role.stand_by(partition)
            releaser = Releaser(
                lambda: {tp: counter.memory.held() for tp, counter in role.desks().items()},
                role.names.held,
                role.clients,
            )
            self._begin(releaser.run())
            self._begin(self._expire())
            self._begin(self._replays.run())
            if role.snapshots is not None:
                self._begin(self._save(role.snapshots))
            await role.warm_up()

    async def on_stop(self) -> None:
        """Finish the chunks at hand, then let go of everything."""
        await self._role.app.lanes.close()
        await self._end_work()
        await asyncio.gather(*(tail.close() for tail in self._role.tails.values()), return_exceptions=True)
        await self._web.stop()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._work.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """End the worker by an error of what runs beside the lanes: without releases, embargoed items would wait for ever."""
        failed = self._role.app.lanes.failed
        if not task.cancelled() and (error := task.exception()) is not None and not failed.done():
            failed.set_exception(error)

    async def _end_work(self) -> None:
        """Cancel what runs beside the lanes. aiokafka may swallow a cancellation while it waits, so it is said again."""
        left = set(self._work)
        for _ in range(_CANCELS):
            for task in left:
                task.cancel()
            if left:
                _, left = await asyncio.wait(left, timeout=_CANCEL_SECONDS)

    async def _beat(self) -> None:
        while True:
            self._watch.health.beat(time.monotonic())
            await asyncio.sleep(_BEAT_SECONDS)

    async def _look(self) -> None:
        """Ask the broker what waits, and look at what only shows by looking."""
        backlog = Backlog(self._role.clients.reader)
        due = 0.0
        try:
            while True:
                lanes = self._role.app.lanes.lanes
                try:
                    waiting = await backlog.of(lanes)
                    self._watch.health.broker(time.monotonic(), connected=True)
                    for lane, records in waiting.items():
                        self._watch.lag(lane, records)
                    self._watch.look(lanes)
                    if time.monotonic() >= due:
                        due = time.monotonic() + _TOPICS_SECONDS
                        self._watch.topics(await backlog.topics())
                except (KafkaError, OSError) as error:
                    self._watch.health.broker(time.monotonic(), connected=False)
                    log.warning("the broker can't be asked for lag: %s", type(error).__name__)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            await backlog.close()

    async def _expire(self) -> None:
        while True:
            await asyncio.sleep(_EXPIRE_SECONDS)
            for lane in self._role.app.lanes.lanes:
                if isinstance(lane.handler, DeskHandler):
                    await lane.between(lane.handler.counter.memory.expire)

    async def _save(self, snapshots: Snapshots) -> None:
        """Write a snapshot of each partition's memory now and then, whether it is owned or stood by for."""
        role = self._role
        while True:
            await asyncio.sleep(role.settings.snapshot_interval.seconds)
            for partition in range(role.settings.prepared_partitions):
                try:
                    if await self._save_one(snapshots, partition):
                        self._watch.metrics.saved(partition, time.time())
                except (KafkaError, OSError) as error:
                    log.warning("no snapshot of memory %d: %s", partition, type(error).__name__)

    async def _save_one(self, snapshots: Snapshots, partition: int) -> bool:
        role = self._role
        lane = role.app.lanes.get(TopicPartition(role.names.prepared, partition))
        if lane is not None and isinstance(handler := lane.handler, DeskHandler):
            stamp = await snapshots.stamp(partition)
            if stamp is None:
                return False
            children: list[int] = []
            fork = partial(snapshots.fork_writer, stamp, handler.counter.memory)
            await lane.between(lambda: children.append(fork()))
            return await snapshots.written(children[0], stamp)
        tail = role.tails.get(partition)
        if tail is None or not tail.warm or tail.unreadable:
            return False
        stamp = await snapshots.stamp(partition, tail.offset)
        # What the tail has read meanwhile is in it too; that is no matter.
        return stamp is not None and await snapshots.written(snapshots.fork_writer(stamp, tail.counter.memory), stamp)
