"""
Measure how long nobody decides: `python -m bench.handover [--items 1000000] [--broker HOST:PORT]`.

The memory topic is filled with made-up items, all of them within the window in which texts are compared. Then desks are started, stopped
and killed, while a few items a second come in, and each time the seconds to the first decision are printed:

* cold, from the topic alone; cold, from a snapshot and the topic's tail: from the start of the process;
* SIGTERM and kill -9 of the owner, with a warm standby: the longest silence among the decisions from the signal on.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from bench.bench_memory import entry
from bench.bench_near import stories
from bench.processes import Usage
from worker.broker import DevBroker
from worker.desk.clock import SPAN
from worker.desk.entry import DESK_KEY, read_desk, write_desk, write_entry
from worker.desk.memory import DAY
from worker.live.snapshot import path_of
from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess
from worker.testing.stories import Wire

NOW: Final = 1_767_225_600_000
FIRST: Final = 1 << 31  # sequences of what is made up: none that a real item gets
MIB: Final = 1 << 20
WINDOW: Final = 6 * DAY
PAUSE: Final = 0.1
PATIENCE: Final = 600.0


async def fill(plant: Plant, count: int) -> None:
    """Write records of so many items to the memory topic, and the desk's own behind them."""
    memory = plant.settings.memory_topic
    desk = [r.value for r in await plant.read(memory) if r.key == DESK_KEY][-1]
    assert desk is not None
    producer = AIOKafkaProducer(bootstrap_servers=plant.settings.broker, max_batch_size=1 << 20, linger_ms=20)
    await producer.start()
    try:
        for number, (exact, print_) in enumerate(stories(count, 9, 0)):
            at = NOW - WINDOW + number * WINDOW // count
            key, value = write_entry(entry(FIRST + number, at, exact, print_))
            await producer.send(memory, value, key=key, partition=0)
        await producer.flush()
        next_offset, _, _ = read_desk(desk)
        await producer.send_and_wait(memory, write_desk(next_offset, [NOW] * SPAN, NOW), key=DESK_KEY, partition=0)
    finally:
        await producer.stop()


class Readers:
    """Feeds an item ten times a second, and notes when readers of what is committed see decisions."""

    def __init__(self, plant: Plant, wire: Wire) -> None:
        """Begin with nothing fed."""
        self._plant, self._wire = plant, wire
        self.seen: list[float] = []

    async def feed(self, count: int = 1) -> None:
        """Send items of now."""
        when = datetime.fromtimestamp(NOW / 1000, UTC).isoformat()
        await self._plant.feed([self._wire.new(versioncreated=when) for _ in range(count)])

    async def feeding(self) -> None:
        """Feed for ever."""
        while True:
            await self.feed()
            await asyncio.sleep(PAUSE)

    async def watching(self) -> None:
        """Watch for ever what comes out."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._plant.settings.broker, isolation_level="read_committed")
        await consumer.start()
        try:
            tp = TopicPartition(self._plant.names.enriched, 0)
            consumer.assign([tp])
            await consumer.seek_to_end(tp)
            while True:
                if await consumer.getmany(tp, timeout_ms=50):
                    self.seen.append(time.monotonic())
        finally:
            await consumer.stop()

    async def first_after(self, moment: float) -> float:
        """Wait for a decision behind a moment and return how long it took."""
        deadline = moment + PATIENCE
        while not (after := [t for t in self.seen if t > moment]):
            assert time.monotonic() < deadline, "nobody decides"
            await asyncio.sleep(0.02)
        return after[0] - moment

    async def silence(self, moment: float) -> float:
        """Wait until decisions come steadily, and return the longest time without one from a moment on."""
        while not self.seen or time.monotonic() - moment < 25 or time.monotonic() - self.seen[-1] > 1:
            assert time.monotonic() - moment < PATIENCE, "nobody decides"
            await asyncio.sleep(0.1)
        times = [moment, *(t for t in self.seen if t > moment)]
        return max(b - a for a, b in pairwise(times))


async def cold(plant: Plant, readers: Readers, **env: str) -> tuple[WorkerProcess, float]:
    """Start a desk on its own and return it with the seconds from its start to its first decision."""
    await readers.feed()
    started = time.monotonic()
    desk = plant.start("desk", env=env)
    return desk, await readers.first_after(started)


def owns(desk: WorkerProcess) -> bool:
    """Say whether a desk was given the partition last."""
    return desk.log.rpartition("assigned ")[2].startswith("1 partitions")


def say(what: str, seconds: float, desk: WorkerProcess) -> None:
    """Print one line, with the desk's memory."""
    print(f"{what:<44} {seconds:6.1f} s   {Usage.of(desk.process.pid).memory // MIB} MiB", flush=True)


async def measure(plant: Plant, count: int) -> None:
    """Print all figures."""
    readers = Readers(plant, Wire(seed=8))
    await plant.create()
    plant.start("intake")
    desk = plant.start("desk")
    await readers.feed()
    await plant.settle()
    desk.stop()
    started = time.monotonic()
    await fill(plant, count)
    print(f"{count} items written to the memory topic in {time.monotonic() - started:.0f} s", flush=True)

    watching = asyncio.create_task(readers.watching())
    folder = {"COPYDESK_SNAPSHOTS": str(plant.folder / "snapshots"), "COPYDESK_SNAPSHOT_INTERVAL": "15s"}
    desk, seconds = await cold(plant, readers, **folder)
    say("cold start from the topic", seconds, desk)
    path = path_of(plant.folder / "snapshots", plant.settings.memory_topic, 0)
    desk.wait_log(b"written in", PATIENCE)
    print(
        f"a snapshot of {path.stat().st_size // MIB} MiB; {desk.log.split('written in')[1].splitlines()[0].strip()}", flush=True
    )
    await readers.feed(200)
    await plant.settle(PATIENCE)
    desk.stop()

    desk, seconds = await cold(plant, readers, **folder)
    say("cold start from a snapshot and the tail", seconds, desk)

    feeding = asyncio.create_task(readers.feeding())
    for what, signal in (("SIGTERM, a warm standby takes over", "stop"), ("kill -9, a warm standby takes over", "kill")):
        other = plant.start("desk", env=folder)
        other.wait_log(b"is warm", PATIENCE)
        await asyncio.sleep(5)  # the group has settled
        owner, standby = (desk, other) if owns(desk) else (other, desk)
        assert owns(owner)
        assert not owns(standby)
        moment = time.monotonic()
        await asyncio.to_thread(getattr(owner, signal))
        say(what, await readers.silence(moment), standby)
        desk = standby
    for task in (feeding, watching):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        DevBroker(Path(scratch) / "kafka") as broker,
        Plant(broker.bootstrap, "handover.", Path(scratch), RAW_PARTITIONS=1) as plant,
    ):
        await measure(plant, options.items)


if __name__ == "__main__":
    asyncio.run(main())
