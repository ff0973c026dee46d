"""
Restart a fleet under load from another state of this repository to this one, and back: `make upgrade FROM=v0.1.0`.

Two intakes and two desks of the other state work on a wire that does not stop. One after the other is stopped and started as this
state, in the order that docs/operations.md names: desks, then intakes. Then all go back, intakes first, as in a rollback. At the end
each raw record must have its items once, each item one outcome, and no event may stand twice on a topic (worker.testing.oracle).

The exit code is 0 if all is right, else 1.
"""

import argparse
import asyncio
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from worker.broker import DevBroker
from worker.testing.oracle import Verdict, judge_counts
from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess
from worker.testing.stories import Wire

HERE: Final = Path(__file__).resolve().parents[1]
BURST: Final = 20
PAUSE_SECONDS: Final = 0.2
WORK_SECONDS: Final = 3.0  # that a new worker has before the next is stopped


class Fleet:
    """
    Two desks and two intakes, each from one of two folders.

    Args:
        plant: where they work.
    """

    def __init__(self, plant: Plant) -> None:
        """Start nothing yet."""
        self._plant = plant
        self._workers: list[tuple[str, WorkerProcess]] = []

    async def start(self, role: str, folder: Path) -> None:
        """Start a worker of what is in `folder`."""
        worker = self._plant.start(role, env={"PYTHONPATH": str(folder)})
        await asyncio.to_thread(worker.wait_log, b"assigned ")
        self._workers.append((role, worker))

    async def replace(self, roles: tuple[str, str], folder: Path) -> None:
        """Stop and start again all workers, those of the first role first, from another folder."""
        for role in roles:
            for member in [m for m in self._workers if m[0] == role]:
                self._workers.remove(member)
                code = await asyncio.to_thread(member[1].stop)
                if code:
                    raise RuntimeError(f"a worker ended with {code}:\n{member[1].log[-3000:]}")
                await self.start(role, folder)
                await asyncio.sleep(WORK_SECONDS)
                print(f"  {role} restarted from {'here' if folder == HERE else folder.name}", flush=True)


async def feed(plant: Plant, wire: Wire, stop: asyncio.Event) -> int:
    """Feed a mixture of news until told to stop; return how much it was."""
    fed = 0
    while not stop.is_set():
        fed += len(await plant.feed(wire.mixture(BURST)))
        await asyncio.sleep(PAUSE_SECONDS)
    return fed


async def run(plant: Plant, before: Path, after: Path, seed: int) -> Verdict:
    """Upgrade and roll back under load; say what readers then found."""
    await plant.create()
    fleet, stop = Fleet(plant), asyncio.Event()
    for role in ("desk", "desk", "intake", "intake"):
        await fleet.start(role, before)
    feeding = asyncio.create_task(feed(plant, Wire(seed=seed), stop))
    try:
        await asyncio.sleep(WORK_SECONDS)
        await fleet.replace(("desk", "intake"), after)
        await fleet.replace(("intake", "desk"), before)
    finally:
        stop.set()
        fed = await feeding
    await plant.settle(180)
    verdict = await judge_counts(plant)
    verdict.counts["fed"] = fed
    return verdict


def export(reference: str, folder: Path) -> Path:
    """Unpack the code of another state, found as git finds it; raise `CalledProcessError` if it is not there."""
    packed = subprocess.run(["git", "archive", reference, "worker"], cwd=HERE, check=True, capture_output=True).stdout
    target = folder / reference.replace("/", "-")
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(target, filter="data")
    return target


def main() -> int:
    """Run once and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.upgrade", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--from", dest="reference", required=True, help="a tag, branch or commit to upgrade from")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-upgrade-") as folder:
        before = export(arguments.reference, Path(folder))
        with (
            DevBroker(Path(folder) / "kafka") as broker,
            Plant(broker.bootstrap, "up.", Path(folder), SESSION_TIMEOUT="6s") as plant,
        ):
            print(f"from {arguments.reference} to what is here, and back", flush=True)
            verdict = asyncio.run(run(plant, before, HERE, arguments.seed))
    print("  " + ", ".join(f"{name} {count}" for name, count in sorted(verdict.counts.items())))
    for problem in verdict.problems:
        print(f"  {problem}")
    print("nothing was lost, doubled or judged twice" if not verdict.problems else "that is wrong")
    return bool(verdict.problems)


if __name__ == "__main__":
    sys.exit(main())
