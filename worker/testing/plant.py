"""A set of topics of its own on a broker, and the workers on it."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Self

from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from worker.committed import committed_offset
from worker.desk.routes import Routes
from worker.live.message import Record
from worker.names import Names
from worker.rules.load import Rules
from worker.settings import Settings
from worker.testing.clients import admin_on, consumer_on, has_records, partitions_of, producer_on
from worker.testing.process import WorkerProcess
from worker.topics import create, plan

__all__ = ["Plant", "Sent"]

_LOOK_SECONDS: Final = 0.2
_LOOK_MS: Final = 200


class Sent(NamedTuple):
    """A message to be fed. A partition of None takes them in turn."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None


class Plant:
    """
    Topics under one prefix, with what is fed, read and started there. Leaving its `with` kills what still runs.

    Args:
        bootstrap: the broker's address.

        prefix: what the names of its topics begin with.

        folder: where workers' logs go.

        settings: more settings, by the names of their variables without `COPYDESK_`.
    """

    def __init__(self, bootstrap: str, prefix: str, folder: Path, **settings: object) -> None:
        """Make nothing yet."""
        self.folder = folder
        mine = {
            "BROKER": bootstrap,
            "TOPIC_PREFIX": prefix,
            "MEMORY_TOPIC": f"{prefix}memory",
            "RUNS_TOPIC": f"{prefix}runs",
            "GROUP": f"{prefix}copydesk",
            "RAW_PARTITIONS": 2,
            "OUTPUT_PARTITIONS": 1,
            "WEB_PORT": 0,
            "LOG_FORMAT": "console",
            **settings,
        }
        self.variables = {f"COPYDESK_{name}": str(value) for name, value in mine.items()}
        self.settings = Settings.from_env(self.variables)
        self.rules = Rules(self.settings.rules)
        self.names = Names.of(self.settings)
        self.routes = Routes.from_rules(self.rules).names
        self.workers: list[WorkerProcess] = []
        self._counter = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.kill()

    @property
    def raw(self) -> str:
        """The first raw topic."""
        return self.settings.sources[0].topic

    @property
    def outputs(self) -> tuple[str, ...]:
        """All topics that the desk publishes on, dead letters excepted."""
        names = self.names
        routed = tuple(names.route(route) for route in self.routes)
        return (names.enriched, names.duplicates, names.advisories, names.held, *routed)

    async def create(self) -> Self:
        """Create the topics."""
        await create(self.settings, self.routes)
        return self

    async def remake(self, topic: str) -> None:
        """Delete a topic with all that it holds and make it anew."""
        async with admin_on(self.settings.broker) as admin:
            await admin.delete_topics([topic])
        deadline = time.monotonic() + 30
        while topic not in await create(self.settings, self.routes):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{topic} is still there")
            await asyncio.sleep(_LOOK_SECONDS)

    async def limit(self, topic: str, size: int) -> None:
        """Have the broker refuse batches over `size` bytes on a topic."""
        await self.configure(topic, {"max.message.bytes": str(size)})

    async def configure(self, topic: str, changes: Mapping[str, str]) -> None:
        """Change a topic's configuration; what was changed before goes back to what is planned."""
        config = next(planned.config for planned in plan(self.settings, self.routes) if planned.name == topic)
        changed = {**config, **changes}  # what is not named here goes back to the broker's own
        async with admin_on(self.settings.broker) as admin:
            for response in await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, changed)]):
                for code, *_ in response.resources:
                    if code:
                        raise for_code(code)

    def start(
        self, role: str = "all", *, command: Sequence[str] = ("-m", "worker"), env: Mapping[str, str] | None = None
    ) -> WorkerProcess:
        """
        Start a worker.

        Args:
            role: `intake`, `desk` or `all`.

            command: what Python runs before `worker --role`.

            env: variables beside the plant's own.
        """
        worker = WorkerProcess(
            [*command, "worker", "--role", role],
            {**self.environment(), "PYTHONUNBUFFERED": "1", **(env or {})},
            self.folder / f"{role}-{next(self._counter)}.log",
        )
        self.workers.append(worker)
        return worker

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `copydesk` to its end; its output is text."""
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "worker", *arguments], env=self.environment(), capture_output=True, text=True, check=False
        )

    def environment(self) -> dict[str, str]:
        """Give the variables of a process that belongs to this plant: this process's, with the plant's settings and no others."""
        return {**{name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}, **self.variables}

    async def feed(self, messages: Iterable[bytes | Sent], topic: str | None = None) -> list[tuple[int, int]]:
        """Send messages in order to the raw topic, or another; return partition and offset of each."""
        topic = topic or self.raw
        async with producer_on(self.settings.broker) as producer:
            count = len(await producer.partitions_for(topic))
            futures = []
            for number, message in enumerate(messages):
                sent = message if isinstance(message, Sent) else Sent(message)
                partition = number % count if sent.partition is None else sent.partition
                futures.append(
                    await producer.send(topic, sent.value, key=sent.key, partition=partition, headers=list(sent.headers))
                )
            results = await asyncio.gather(*futures)
        return [(r.partition, r.offset) for r in results]

    async def read(self, *topics: str, committed: bool = True) -> list[Record]:
        """Read topics from start to end; with `committed=False` as a reader sees them who does not care for transactions."""
        isolation = "read_committed" if committed else "read_uncommitted"
        async with admin_on(self.settings.broker) as admin, consumer_on(self.settings.broker, isolation) as consumer:
            partitions = await partitions_of(admin, topics)
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            await consumer.seek_to_beginning(*partitions)
            found: list[Record] = []
            for tp in partitions:
                while await consumer.position(tp) < ends[tp]:
                    found += (await consumer.getmany(tp, timeout_ms=_LOOK_MS)).get(tp, ())
        return found

    async def aborted(self, *topics: str) -> int:
        """Count records that only readers see who do not care for transactions."""
        return len(await self.read(*topics, committed=False)) - len(await self.read(*topics))

    async def drained(self) -> bool:
        """Whether intake and desk have nothing left to do. A broker that can't say so yet has not seen them done."""
        try:
            return await self._drained()
        except KafkaError:
            return False

    async def _drained(self) -> bool:
        group, names = self.settings.group, self.names
        async with admin_on(self.settings.broker) as admin, consumer_on(self.settings.broker, "read_committed") as consumer:
            for name, topics in (
                (f"{group}-intake", [s.topic for s in self.settings.sources]),
                (f"{group}-desk", [names.prepared]),
            ):
                partitions = await partitions_of(admin, topics)
                ends = await consumer.end_offsets(partitions)
                for tp in partitions:
                    at = await committed_offset(admin, name, tp) or 0
                    if at < ends[tp] and await has_records(consumer, tp, at, ends[tp]):
                        return False
        return True

    async def reached(self, group: str, topic: str) -> bool:
        """Whether a group has committed all of a topic that is not written in transactions."""
        async with admin_on(self.settings.broker) as admin, consumer_on(self.settings.broker, "read_committed") as consumer:
            partitions = await partitions_of(admin, [topic])
            ends = await consumer.end_offsets(partitions)
            return all([(await committed_offset(admin, group, tp) or 0) >= ends[tp] for tp in partitions])

    async def visible(self) -> bool:
        """
        Whether readers of what is committed may read all outputs to their ends.

        A transaction's offsets can be seen a moment before the marks that end it on the topics it wrote to.
        """
        topics = (*self.outputs, self.names.dead_letters, self.names.memory)
        async with admin_on(self.settings.broker) as admin, consumer_on(self.settings.broker, "read_committed") as consumer:
            partitions = await partitions_of(admin, topics)
            consumer.assign(partitions)
            await consumer.seek_to_end(*partitions)
            while any(consumer.highwater(tp) is None for tp in partitions):
                await consumer.getmany(timeout_ms=_LOOK_MS)
            return all(consumer.last_stable_offset(tp) == consumer.highwater(tp) for tp in partitions)

    async def settle(self, seconds: float = 90.0) -> None:
        """
        Wait until intake and desk have nothing left to do, and all that they did can be read.

        Raises:
            TimeoutError: they still have; the message holds the ends of the workers' logs.
        """
        deadline = time.monotonic() + seconds
        while not (await self.drained() and await self.visible()):
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {w.log_file.name} ({w.process.returncode})\n{w.log[-1500:]}" for w in self.workers[-4:])
                raise TimeoutError(f"work is left after {seconds} s\n{logs}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def until(self, found: Callable[[list[Record]], bool], *topics: str, seconds: float = 60.0) -> list[Record]:
        """Read topics again and again until `found` says that all is there; return the records. Raises `TimeoutError`."""
        deadline = time.monotonic() + seconds
        while True:
            records = await self.read(*topics)
            if found(records):
                return records
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {w.log_file.name} ({w.process.returncode})\n{w.log[-1500:]}" for w in self.workers[-4:])
                raise TimeoutError(f"{len(records)} records in {topics} after {seconds} s\n{logs}")
            await asyncio.sleep(_LOOK_SECONDS)
