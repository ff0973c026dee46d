"""Begin a run or go on with it: find its bounds, make its topics, load its memory, and keep runs under their names."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from worker.clients import Clients
from worker.desk.routes import Routes
from worker.live.raw import raw_of
from worker.names import Names
from worker.replay.bounds import Ask, Bounds, ReplayError, resolve
from worker.replay.hands import Hands
from worker.replay.manifest import Manifest
from worker.replay.merge import merged
from worker.replay.run import Isolated, Live, Target, replay
from worker.rules.load import Rules
from worker.settings import Settings
from worker.topics import create
from worker.topics.plan import transactional_prefix
from worker.wiring import Counter, Intake

__all__ = ["LIVE", "NOTES", "Plan", "Runs", "isolated_settings"]

LIVE: Final = "live"
NOTES: Final = b"redriven:"  # keys of notes about dead letters, which share the topic
_LOOK_SECONDS: Final = 1.0
_SAMPLE: Final = 200


def isolated_settings(settings: Settings, name: str) -> Settings:
    """Give the settings of an isolated run: the same, with topics of its own."""
    return replace(
        settings,
        topic_prefix=f"replay.{name}.",
        memory_topic=f"replay.{name}.memory",
        raw_topics=settings.sources,
        prepared_partitions=1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a dry run tells: records at most, the first and last time (milliseconds since 1970), seconds that it may take."""

    records: int
    first: int | None
    last: int | None
    seconds: float


