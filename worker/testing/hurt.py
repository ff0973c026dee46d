"""
Run a worker with something built in that hurts it: `python -m worker.testing.hurt [OPTIONS] worker --role desk`.

* `--stall SECONDS` makes each transaction wait before its commit, up to twice as long, so that kills fall into open ones.
* `--state FILE` keeps the number of transactions that are open in a file that outlives a kill.
* `--clock FILE` adds the seconds that the file holds to the time of day, so that the clock can jump while the worker runs.
* `--tasks FILE` writes now and then how many asyncio tasks there are.
* `--fault NAME` makes a stage or the desk raise on items whose headline begins with Boom.
* `--mutant NAME` breaks one of the things that the guarantees rest on; the chaos run must catch it.
"""

import argparse
import asyncio
import mmap
import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiokafka
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata

from worker.cli import main
from worker.desk.decide import Desk
from worker.desk.decision import Decision
from worker.desk.slip import Slip
from worker.live import consumer as live_consumer
from worker.live.desk import DeskHandler
from worker.live.errors import OwnershipLost
from worker.live.lanes import LaneSet
from worker.live.life import Life
from worker.live.memory_tail import MemoryTail
from worker.live.message import Message
from worker.live.transaction import Transaction
from worker.model import Draft
from worker.stages.fingerprint import TakeFingerprint
from worker.wiring import Counter

__all__ = ["FAULTS", "MUTANTS", "open_transactions"]

BOOM: Final = "Boom"


def open_transactions(state: Path) -> int:
    """Read how many transactions a worker has open, or had when it was killed."""
    return int.from_bytes(state.read_bytes()[:4], "little") if state.exists() else 0


def _stall(seconds: float, state: Path | None) -> None:
    """Wait between the last send, when all is at the broker, and the commit."""
    commit = Transaction._commit  # noqa: SLF001 - the one place that has both behind and before it
    view = _counter_file(state) if state else None
    opened = 0

    def count(change: int) -> None:
        nonlocal opened
        opened += change
        if view is not None:
            view[:4] = opened.to_bytes(4, "little")

    async def stalled(self: Transaction) -> None:
        count(1)
        try:
            await asyncio.sleep(random.uniform(0, 2 * seconds))  # noqa: S311 - only a time to wait
            await commit(self)
        finally:
            count(-1)

    Transaction._commit = stalled  # type: ignore[method-assign] # noqa: SLF001


def _counter_file(state: Path) -> mmap.mmap:
    state.write_bytes(bytes(mmap.PAGESIZE))
    with state.open("r+b") as file:
        return mmap.mmap(file.fileno(), mmap.PAGESIZE)


def _clock(file: Path) -> None:
    """Have the time of day jump as the file says. What counts how long something takes goes on, as it does when a clock is set."""
    now = time.time

    def jumping() -> float:
        return now() + float(file.read_text(encoding="ascii") or 0)

    time.time = jumping


def _tasks(file: Path) -> None:
    """Count the tasks each second; the main loop's, where the lanes are."""
    start = Life.on_start

    async def count() -> None:
        while True:
            file.write_text(str(len(asyncio.all_tasks())), encoding="ascii")  # noqa: ASYNC240 - a few bytes for a measurement
            await asyncio.sleep(1)

    async def counted(self: Life) -> None:
        await start(self)
        self._begin(count())

    Life.on_start = counted  # type: ignore[method-assign]


def _stage_raises() -> None:
    take = TakeFingerprint.__call__

    def raising(self: TakeFingerprint, draft: Draft) -> None:
        if draft.decoded.headline.startswith(BOOM):
            raise RuntimeError(draft.decoded.body.value if draft.decoded.body else "")
        take(self, draft)

    TakeFingerprint.__call__ = raising  # type: ignore[method-assign]


def _desk_raises() -> None:
    decide = Desk.decide

    def raising(self: Desk, slip: Slip, sequence: int) -> Decision:
        decision = decide(self, slip, sequence)  # the memory has changed when it raises
        if slip.headline.startswith(BOOM):
            raise RuntimeError(slip.headline)
        return decision

    Desk.decide = raising  # type: ignore[method-assign]


