"""The faults. Each says what it hurts, and returns what is to be known of it beyond the oracle's word."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from bench.faults.fleet import Fleet
from worker.broker import DevBroker
from worker.testing.clients import admin_on
from worker.testing.hurt import open_transactions
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent
from worker.testing.proxy import Proxy
from worker.testing.stories import Wire

__all__ = ["SCENES", "Found"]

HURT: Final = ("-m", "worker.testing.hurt")
PORTION: Final = 200
PATIENCE: Final = 300.0
PAUSE_SECONDS: Final = 60.0
STAYS: Final = 3  # guests that stay: each leaves six seconds after it came, if it has joined by then
READY: Final = b"assigned "
DISK: Final = "96m"


@dataclass(slots=True)
class Found:
    """What became of a fault."""

    facts: list[str] = field(default_factory=list)
    seconds: float = 0.0
    """From the end of the fault until all work was done."""
    ended: dict[int, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    items: int = 0


@asynccontextmanager
async def _stage(
    folder: Path, broker: DevBroker, found: Found, *, hurt: tuple[str, ...] = (), proxy: Proxy | None = None
) -> AsyncIterator[Fleet]:
    """Have topics and a fleet on a broker; behind it all work is waited for and the oracle asked."""
    with broker:
        address = broker.bootstrap if proxy is None else broker.internal
        env = {} if proxy is None else {"COPYDESK_BROKER": proxy.address}
        with Plant(address, "fault.", folder, CHUNK=20, SESSION_TIMEOUT="6s", RAW_PARTITIONS=2) as plant:
            await plant.create()
            fleet = Fleet(plant, command=(*HURT, *hurt) if hurt else ("-m", "worker"), env=env)
            try:
                yield fleet
                found.seconds = await fleet.settle(PATIENCE)
                verdict = await judge(plant)
                found.problems += verdict.problems
                found.items = verdict.counts["items"]
            except TimeoutError as error:
                found.problems.append(str(error))
            found.ended = dict(fleet.ended)
            found.said = [words for words, _ in fleet.said().most_common(4)]


async def full_disk(folder: Path) -> Found:
    """Fill the broker's disk: it stops itself. Then clear it and start the broker again."""
    found, wire = Found(), Wire(seed=61)
    with _small_disk(folder / "kafka") as disk:
        broker = DevBroker(disk)
        async with _stage(folder, broker, found) as fleet:
            await fleet.ready("intake", "desk")
            await fleet.plant.feed(wire.mixture(PORTION))
            await fleet.settle(PATIENCE)
            filler = disk / "filler"
            found.facts.append(f"the last {_fill(filler) >> 20} MiB of {DISK} were taken away")
            feeding = asyncio.create_task(fleet.plant.feed(wire.mixture(PORTION)))  # as a source does, it waits for the broker
            ended = await _until(lambda: broker.pid is None, 20, fleet)
            found.facts.append("the broker stopped itself" if ended else "the broker was up, but did not write")
            await fleet.watch(5)
            filler.unlink()
            await asyncio.to_thread(broker.kill)
            await asyncio.to_thread(broker.start)
            await feeding
            await fleet.plant.feed(wire.mixture(PORTION))
    return found


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _fill(path: Path) -> int:
    """Write until there is no room; return how much it was."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return path.stat().st_size


async def paused_broker(folder: Path) -> Found:
    """Freeze the broker for a minute: connections stay open and nothing answers."""
    found, broker, wire = Found(), DevBroker(folder / "kafka"), Wire(seed=62)
    async with _stage(folder, broker, found) as fleet:
        await fleet.ready("intake", "desk", "desk")
        await fleet.plant.feed(wire.mixture(3 * PORTION))
        await asyncio.sleep(1)
        broker.pause()
        await fleet.watch(PAUSE_SECONDS)
        broker.resume()
        await asyncio.sleep(1)
        await fleet.plant.feed(wire.mixture(PORTION))
    return found


async def cut_connections(folder: Path) -> Found:
    """Reset all connections of the workers while a transaction is open, twelve times."""
    found, wire, states = Found(), Wire(seed=63), folder / "state"
    with Proxy() as proxy:
        broker = DevBroker(folder / "kafka", advertise=proxy.port)
        async with _stage(folder, broker, found, hurt=("--stall=0.2", f"--state={states}"), proxy=proxy) as fleet:
            proxy.target = int(broker.bootstrap.rpartition(":")[2])
            await fleet.ready("intake", "desk")
            inside = 0
            for _ in range(12):
                await fleet.plant.feed(wire.mixture(60))
                inside += await _until(lambda: open_transactions(states) > 0, 30, fleet)
                proxy.cut()
                await fleet.watch(1)
            found.facts.append(f"{proxy.cuts} connections reset, {inside} of 12 times inside a transaction")
    return found


async def jumping_clock(folder: Path) -> Found:
    """Have the workers' clock jump two hours ahead, a day back, and to the right time again, with embargoed items waiting."""
    found, wire, clock = Found(), Wire(seed=64), folder / "clock"
    clock.write_text("0", encoding="ascii")
    async with _stage(folder, DevBroker(folder / "kafka"), found, hurt=(f"--clock={clock}",)) as fleet:
        await fleet.ready("intake", "desk")
        for jump in (0, 7200, -86400, 0):
            clock.write_text(str(jump), encoding="ascii")
            until = datetime.fromtimestamp(int(time.time()) + 5, UTC).isoformat().replace("+00:00", "Z")
            await fleet.plant.feed([*wire.mixture(PORTION), wire.new(embargoed=until)])
            await fleet.watch(4)
        await fleet.watch(4)
        held = {record.key: record.value for record in await fleet.plant.read(fleet.plant.names.held)}
        found.facts.append(f"{sum(value is not None for value in held.values())} of {len(held)} embargoed items still held")
    return found


