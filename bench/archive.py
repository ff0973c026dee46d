"""
Replay an archive isolated with several workers: `python -m bench.archive --items 1000000 --workers 2`.

A wire of synthetic stories goes into the raw topic, seven seconds of its own time apart, so that a million of them are 81 days. Then
`copydesk replay --isolated` decides it while its memory is looked at: it must follow the windows in the items' own time, whatever the
wall clock. Printed are items a second, for all and for each worker, CPU an item, and the memory of the desk's process as it went.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from worker.broker import DevBroker
from worker.testing.plant import Plant
from worker.testing.stories import Wire

BATCH: Final = 5000
LOOKS: Final = 12  # lines of the table
MIB: Final = 1 << 20


async def feed(plant: Plant, count: int, size: int) -> None:
    """Feed the archive."""
    wire = Wire(seed=12, size=size)
    await plant.create()
    for start in range(0, count, BATCH):
        await plant.feed(wire.mixture(min(BATCH, count - start)))


def run(plant: Plant, workers: int) -> Iterator[tuple[float, float, int]]:
    """Replay, and give again and again the seconds since the start, CPU seconds of all its processes, and bytes of the desk's."""
    command = ["replay", "--from", "earliest", "--isolated", "archive", "--workers", str(workers)]
    with subprocess.Popen([sys.executable, "-m", "worker", *command], env=plant.environment()) as process:
        watched, started = psutil.Process(process.pid), time.monotonic()
        cpu: dict[int, float] = {}
        while process.poll() is None:
            try:
                for one in (watched, *watched.children(recursive=True)):
                    times = one.cpu_times()
                    cpu[one.pid] = times.user + times.system
                memory = watched.memory_info().rss
            except psutil.NoSuchProcess:
                break
            yield time.monotonic() - started, sum(cpu.values()), memory
            time.sleep(1)
        if process.wait():
            raise RuntimeError(f"the replay ended with {process.returncode}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.archive", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--identity-window", default="10d", help="in the items' own time")
    parser.add_argument("--fingerprint-window", default="3d")
    options = parser.parse_args()
    windows = {"IDENTITY_WINDOW": options.identity_window, "FINGERPRINT_WINDOW": options.fingerprint_window}
    with (
        tempfile.TemporaryDirectory() as scratch,
        DevBroker(Path(scratch) / "kafka") as broker,
        Plant(broker.bootstrap, "archive.", Path(scratch), RAW_PARTITIONS=1, **windows) as plant,
    ):
        asyncio.run(feed(plant, options.items, options.size))
        looks = list(run(plant, options.workers))
    seconds, cpu, _ = looks[-1]
    print(f"{options.items} items of {options.size} bytes, {options.workers} workers, windows {windows}")
    print(
        f"{options.items / seconds:.0f} items/s, {options.items / seconds / options.workers:.0f} a worker, {cpu / options.items * 1e6:.0f} us CPU an item"
    )
    for at, _, memory in looks[:: max(1, len(looks) // LOOKS)]:
        print(f"  {at:>6.0f} s  {memory / MIB:>6.0f} MiB")


if __name__ == "__main__":
    main()
