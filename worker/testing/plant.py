"""A set of topics of its own on a broker, and the workers on it."""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from worker.committed import committed_offset
from worker.desk.routes import Routes
from worker.live.message import Record
from worker.names import Names
from worker.rules.load import Rules
from worker.settings import Settings
from worker.testing.process import WorkerProcess
from worker.topics import create, plan

__all__ = ["Plant", "Sent"]

_LOOK_SECONDS: Final = 0.2


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
        async with self._admin() as admin:
            await admin.delete_topics([topic])
        deadline = time.monotonic() + 30
        while topic not in await create(self.settings, self.routes):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{topic} is still there")
            await asyncio.sleep(_LOOK_SECONDS)

    async def limit(self, topic: str, size: int) -> None:
        """Have the broker refuse batches over `size` bytes on a topic."""
        config = next(planned.config for planned in plan(self.settings, self.routes) if planned.name == topic)
        changed = {**config, "max.message.bytes": str(size)}  # what is not named here goes back to the broker's own
        async with self._admin() as admin:
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
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        worker = WorkerProcess(
            [*command, "worker", "--role", role],
            {**inherited, "PYTHONUNBUFFERED": "1", **self.variables, **(env or {})},
            self.folder / f"{role}-{next(self._counter)}.log",
        )
        self.workers.append(worker)
        return worker

    async def feed(self, messages: Iterable[bytes | Sent], topic: str | None = None) -> list[tuple[int, int]]:
        """Send messages in order to the raw topic, or another; return partition and offset of each."""
        topic = topic or self.raw
        async with self._producer() as producer:
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
        async with self._admin() as admin, self._consumer(isolation) as consumer:
            partitions = await _partitions(admin, topics)
            consumer.assign(partitions)
            ends = await consumer.end_offsets(partitions)
            await consumer.seek_to_beginning(*partitions)
            found: list[Record] = []
            for tp in partitions:
                while await consumer.position(tp) < ends[tp]:
                    found += (await consumer.getmany(tp, timeout_ms=200)).get(tp, ())
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
        async with self._admin() as admin, self._consumer("read_committed") as consumer:
            for name, topics in (
                (f"{group}-intake", [s.topic for s in self.settings.sources]),
                (f"{group}-desk", [names.prepared]),
            ):
                partitions = await _partitions(admin, topics)
                ends = await consumer.end_offsets(partitions)
                for tp in partitions:
                    at = await committed_offset(admin, name, tp) or 0
                    if at < ends[tp] and await _has_records(consumer, tp, at, ends[tp]):
                        return False
        return True

    async def reached(self, group: str, topic: str) -> bool:
        """Whether a group has committed all of a topic that is not written in transactions."""
        async with self._admin() as admin, self._consumer("read_committed") as consumer:
            partitions = await _partitions(admin, [topic])
            ends = await consumer.end_offsets(partitions)
            return all([(await committed_offset(admin, group, tp) or 0) >= ends[tp] for tp in partitions])

    async def settle(self, seconds: float = 90.0) -> None:
        """
        Wait until intake and desk have nothing left to do.

        Raises:
            TimeoutError: they still have; the message holds the ends of the workers' logs.
        """
        deadline = time.monotonic() + seconds
        while not await self.drained():
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

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.settings.broker)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    @asynccontextmanager
    async def _consumer(self, isolation: str) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.settings.broker,
            isolation_level=isolation,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=8 << 20,
            fetch_max_wait_ms=100,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[AIOKafkaProducer]:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.settings.broker, max_batch_size=1 << 18, linger_ms=5, max_request_size=16 << 20
        )
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()


async def _partitions(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[TopicPartition]:
    described = {t["topic"]: t["partitions"] for t in await admin.describe_topics(list(topics))}
    return [TopicPartition(topic, p) for topic in topics for p in sorted(found["partition"] for found in described[topic])]


async def _has_records(consumer: AIOKafkaConsumer, tp: TopicPartition, start: int, end: int) -> bool:
    """Whether a record, and not only the marks of transactions, stands from `start` on."""
    consumer.assign([tp])
    consumer.seek(tp, start)
    while await consumer.position(tp) < end:
        if (await consumer.getmany(tp, timeout_ms=200)).get(tp):
            return True
    return False