class Runs:
    """
    The runs of a cluster.

    Args:
        settings: where it is.
    """

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._clients = Clients(settings, "replay")
        self._rules = Rules(settings.rules)
        self.providers = {source.topic: source.provider for source in settings.sources}

    async def all(self) -> list[Manifest]:
        """Give all runs, the latest last."""
        found: dict[bytes, Manifest] = {}
        async for record in self._clients.read([self._settings.runs_topic]):
            if record.key is None or record.key.startswith(NOTES):
                continue
            if record.value is None:
                found.pop(record.key, None)
            else:
                found[record.key] = Manifest.from_bytes(record.value)
        return sorted(found.values(), key=lambda m: m.started)

    async def get(self, name: str) -> Manifest | None:
        """Give a run by its name."""
        return next((m for m in await self.all() if m.name == name), None)

    async def bounds(self, ask: Ask, *, warm: int = 0) -> Bounds:
        """
        Bound what is asked for by what the log holds now.

        Args:
            ask: what is wanted.

            warm: milliseconds before its start that are read to warm a memory up, as far as the log has them.
        """
        partitions = await self._clients.partitions(ask.topics)
        if not partitions:
            raise ReplayError(f"there is no topic {', '.join(ask.topics)}")
        reader = self._clients.reader()
        await reader.start()
        try:
            bounds = await resolve(ask, reader, partitions)
            if warm and ask.since is not None:
                found = await reader.offsets_for_times(dict.fromkeys(bounds.spans, max(0, ask.since - warm)))
                spans = {tp: (min(s, at.offset) if (at := found[tp]) else s, e) for tp, (s, e) in bounds.spans.items()}
                bounds = Bounds(spans)
            return bounds
        finally:
            await reader.stop()

    async def plan(self, ask: Ask, rate: float) -> Plan:
        """Say what a run would read and how long it may take, from a sample of its first records."""
        bounds = await self.bounds(ask)
        intake = Intake(self._rules)
        first = last = None
        seen, spent = 0, 0.0
        reader = self._clients.reader()
        await reader.start()
        try:
            async for record in merged(reader, bounds.spans):
                first = record.timestamp if first is None else first
                begun = time.process_time()
                intake.prepare(raw_of(record, self.providers.get(record.topic)))
                spent += time.process_time() - begun
                seen += 1
                if seen == _SAMPLE:
                    break
            tails = {tp: (max(start, end - 3), end) for tp, (start, end) in bounds.spans.items()}
            async for record in merged(reader, tails):
                last = max(last or 0, record.timestamp)
        finally:
            await reader.stop()
        per_item = max(spent / seen if seen else 0.0, 1 / rate if rate else 0.0)
        return Plan(records=bounds.records, first=first, last=last, seconds=bounds.records * per_item)

    async def begin(self, name: str, into: str, asked: dict[str, Any], ask: Ask) -> Manifest:
        """
        Give the run of this name, new or as far as it has come.

        Raises:
            ReplayError: the name was used with other arguments, or the range can't be read.
        """
        found = await self.get(name)
        if found is not None:
            if (found.into, found.asked) != (into, asked):
                raise ReplayError(
                    f"run {name} was started with other arguments ({found.into}, {found.asked}); "
                    "give those, or another --run name"
                )
            return found
        window = int(self._settings.fingerprint_window) if into != LIVE else 0
        bounds = await self.bounds(ask, warm=window)
        now = int(time.time() * 1000)
        return Manifest(name=name, into=into, asked=asked, bounds=bounds, started=now, updated=now)

    async def work(
        self,
        manifest: Manifest,
        ask: Ask,
        *,
        rate: float,
        max_lag: int,
        as_new: bool,
        workers: int = 1,
        progress: Callable[[Manifest, int], None] | None,
    ) -> Manifest:
        """Do what is left of a run."""
        if manifest.state == "done":
            return manifest
        with Hands(self._rules, workers, replayed=manifest.into == LIVE, as_new=as_new) as hands:
            return await replay(
                manifest,
                ask,
                clients=self._clients,
                hands=hands,
                target=await self._target(manifest),
                runs_topic=self._settings.runs_topic,
                transactional_id=f"{transactional_prefix(self._settings, 'replay')}{manifest.name}",
                providers=self.providers,
                rate=rate,
                wait=(lambda: self._quiet(max_lag)) if max_lag and manifest.into == LIVE else None,
                progress=progress,
            )

    async def remove(self, name: str) -> list[str]:
        """Delete an isolated run's topics and forget the run; return the topics' names."""
        manifest = await self.get(name)
        if manifest is None:
            raise ReplayError(f"there is no run {name}")
        topics: list[str] = []
        if manifest.into != LIVE:
            async with self._clients.admin() as admin:
                prefix = f"replay.{manifest.into}."
                topics = sorted(t for t in await admin.list_topics() if t.startswith(prefix))
                if topics:
                    await admin.delete_topics(topics)
        producer = self._clients.producer()
        await producer.start()
        try:
            await producer.send_and_wait(self._settings.runs_topic, None, key=name.encode(), partition=0)
        finally:
            await producer.stop()
        return topics

    async def _target(self, manifest: Manifest) -> Target:
        settings = self._settings
        if manifest.into == LIVE:
            return Live(Names.of(settings).prepared, settings.prepared_partitions)
        own = isolated_settings(settings, manifest.into)
        await create(own, Routes.from_rules(self._rules).names)
        counter = Counter(
            self._rules,
            names=Names.of(own),
            fingerprint_window=settings.fingerprint_window,
            identity_window=settings.identity_window,
            precedence=tuple((name,) for name in settings.precedence),
        )
        async for record in self._clients.read([own.memory_topic]):
            counter.memory.apply([(record.key, record.value)])
        return Isolated(counter, own.memory_topic, manifest.sequence)

    async def _quiet(self, max_lag: int) -> None:
        """Wait while the live desk is behind by more than `max_lag` records."""
        names, group = Names.of(self._settings), f"{self._settings.group}-desk"
        while True:
            reader = self._clients.reader()
            await reader.start()
            try:
                partitions = await self._clients.partitions([names.prepared])
                ends = await reader.end_offsets(partitions)
            finally:
                await reader.stop()
            behind = 0
            for tp in partitions:
                behind += ends[tp] - (await self._clients.stored(group, tp) or 0)
            if behind <= max_lag:
                return
            await asyncio.sleep(_LOOK_SECONDS)