def _offsets_apart() -> None:
    """Commit the source offsets in a transaction of their own, behind that of the outputs."""
    send_offsets, commit = AIOKafkaProducer.send_offsets_to_transaction, Transaction._commit  # noqa: SLF001
    kept: dict[AIOKafkaProducer, tuple[Any, ...]] = {}

    async def keep(self: AIOKafkaProducer, *arguments: Any) -> None:
        kept[self] = arguments

    async def twice(self: Transaction) -> None:
        await commit(self)
        producer = self._producer
        assert producer is not None  # noqa: S101 - it has just committed
        await asyncio.sleep(0.01)
        await producer.begin_transaction()
        await send_offsets(producer, *kept.pop(producer))
        await producer.commit_transaction()

    AIOKafkaProducer.send_offsets_to_transaction = keep
    Transaction._commit = twice  # type: ignore[method-assign] # noqa: SLF001


def _memory_kept() -> None:
    """Keep the memory's changes when a transaction is aborted."""
    DeskHandler.rollback = lambda self: self._told.clear()  # type: ignore[method-assign]


def _not_awaited() -> None:
    """Commit without waiting for what was sent."""

    async def send(self: Transaction, messages: Sequence[Message], next_offset: int) -> None:
        producer = self._producer
        assert producer is not None  # noqa: S101 - opened before the lane runs
        await producer.begin_transaction()
        for m in messages:
            await producer.send(m.topic, m.value, key=m.key, partition=m.partition, headers=m.headers)
        offsets: Mapping[TopicPartition, OffsetAndMetadata] = {self._source: OffsetAndMetadata(next_offset, "")}
        await producer.send_offsets_to_transaction(offsets, self._group)

    Transaction._send = send  # type: ignore[method-assign] # noqa: SLF001


def _read_uncommitted() -> None:
    """Read what was aborted too."""

    class Uncommitted(aiokafka.AIOKafkaConsumer):  # type: ignore[misc] # aiokafka ships no types
        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "isolation_level": "read_uncommitted"})

    vars(live_consumer)["aiokafka"].AIOKafkaConsumer = Uncommitted


def _one_producer() -> None:
    """Give all partitions the same transactional id."""
    init = LaneSet.__init__

    def shared(self: LaneSet, group: str, **rest: Any) -> None:
        init(self, group, **{**rest, "transactional_id": lambda _: f"{group}-one"})

    LaneSet.__init__ = shared  # type: ignore[method-assign]


def _no_memory() -> None:
    """Decide without having read the memory topic."""

    async def finish(self: MemoryTail, *, stood_by: bool = False) -> Counter:  # noqa: ARG001 - as the one it replaces
        await self.close()
        return self._make_counter()

    MemoryTail.finish = finish  # type: ignore[method-assign]


def _zombie() -> None:
    """Have a fenced worker take a new producer and go on, wherever in a transaction it was fenced."""
    run = Transaction.run

    async def undead(self: Transaction, messages: Sequence[Message], next_offset: int) -> None:
        while True:
            try:
                await run(self, messages, next_offset)
            except OwnershipLost:
                await self.close()
                await self._start()
                self.position = await self._stored(self._source)
            else:
                return

    Transaction.run = undead  # type: ignore[method-assign]


FAULTS: Final[dict[str, Callable[[], None]]] = {"stage-raises": _stage_raises, "desk-raises": _desk_raises}
MUTANTS: Final[dict[str, Callable[[], None]]] = {
    "offsets-apart": _offsets_apart,
    "memory-kept": _memory_kept,
    "not-awaited": _not_awaited,
    "read-uncommitted": _read_uncommitted,
    "one-producer": _one_producer,
    "no-memory": _no_memory,
    "zombie": _zombie,
}


def _run() -> None:
    parser = argparse.ArgumentParser(prog="worker.testing.hurt")
    parser.add_argument("--stall", type=float, default=0.0)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--clock", type=Path)
    parser.add_argument("--tasks", type=Path)
    parser.add_argument("--fault", choices=FAULTS)
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.mutant:
        MUTANTS[options.mutant]()
    if options.fault:
        FAULTS[options.fault]()
    if options.clock:
        _clock(options.clock)
    if options.tasks:
        _tasks(options.tasks)
    if options.stall or options.state:
        _stall(options.stall, options.state)
    main(options.command, prog_name="copydesk")


if __name__ == "__main__":
    _run()
