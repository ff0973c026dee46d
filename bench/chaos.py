"""
Hurt intakes and desks at random while they work, then ask the oracle: `make chaos KILLS=100`.

Workers are killed (-9), told to stop, frozen until others have taken over and woken (zombies), and joined by others; the broker is
stopped and killed. Meanwhile a wire sends new stories, repeats, copies, updates, kills, embargoes, items that topics refuse, and
what nobody can read. At the end all is let to settle, and the pure core is run over what was committed (worker.testing.oracle).

A run counts only if it hurt: three in ten kills must have fallen into an open transaction, readers who do not care for
transactions must have seen records that were aborted, and a zombie must have been fenced.

The exit code is 0 if the run counts and all is right, 1 if something is wrong, 2 if the run does not count.
"""

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from worker.broker import DevBroker
from worker.testing.hurt import MUTANTS, open_transactions
from worker.testing.oracle import Verdict, judge
from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess
from worker.testing.stories import Wire

FLEET: Final = ("intake", "intake", "desk", "desk")
FENCED: Final = 3  # the exit code of a worker that lost its partition to another, or does not know the result of a commit
SESSION_SECONDS: Final = 6  # the least that Kafka allows by default
STALL_SECONDS: Final = 0.08
OPEN_SHARE: Final = 0.3
BUSY_SECONDS: Final = 60.0  # to wait for an open transaction: after a kill, a session must end and a worker start