async def out_of_memory(folder: Path) -> Found:
    """Kill each desk as soon as it has taken 3 MiB more than at its start, as the kernel does at a limit; six times."""
    found, wire = Found(), Wire(seed=65)
    async with _stage(folder, DevBroker(folder / "kafka"), found) as fleet:
        await fleet.ready("intake", "desk")
        for _ in range(6):
            worker = next(worker for role, worker in fleet.members if role == "desk")
            process = psutil.Process(worker.process.pid)
            limit = process.memory_info().rss + (3 << 20)
            await fleet.plant.feed([*wire.mixture(PORTION), *(wire.new() for _ in range(PORTION))])
            await _until(lambda p=process, m=limit: p.memory_info().rss > m, 15)  # type: ignore[misc] # bound at once
            worker.kill()
            await fleet.watch(3)
    return found


async def corrupt_memory(folder: Path) -> Found:
    """Write into the memory topic what nobody can read; then mend it with a tombstone."""
    found, wire = Found(), Wire(seed=66)
    async with _stage(folder, DevBroker(folder / "kafka"), found) as fleet:
        await fleet.ready("intake", "desk")
        await fleet.plant.feed(wire.mixture(PORTION))
        await fleet.settle(PATIENCE)
        fleet.end()
        memory = fleet.plant.settings.memory_topic
        await fleet.plant.feed([Sent(b"\x00broken", key=b"item:urn:nobody", partition=0)], memory)
        desk = fleet.plant.start("desk")
        code = await asyncio.to_thread(desk.wait, 60)
        line = next((words for words in reversed(desk.log.splitlines()) if " critical " in words), "no line said why")
        found.facts.append(f"a desk refuses to start, exit code {code}: {line}")
        await fleet.plant.feed([Sent(None, key=b"item:urn:nobody", partition=0)], memory)
        await fleet.ready("intake", "desk")
        await fleet.plant.feed(wire.mixture(PORTION))
    return found


async def rebalance_storm(folder: Path) -> Found:
    """Have a worker join every two seconds for forty, and leave again six seconds later."""
    found, wire = Found(), Wire(seed=67)
    async with _stage(folder, DevBroker(folder / "kafka"), found) as fleet:
        await fleet.ready("intake", "desk")
        guests, left = [], 0
        for number in range(20):
            guests.append(fleet.plant.start("intake" if number % 2 else "desk"))
            await fleet.plant.feed(wire.mixture(40))
            for guest in guests[:-STAYS]:
                if guest.alive and READY in guest.log_file.read_bytes():
                    guest.process.terminate()
            await fleet.watch(2)
        for guest in guests:
            if guest.alive:
                await asyncio.to_thread(guest.wait_ready, 120)
                guest.process.terminate()
            left += await asyncio.to_thread(guest.wait, 60) == 0
        lines = sum(worker.log.count("assigned ") for worker in fleet.plant.workers)
        found.facts.append(f"20 joined, {left} left with 0; {lines} assignments")
    return found


async def too_large(folder: Path) -> Found:
    """Send items that the topics do not take."""
    found, wire = Found(), Wire(seed=68)
    async with _stage(folder, DevBroker(folder / "kafka"), found) as fleet:
        plant = fleet.plant
        await plant.limit(plant.names.enriched, 40_000)
        await plant.limit(plant.names.prepared, 100_000)
        await fleet.ready("intake", "desk")
        large = [wire.new(body_text="A long story. " * count) for count in (4000, 9000, 4000, 9000)]
        await plant.feed([*wire.mixture(PORTION), *large, *wire.mixture(PORTION)])
        await fleet.settle(PATIENCE)
        letters = await plant.read(plant.names.dead_letters)
        refused = sum(("copydesk_reason", b"refused") in letter.headers for letter in letters)
        found.facts.append(f"{refused} dead letters with reason refused")
    return found


async def deleted_output(folder: Path) -> Found:
    """Delete the enriched topic while the desk works, and make it again after half a minute."""
    return await _deleted(folder, lambda plant: plant.names.enriched, 69)


async def deleted_memory(folder: Path) -> Found:
    """Delete the memory topic while the desk works, and make it again after half a minute."""
    return await _deleted(folder, lambda plant: plant.settings.memory_topic, 70)


async def _deleted(folder: Path, which: Callable[[Plant], str], seed: int) -> Found:
    found, wire = Found(), Wire(seed=seed)
    async with _stage(folder, DevBroker(folder / "kafka"), found) as fleet:
        await fleet.ready("intake", "desk")
        # Nothing was published yet: what a topic held is gone with it, and no oracle would find it.
        async with admin_on(fleet.plant.settings.broker) as admin:
            await admin.delete_topics([which(fleet.plant)])
        await fleet.plant.feed(wire.mixture(PORTION))
        await fleet.watch(30)
        found.facts.append("what was published while it was away came when it was there again")
        await fleet.plant.create()
    return found


async def _until(true: Callable[[], bool], seconds: float, fleet: Fleet | None = None) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        if fleet is not None:
            fleet.tend()
        await asyncio.sleep(0.01)
    return True


Scene = Callable[[Path], Coroutine[Any, Any, Found]]
SCENES: Final[dict[str, Scene]] = {
    "full disk": full_disk,
    "paused broker": paused_broker,
    "cut connections": cut_connections,
    "jumping clock": jumping_clock,
    "out of memory": out_of_memory,
    "corrupt memory": corrupt_memory,
    "rebalance storm": rebalance_storm,
    "too large": too_large,
    "deleted output": deleted_output,
    "deleted memory": deleted_memory,
}
