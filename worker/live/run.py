"""
Run one role: build its app from settings and rules, and hand it to Faust.

Everything that a role is made of comes together here.
"""

import asyncio
import logging
from typing import Final

from aiokafka import TopicPartition
from prometheus_client import CollectorRegistry

from worker import __version__
from worker.clients import Clients
from worker.connect import faust_credentials
from worker.desk.routes import Routes
from worker.health import Health
from worker.live.app import WorkerApp, build_app
from worker.live.desk import DeskHandler
from worker.live.handled import Handled
from worker.live.intake import IntakeHandler
from worker.live.lanes import LaneSet
from worker.live.life import Life
from worker.live.memory_tail import MemoryTail
from worker.live.message import Handler
from worker.live.snapshots import Snapshots
from worker.live.watch import LiveWatch
from worker.metrics import Metrics
from worker.metrics import Role as MetricsRole
from worker.names import Names
from worker.rules.load import Rules
from worker.settings import Settings
from worker.topics.plan import plan, transactional_id
from worker.wiring import Counter, Intake, rules_digest

__all__ = ["DESK", "INTAKE", "Role"]

log = logging.getLogger(__name__)

INTAKE: Final = "intake"
DESK: Final = "desk"
_LOOK_SECONDS: Final = 0.05


class Role:
    """
    One role of the worker in one process.

    Args:
        name: `intake` or `desk`.

        settings: what the operator set.

        beside: whether the other role runs beside it, as a child of the same command.
    """

    def __init__(self, name: str, settings: Settings, *, beside: bool = False) -> None:
        """Load the rules. Raises `RuleError` if they can't be used."""
        self.name, self.settings, self.beside = name, settings, beside
        self.group = f"{settings.group}-{name}"
        self.clients = Clients(settings, name)
        self.names = Names.of(settings)
        self.rules = Rules(settings.rules)
        self.tails: dict[int, MemoryTail] = {}
        self.snapshots = (
            Snapshots(settings.snapshots, settings.memory_topic, self.clients) if name == DESK and settings.snapshots else None
        )
        self.providers = {source.topic: source.provider for source in settings.sources}
        self._intake = Intake(self.rules) if name == INTAKE else None
        self._handled = Handled(self.names, self.clients.read, self.clients.time_at)

    def build(self) -> WorkerApp:
        """Make the app. Must be called in the thread whose event loop runs it."""
        settings = self.settings
        app = build_app(
            self.name,
            group=self.group,
            topics=list(self.providers) if self.name == INTAKE else [self.names.prepared],
            bootstrap=settings.broker,
            connection=self.clients.options,
            credentials=faust_credentials(settings),
            session_seconds=settings.session_timeout.seconds,
            instance=settings.instance if self.name == INTAKE else None,
        )
        registry = CollectorRegistry()
        metrics = Metrics(registry, MetricsRole(self.name), providers=settings.metric_providers)
        metrics.build(version=__version__, rules=rules_digest(self.rules))
        self._watch = LiveWatch(metrics, Health(stall_seconds=settings.stall.seconds), self._topics())
        app.lanes = LaneSet(
            self.group,
            open_handler=self._open_intake if self.name == INTAKE else self._open_desk,
            make_producer=self.clients.producer,
            stored=lambda tp: self.clients.stored(self.group, tp),
            begins=self.clients.begins,
            end=self.clients.end,
            transactional_id=lambda tp: transactional_id(settings, self.name, tp.topic, tp.partition),
            chunk=settings.chunk,
            observer=self._watch,
        )
        self.app = app
        app.life = Life(self, self._watch, registry)
        return app

    def _topics(self) -> set[str]:
        """Name the topics that both roles need; the runs are a replay's."""
        planned = plan(self.settings, Routes.from_rules(self.rules).names)
        return {topic.name for topic in planned if topic.role != "runs"}

    @property
    def is_desk(self) -> bool:
        """Whether this role decides."""
        return self.name == DESK

    @property
    def versions(self) -> dict[str, str]:
        """Versions of code, rules and, for an intake, models."""
        if self._intake is not None:
            return self._intake.versions
        return {"code": __version__, "rules": rules_digest(self.rules)}

    @property
    def web_port(self) -> int:
        """The port to serve on: run side by side on one machine, the intake takes the next."""
        port = self.settings.web_port
        return port + 1 if port and self.beside and not self.is_desk else port

    async def _open_intake(self, tp: TopicPartition) -> Handler:
        assert self._intake is not None  # noqa: S101 - made for this role
        return IntakeHandler(
            self._intake,
            tp,
            provider=self.providers.get(tp.topic),
            prepared=(self.names.prepared, self.settings.prepared_partitions),
            dead_letters=self.names.dead_letters,
            limit=self.settings.max_item_bytes,
            watch=self._watch,
            position=await self._recovered(tp),
        )

    async def _recovered(self, tp: TopicPartition) -> int | None:
        """Say where to go on if the group has no committed offset; a desk's memory knows that by itself."""
        if await self.clients.stored(self.group, tp) is not None:
            return None
        position = await self._handled.next_offset(tp)
        if position is not None:
            self._watch.recovered(tp.topic, tp.partition, position)
        return position

    async def _open_desk(self, tp: TopicPartition) -> Handler:
        tail = self.tails.pop(tp.partition, None) or self._tail(tp.partition)
        counter = await tail.finish(stood_by=self.app.lanes.joined)
        self._watch.metrics.loaded(tail.seconds, tail.begun)
        return DeskHandler(
            counter,
            tp,
            memory_topic=self.settings.memory_topic,
            dead_letters=self.names.dead_letters,
            watch=self._watch,
            closed=lambda: self.stand_by(tp.partition),
        )

    def stand_by(self, partition: int) -> None:
        """Keep a warm copy of the memory of a partition that another desk owns."""
        if not self.app.should_stop and partition not in self.tails:
            tail = self.tails[partition] = self._tail(partition)
            tail.start()

    async def warm_up(self) -> None:
        """
        Wait until the memories of all partitions are loaded.

        Only then is the group joined: it may give a partition to whoever comes, and while that one loads, nobody decides.
        """
        while not (self.app.should_stop or all(t.caught_up for t in self.tails.values())):  # noqa: ASYNC110 - several tails
            await asyncio.sleep(_LOOK_SECONDS)

    def _tail(self, partition: int) -> MemoryTail:
        source = TopicPartition(self.settings.memory_topic, partition)
        load = self.snapshots.load if self.snapshots is not None else None
        return MemoryTail(source, self.clients.reader, self._counter, load)

    def _counter(self) -> Counter:
        return Counter(
            self.rules,
            names=self.names,
            fingerprint_window=self.settings.fingerprint_window,
            identity_window=self.settings.identity_window,
            precedence=tuple((name,) for name in self.settings.precedence),
        )

    def desks(self) -> dict[TopicPartition, Counter]:
        """Return the counters of all owned prepared partitions."""
        return {lane.source: lane.handler.counter for lane in self.app.lanes.lanes if isinstance(lane.handler, DeskHandler)}
