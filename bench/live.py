"""
CPU of the live worker beside a bare loop that does the same work: `python bench/live.py`.

The bare loop is one process: an aiokafka consumer and a transactional producer, with the same pure intake and desk between them. For
each chunk it publishes in one transaction what the worker publishes: outputs, memory records and the source offset. It has no
prepared topic between intake and desk, no rebalances, no metrics, no dead letters. What the worker costs more is its shell.

Both read the same items from one partition, in turn, and the CPU of each is counted from when it is ready until all is committed. The
ratio of medians is printed: the machine may be busy, the ratio holds.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.producer import sender
from aiokafka.structs import OffsetAndMetadata

from worker.broker import DevBroker
from worker.live.app import BACKOFF_SECONDS
from worker.live.headers import published_headers
from worker.model import Origin, Raw
from worker.names import Names
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.testing.plant import Plant
from worker.testing.stories import Wire
from worker.wiring import Counter, Intake

CHUNK: Final = 500
READY: Final = "ready"


class Cost(NamedTuple):
    """What a run cost: CPU in microseconds an item, items a second, and memory at the end in MiB."""

    cpu: float
    rate: float
    memory: float


async def bare(bootstrap: str, prefix: str) -> None:
    """Be the bare loop, for ever."""
    rules, names = Rules(), Names(prefix, f"{prefix}memory")
    intake, counter = Intake(rules), Counter(rules, names=names)
    sender.BACKOFF_OVERRIDE = BACKOFF_SECONDS  # as the worker has it
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        isolation_level="read_committed",
        enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, transactional_id=f"{prefix}bare", acks="all", max_batch_size=256 << 10, max_request_size=8 << 20,
        retry_backoff_ms=10,
    )  # fmt: skip
    await consumer.start()
    await producer.start()
    source = TopicPartition(f"{prefix}raw", 0)
    consumer.assign([source])
    await consumer.seek_to_beginning(source)
    sequence = 0
    print(READY, flush=True)
    while True:
        for records in (await consumer.getmany(timeout_ms=1000, max_records=CHUNK)).values():
            messages: list[tuple[str, bytes | None, bytes, Sequence[tuple[str, bytes]]]] = []
            raws = [Raw(value=r.value or b"", origin=Origin(r.topic, r.partition, r.offset, r.timestamp)) for r in records]
            for item in chain.from_iterable(intake.prepare_all(raws)):
                if isinstance(item, Reject):
                    continue
                decision, _, outputs = counter.serve(item.value, sequence)
                sequence += 1
                headers = published_headers(decision, ())
                messages += [(out.topic, out.value, out.key, headers) for out in outputs]
            messages += [(names.memory, value, key, ()) for key, value in counter.memory.changes()]
            await producer.begin_transaction()
            futures = [await producer.send(t, v, key=k, headers=list(h)) for t, v, k, h in messages]
            offsets = {source: OffsetAndMetadata(records[-1].offset + 1, "")}
            await producer.send_offsets_to_transaction(offsets, f"{prefix}bare")
            await asyncio.gather(*futures)
            await producer.commit_transaction()
            counter.memory.commit()


async def run_bare(plant: Plant, items: Sequence[bytes]) -> Cost:
    """Measure the bare loop in a process of its own."""
    command = [sys.executable, __file__, "--bare", plant.settings.broker, plant.settings.topic_prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: ASYNC220 - nothing else runs in this loop
        try:
            assert process.stdout is not None
            await asyncio.to_thread(process.stdout.readline)
            return await measure(
                plant, items, [psutil.Process(process.pid)], lambda: _done(plant, f"{plant.settings.topic_prefix}bare")
            )
        finally:
            process.kill()


async def run_worker(plant: Plant, items: Sequence[bytes]) -> Cost:
    """Measure intake and desk."""
    workers = [plant.start("intake"), plant.start("desk")]
    for worker in workers:
        worker.wait_log(b"1 gained", 120)
    try:
        return await measure(plant, items, [psutil.Process(w.process.pid) for w in workers], plant.drained)
    finally:
        for worker in workers:
            worker.kill()


async def measure(plant: Plant, items: Sequence[bytes], processes: Sequence[psutil.Process], done: Any) -> Cost:
    """Feed items and count CPU until all of them are through."""
    before, started = _cpu(processes), time.monotonic()
    await plant.feed(items)
    while not await done():
        assert all(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)
        await asyncio.sleep(0.3)
    seconds, used = time.monotonic() - started, _cpu(processes) - before
    return Cost(used / len(items) * 1e6, len(items) / seconds, sum(p.memory_info().rss for p in processes) / (1 << 20))


async def _done(plant: Plant, group: str) -> bool:
    """Whether the bare loop has committed the last raw offset."""
    return await plant.reached(group, plant.raw)


def _cpu(processes: Sequence[psutil.Process]) -> float:
    times = [process.cpu_times() for process in processes]
    return float(sum(t.user + t.system for t in times))


async def compare(bootstrap: str, folder: Path, *, count: int, size: int, rounds: int) -> float:
    """Measure both in turn, print the medians, and return the ratio."""
    items = list(Wire(seed=5, size=size).mixture(count))
    costs: dict[str, list[Cost]] = {"worker": [], "bare loop": []}
    for number in range(rounds):
        for name, run in (("worker", run_worker), ("bare loop", run_bare)):
            prefix = f"b{size}-{number}-{name[0]}."
            with Plant(bootstrap, prefix, folder, RAW_PARTITIONS=1, CHUNK=CHUNK) as plant:
                await plant.create()
                costs[name].append(await run(plant, items))
                print(f"  {size} bytes, round {number + 1}, {name}: {costs[name][-1].cpu:.0f} us an item", file=sys.stderr)
    middle = {name: statistics.median(cost.cpu for cost in found) for name, found in costs.items()}
    for name, found in costs.items():
        rate, memory = (statistics.median(values) for values in ([c.rate for c in found], [c.memory for c in found]))
        print(f"{size:>6} bytes  {name:<10} {middle[name]:>7.0f} us CPU an item  {rate:>7.0f} items/s  {memory:>6.0f} MiB")
    ratio = middle["worker"] / middle["bare loop"]
    print(f"{size:>6} bytes  ratio      {ratio:>7.2f}")
    return ratio


async def fill(bootstrap: str, folder: Path, count: int) -> None:
    """Feed new items until `count` are remembered; print the rate and the memory, and how long a new desk takes to load them."""
    wire = Wire(seed=6, size=500)
    with Plant(bootstrap, "fill.", folder, RAW_PARTITIONS=1, CHUNK=CHUNK) as plant:
        await plant.create()
        workers = [plant.start("intake"), plant.start("desk")]
        for worker in workers:
            worker.wait_log(b"1 gained", 120)
        processes = [psutil.Process(worker.process.pid) for worker in workers]
        cost = await measure(plant, [wire.new() for _ in range(count)], processes, plant.drained)
        memory = {name: p.memory_info().rss >> 20 for name, p in zip(("intake", "desk"), processes, strict=True)}
        print(f"{count} new items: {cost.rate:.0f} items/s, {cost.cpu:.0f} us CPU an item, MiB {memory}")
        workers[1].stop()
        started = time.monotonic()
        plant.start("desk").wait_log(b"1 gained", 300)
        print(f"a new desk has them after {time.monotonic() - started:.1f} s")


async def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="CPU of the live worker beside a bare loop.")
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 4000])
    parser.add_argument("--fill", type=int, default=0, help="then feed so many new items, for the rate and the memory")
    parser.add_argument("--bare", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        await bare(*options.bare)
        return
    with tempfile.TemporaryDirectory() as scratch, DevBroker(Path(scratch) / "kafka") as broker:
        for size in options.sizes:
            await compare(broker.bootstrap, Path(scratch), count=options.items, size=size, rounds=options.rounds)
        if options.fill:
            await fill(broker.bootstrap, Path(scratch), options.fill)


if __name__ == "__main__":
    asyncio.run(main())