class Chaos:
    """
    One run.

    Args:
        plant: where it takes place.

        broker: what is restarted.

        rnd: of all that is random.

        mutant: a fault that is built into all workers, or None.
    """

    def __init__(self, plant: Plant, broker: DevBroker, rnd: random.Random, mutant: str | None) -> None:
        """Start nothing yet."""
        self.plant, self.broker, self.rnd, self.mutant = plant, broker, rnd, mutant
        self.counts: Counter[str] = Counter()
        self.fleet: list[tuple[str, WorkerProcess, Path]] = []
        self._started = 0

    def start(self, role: str) -> None:
        """Add a worker."""
        self._started += 1
        state = self.plant.folder / f"state-{self._started}"
        command = ["-m", "worker.testing.hurt", f"--stall={STALL_SECONDS}", f"--state={state}"]
        if self.mutant:
            command.append(f"--mutant={self.mutant}")
        self.fleet.append((role, self.plant.start(role, command=command), state))

    def tend(self) -> None:
        """Replace workers that have ended of themselves, and note how."""
        for member in list(self.fleet):
            role, worker, _ = member
            if not worker.alive:
                self.counts[f"ended with {worker.process.returncode}"] += 1
                self.fleet.remove(member)
                self.start(role)

    async def choose(self, *, busy_share: float = 0.75) -> tuple[str, WorkerProcess, Path]:
        """Choose a worker: so often one that has a transaction open, as soon as there is one."""
        deadline = time.monotonic() + (BUSY_SECONDS if self.rnd.random() < busy_share else 0)
        while time.monotonic() < deadline:
            busy = [member for member in self.fleet if member[1].alive and open_transactions(member[2])]
            if busy:
                return self.rnd.choice(busy)
            self.tend()
            await asyncio.sleep(0.005)
        await asyncio.sleep(self.rnd.uniform(0, 1))
        return self.rnd.choice(self.fleet)

    async def kill(self) -> None:
        """End a worker at once, and start another."""
        member = role, worker, state = await self.choose()
        worker.kill()
        self.counts["kills"] += 1
        self.counts["kills inside a transaction"] += open_transactions(state) > 0
        self.fleet.remove(member)
        self.start(role)

    async def stop(self) -> None:
        """Tell a worker to stop, and start another."""
        member = role, worker, _ = await self.choose()
        self.fleet.remove(member)
        started = worker.log_file.stat().st_size > 0
        worker.process.terminate()
        code = await asyncio.to_thread(worker.wait)
        self.counts["stops"] += 1
        # One that is told to stop before Python is up dies of the signal; it had nothing to finish.
        self.counts["stops that did not end well"] += code != 0 and started
        self.start(role)

    async def zombie(self) -> None:
        """Freeze a worker until others have its partitions, and wake it."""
        member = role, worker, _ = await self.choose(busy_share=1.0)  # a standby has nothing that it could be fenced from
        worker.freeze()
        self.counts["zombies"] += 1
        self.start(role)
        await asyncio.sleep(SESSION_SECONDS + 4)
        worker.thaw()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(worker.wait, 40)
        self.fleet.remove(member)
        self.counts["zombies fenced"] += worker.process.returncode == FENCED
        worker.kill()

    async def join(self) -> None:
        """Add a worker for a while."""
        self.start(self.rnd.choice(FLEET))
        joined = self.fleet[-1]
        await asyncio.sleep(self.rnd.uniform(1, 5))
        self.counts["joins"] += 1
        if joined in self.fleet and joined[1].alive:
            self.fleet.remove(joined)
            joined[1].process.terminate()
            await asyncio.to_thread(joined[1].wait)

    async def restart(self) -> None:
        """Stop or kill the broker, and start it again."""
        end = self.rnd.choice((self.broker.stop, self.broker.kill))
        await asyncio.to_thread(end)
        await asyncio.sleep(self.rnd.uniform(0, 2))
        await asyncio.to_thread(self.broker.start)
        self.counts["broker restarts"] += 1

    async def run(self, kills: int, items: int, settle_seconds: float) -> Verdict:
        """Do it all. Raises `TimeoutError` if work is left at the end."""
        wire = feed(self.rnd, items)
        for role in FLEET:
            self.start(role)
        for _, worker, _ in self.fleet:
            await asyncio.to_thread(worker.wait_ready, 300)
        actions = [self.kill] * kills + [self.stop] * (kills // 6) + [self.zombie] * max(1, kills // 12)
        actions += [self.join] * (kills // 8) + [self.restart] * max(1, kills // 25)
        self.rnd.shuffle(actions)
        portion = -(-items // len(actions))
        for number, action in enumerate(actions):
            await self.plant.feed(message for _, message in zip(range(portion), wire, strict=False))
            self.tend()
            await action()
            print(f"\r{number + 1}/{len(actions)} {dict(self.counts)}", end="", file=sys.stderr, flush=True)
        await self._settle(settle_seconds)
        self.counts["aborted records seen"] = await self.plant.aborted(
            self.plant.names.prepared, self.plant.names.enriched, self.plant.settings.memory_topic
        )
        print("\nasking the oracle", file=sys.stderr, flush=True)
        return await judge(self.plant)

    async def _settle(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not await self.plant.drained() or await self._held():
            if time.monotonic() > deadline:
                raise TimeoutError(f"work is left after {seconds:.0f} s")
            self.tend()
            await asyncio.sleep(0.5)

    async def _held(self) -> int:
        """Count items that are still held."""
        last = {record.key: record.value for record in await self.plant.read(self.plant.names.held)}
        return sum(value is not None for value in last.values())


def feed(rnd: random.Random, items: int) -> Iterator[bytes]:
    """Send what a wire sends, with some embargoes that end soon and some items that are larger than a topic takes."""
    wire = Wire(rnd.randrange(1 << 30))
    for message in wire.mixture(items):
        chance = rnd.random()
        if chance < 0.01:
            until = datetime.fromtimestamp(int(time.time()) + rnd.randrange(3, 15), UTC)
            yield wire.new(embargoed=until.isoformat().replace("+00:00", "Z"), versioncreated="2026-03-02T07:00:00Z")
        elif chance < 0.014:
            yield wire.new(body_text="A long story. " * rnd.choice((4000, 9000)))
        else:
            yield message


def show(chaos: Chaos, verdict: Verdict | None, problems: list[str], seconds: float) -> None:
    """Print what was done and what was found."""
    rows = {**chaos.counts, **({} if verdict is None else verdict.counts), "seconds": round(seconds)}
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:<{width}}  {value:>8}")
    for problem in problems:
        print(f"WRONG: {problem}")


def weak(counts: Counter[str]) -> list[str]:
    """Say why a run does not count."""
    found = []
    if counts["kills inside a transaction"] < OPEN_SHARE * counts["kills"]:
        found.append("too few kills fell into an open transaction")
    if not counts["aborted records seen"]:
        found.append("nothing was aborted")
    if not counts["zombies fenced"]:
        found.append("no zombie was fenced")
    return found


async def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Hurt workers at random, then ask the oracle.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--items", type=int, help="messages; 200 for each kill if not given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutant", choices=MUTANTS, help="build a fault into the workers; the run must then fail")
    parser.add_argument("--settle", type=float, default=300.0, help="seconds that the work left at the end may take")
    parser.add_argument("--keep", type=Path, help="a folder to keep logs and the broker's data in")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        with DevBroker(folder / "kafka") as broker:
            settings = {"RAW_PARTITIONS": 4, "OUTPUT_PARTITIONS": 2, "CHUNK": 25, "SESSION_TIMEOUT": f"{SESSION_SECONDS}s"}
            with Plant(broker.bootstrap, "chaos.", folder, **settings) as plant:
                await plant.create()
                await plant.limit(plant.names.enriched, 40_000)  # refuses the long stories at the desk
                await plant.limit(plant.names.prepared, 100_000)  # and the very long ones at the intake
                chaos = Chaos(plant, broker, random.Random(options.seed), options.mutant)
                verdict = None
                try:
                    verdict = await chaos.run(options.kills, options.items or options.kills * 200, options.settle)
                    problems = verdict.problems
                except TimeoutError as error:
                    problems = [str(error)]
                show(chaos, verdict, problems, time.monotonic() - started)
    if problems:
        return 1
    reasons = weak(chaos.counts)
    for reason in reasons:
        print(f"does not count: {reason}")
    return 2 if reasons else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
