"""
Feed many items through Kafka in one run, and watch what grows: `make endurance ITEMS=2000000`.

The windows are short, so that the memory fills early and must stay as it is; retention by size and compression keep the disk small.
Items are fed as fast as they are worked off. Every few seconds memory, file handles, asyncio tasks, rate, latency and CPU of intake and
desk are noted; the picture shows them all, and the table compares the second tenth of the run, when the memory is full, with the last.

The picture needs the peers' environment, which `python -m bench.peers` makes.
"""

import argparse
import asyncio
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import psutil

from worker.broker import DevBroker
from worker.committed import committed_offset
from worker.testing.clients import admin_on, consumer_on, partitions_of, producer_on
from worker.testing.plant import Plant
from worker.testing.stories import Wire
from worker.topics import plan

ROOT: Final = Path(__file__).parents[1]
WINDOWS: Final = {
    "FINGERPRINT_WINDOW": "1d",
    "IDENTITY_WINDOW": "4d",
}  # an item each 7 s of the wire's time: 50,000 are remembered
PORTION: Final = 1000
AHEAD: Final = 4000  # items that may wait: enough to keep busy, and what an item waits stays the same
SAMPLE_SECONDS: Final = 5.0
REMEMBERED: Final = 2000  # of what it sent, for repeats and copies; a real wire does not repeat last month's either
SEGMENT: Final = 8 << 20
KEPT: Final = 64 << 20
NUMBER: Final = re.compile(r"^(copydesk_\w+)(?:\{[^}]*\})? (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was seen at one time. Memory is in MiB, times in milliseconds, CPU in microseconds an item."""

    seconds: float
    items: int
    rate: float
    desk_memory: float
    intake_memory: float
    broker_memory: float
    disk: float
    entries: float
    files: int
    tasks: int
    desk_cpu: float
    intake_cpu: float
    end_to_end: float
    transaction: float


class Watch:
    """
    Takes samples.

    Args:
        plant: where the workers are.

        broker: the broker.

        workers: name to process id and port of its metrics.
    """

    def __init__(self, plant: Plant, broker: DevBroker, workers: dict[str, tuple[int, int]]) -> None:
        """Take the time."""
        self._plant, self._broker = plant, broker
        self._processes = {name: psutil.Process(pid) for name, (pid, _) in workers.items()}
        self._ports = {name: port for name, (_, port) in workers.items()}
        self._started = self._last = time.monotonic()
        self._items = 0
        self._before: dict[str, float] = {}
        self._cpu = {name: _cpu(process) for name, process in self._processes.items()}
        self.samples: list[Sample] = []

    def sample(self, items: int) -> None:
        """Note how it is when so many items are done."""
        now = time.monotonic()
        if self.samples and items - self._items < PORTION:
            return  # CPU of so few items says nothing
        metrics = {name: _metrics(port) for name, port in self._ports.items()}
        memory = {name: p.memory_info().rss / (1 << 20) for name, p in self._processes.items()}
        cpu = {name: _cpu(process) for name, process in self._processes.items()}
        done = max(1, items - self._items)
        used = {name: (cpu[name] - self._cpu[name]) / done * 1e6 for name in cpu}
        desk = metrics["desk"]
        assert self._broker.pid is not None
        self.samples.append(
            Sample(
                seconds=now - self._started,
                items=items,
                rate=(items - self._items) / (now - self._last),
                desk_memory=memory["desk"],
                intake_memory=memory["intake"],
                broker_memory=psutil.Process(self._broker.pid).memory_info().rss / (1 << 20),
                disk=sum(f.stat().st_blocks * 512 for f in self._broker.data.rglob("*") if f.is_file()) / (1 << 20),
                entries=desk.get("copydesk_memory_entries", 0.0),
                files=sum(process.num_fds() for process in self._processes.values()),
                tasks=sum(int((self._plant.folder / f"{name}.tasks").read_text() or 0) for name in self._processes),
                desk_cpu=used["desk"],
                intake_cpu=used["intake"],
                end_to_end=self._mean("copydesk_end_to_end_seconds", desk),
                transaction=self._mean("copydesk_transaction_seconds", desk),
            )
        )
        self._cpu, self._items, self._last = cpu, items, now

    def _mean(self, name: str, metrics: dict[str, float]) -> float:
        """Give the mean of a histogram since the last sample, in milliseconds."""
        total, count = (metrics.get(f"{name}_{part}", 0.0) for part in ("sum", "count"))
        more, since = total - self._before.get(f"{name}_sum", 0.0), count - self._before.get(f"{name}_count", 0.0)
        self._before |= {f"{name}_sum": total, f"{name}_count": count}
        return more / since * 1000 if since else 0.0


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _metrics(port: int) -> dict[str, float]:
    """Read what a role's /metrics shows, series of one name added up."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    found: dict[str, float] = {}
    for name, value in NUMBER.findall(text):
        found[name] = found.get(name, 0.0) + float(value)
    return found


async def _small(plant: Plant) -> None:
    """Have the topics compressed and kept by size."""
    for topic in plan(plant.settings, plant.routes):
        kept = {"retention.bytes": str(KEPT)} if topic.config["cleanup.policy"] == "delete" else {}
        await plant.configure(topic.name, {"compression.type": "lz4", "segment.bytes": str(SEGMENT), **kept})


async def _feed(plant: Plant, count: int, size: int, until: float, watch: Watch) -> int:
    """Feed as fast as it is worked off, and take samples; return how many were fed."""
    wire, fed, due = Wire(seed=9, size=size, kept=REMEMBERED), 0, time.monotonic() + SAMPLE_SECONDS
    mixture = wire.mixture(count)
    async with (
        producer_on(plant.settings.broker) as producer,
        admin_on(plant.settings.broker) as admin,
        consumer_on(plant.settings.broker, "read_committed") as reader,
    ):
        raw, prepared = await partitions_of(admin, [plant.raw, plant.names.prepared])
        group = plant.settings.group
        while fed < count and time.monotonic() < until:
            portion = min(PORTION, count - fed)
            for _ in range(portion):
                await producer.send(raw.topic, next(mixture), partition=0)
            fed += portion
            while True:
                read = await committed_offset(admin, f"{group}-intake", raw) or 0
                end = (await reader.end_offsets([prepared]))[prepared]
                decided = await committed_offset(admin, f"{group}-desk", prepared) or 0
                if time.monotonic() >= due:
                    due = time.monotonic() + SAMPLE_SECONDS
                    await asyncio.to_thread(watch.sample, read)
                    line = watch.samples[-1]
                    print(
                        f"\r{line.items:>9,} items {line.rate:>6,.0f}/s desk {line.desk_memory:.0f} MiB ",
                        end="",
                        file=sys.stderr,
                    )
                if fed - read + end - decided <= AHEAD:
                    break
                await asyncio.sleep(0.05)
    return fed


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def run(count: int, size: int, seconds: float, folder: Path) -> tuple[int, list[Sample]]:
    """Do it; return how many items were fed, and the samples."""
    with (
        DevBroker(folder / "kafka", properties={"log.retention.check.interval.ms": "10000"}) as broker,
        Plant(broker.bootstrap, "long.", folder, RAW_PARTITIONS=1, **WINDOWS) as plant,
    ):
        await plant.create()
        await _small(plant)
        workers = {}
        for role in ("intake", "desk"):
            port = _free_port()
            command = ("-m", "worker.testing.hurt", f"--tasks={folder / role}.tasks")
            worker = plant.start(role, command=command, env={"COPYDESK_WEB_PORT": str(port)})
            worker.wait_ready(120)
            workers[role] = (worker.process.pid, port)
        watch = Watch(plant, broker, workers)
        fed = await _feed(plant, count, size, time.monotonic() + seconds, watch)
        await plant.settle(300)
        watch.sample(fed)
        return fed, watch.samples


def show(fed: int, samples: Sequence[Sample]) -> str:
    """Compare the second tenth of the run with the last."""
    tenth = max(1, len(samples) // 10)
    early, late = samples[tenth : 2 * tenth] or samples, samples[-tenth:]
    lines = [f"{fed:,} items in {samples[-1].seconds:,.0f} s, {len(samples)} samples; means of the second and the last tenth"]
    for field in fields(Sample)[2:]:
        a, b = (statistics.fmean(getattr(s, field.name) for s in part) for part in (early, late))
        lines.append(f"{field.name:<16} {a:>13,.1f} {b:>13,.1f}")
    return "\n".join(lines)


def draw(samples: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw all figures over the items that were done."""
    import matplotlib as mpl  # noqa: PLC0415 - only where something is drawn

    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only where something is drawn

    panels: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
        ("memory, MiB", (("desk_memory", "desk"), ("intake_memory", "intake"), ("broker_memory", "broker"))),
        ("items remembered", (("entries", ""),)),
        ("file handles, tasks", (("files", "file handles"), ("tasks", "asyncio tasks"))),
        ("mean latency, ms", (("end_to_end", "end to end, with a backlog"), ("transaction", "a desk's transaction"))),
        ("µs of CPU an item", (("desk_cpu", "desk"), ("intake_cpu", "intake"))),
        ("items a second", (("rate", ""),)),
    )
    figure, axes = plt.subplots(3, 2, figsize=(11, 8), sharex=True)
    done = [sample["items"] / 1000 for sample in samples]
    for axis, (title, lines) in zip(axes.flat, panels, strict=True):
        for name, label in lines:
            axis.plot(done, [sample[name] for sample in samples], label=label, linewidth=1)
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
        if lines[0][1]:
            axis.legend(fontsize=8, frameon=False)
    for axis in axes[-1]:
        axis.set_xlabel("thousand items")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _drawn(samples: Sequence[Sample], plot: Path, folder: Path) -> None:
    """Draw here, or with the peers' environment."""
    file = folder / "samples.json"
    file.write_text(json.dumps([asdict(sample) for sample in samples]))
    python = ROOT / ".venv-peers" / "bin" / "python"
    if not python.exists():
        print("no picture: `python -m bench.peers` makes the environment that draws")
        return
    subprocess.run([str(python), "-m", "bench.endurance", "--draw", str(file), "--plot", str(plot)], check=True, cwd=ROOT)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.endurance", description="Feed many items and watch what grows.")
    parser.add_argument("--items", type=int, default=2_000_000)
    parser.add_argument("--size", type=int, default=300, help="characters of an item")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop feeding after so many")
    parser.add_argument("--keep", type=Path, help="a folder to keep logs, figures and the broker's data in")
    parser.add_argument("--plot", type=Path, help="draw here (PNG)")
    parser.add_argument("--draw", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.draw:
        draw(json.loads(options.draw.read_text()), options.plot)
        return
    with tempfile.TemporaryDirectory(prefix="endurance-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        fed, samples = asyncio.run(run(options.items, options.size, options.seconds, folder))
        print("\n" + show(fed, samples))
        if options.plot:
            _drawn(samples, options.plot, folder)


if __name__ == "__main__":
    main()
