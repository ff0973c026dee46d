"""Run all peers in turn on one broker, and measure each. Started by `python -m bench.peers`."""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil

from bench.peers.feed import Fed, Reader, decide_items, expected, feed, whole_items
from bench.peers.report import Cost, Results, show, write
from bench.peers.streams import HOW_TO_GET_A_JDK, streams_command
from bench.peers.work import Place
from worker.broker import DevBroker
from worker.broker.process import die_with_parent
from worker.testing.clients import admin_on
from worker.testing.plant import Plant

COPYDESK: Final = "Copydesk"
NEAR: Final = "Copydesk, near-duplicates too"
KAFKA_STREAMS: Final = "Kafka Streams"
PROGRAMS: Final = {"aiokafka loop": "aiokafka_loop", "Quix Streams": "quix_app", "Bytewax": "bytewax_flow"}
DECIDE: Final = (COPYDESK, NEAR, *PROGRAMS, KAFKA_STREAMS)
WHOLE: Final = (COPYDESK, *PROGRAMS)
WARM: Final = 2000  # items before anything counts
PAUSE_SECONDS: Final = 1.0
PATIENCE_SECONDS: Final = 180.0


class Bench:
    """
    Runs programs on one broker.

    Args:
        broker: the broker's address.

        folder: for logs and state.

        chunk: items in one of Copydesk's transactions, None for its default.
    """

    def __init__(self, broker: str, folder: Path, chunk: int | None) -> None:
        """Compile what must be compiled."""
        self._broker, self._folder = broker, folder
        self._settings = {"RAW_PARTITIONS": 1, **({} if chunk is None else {"CHUNK": chunk})}
        self._streams = streams_command(folder / "classes")
        self._number = 0

    @property
    def left_out(self) -> dict[str, str]:
        """Who can't run here, and why."""
        return {} if self._streams else {KAFKA_STREAMS: HOW_TO_GET_A_JDK}

    async def run(self, task: str, name: str, items: Sequence[Fed], counts: Sequence[int]) -> Cost:
        """
        Measure a program on topics of its own.

        It is started with some items waiting: that gives the time to the first committed record. When these are through, the rest is
        fed, and CPU and time count until all of it is committed.
        """
        self._number += 1
        prefix = f"peers{self._number}."
        with Plant(self._broker, prefix, self._folder, **self._settings) as plant:
            await plant.create()
            source = plant.names.prepared if task == "decide" else plant.raw
            reader = Reader(self._broker, [*plant.outputs, plant.names.dead_letters])
            feed(self._broker, source, items[:WARM])
            started = time.monotonic()
            processes = self._start(plant, task, name, prefix)
            try:
                first = reader.wait(1, PATIENCE_SECONDS) - started
                reader.wait(counts[WARM - 1], PATIENCE_SECONDS)
                time.sleep(PAUSE_SECONDS)  # noqa: ASYNC251 - nothing else runs in this loop
                before, began = _cpu(processes), time.monotonic()
                feed(self._broker, source, items[WARM:])
                seconds = reader.wait(counts[-1], PATIENCE_SECONDS) - began
                used, count = _cpu(processes) - before, len(items) - WARM
                return Cost(rate=count / seconds, cpu=used / count * 1e6, first=first)
            finally:
                reader.close()
                for process in processes:
                    process.kill()
                    process.wait()
                for worker in plant.workers:
                    worker.kill()
                async with admin_on(self._broker) as admin:
                    await admin.delete_topics([t for t in await admin.list_topics() if t.startswith(prefix)])

    def _start(self, plant: Plant, task: str, name: str, prefix: str) -> list[psutil.Process]:
        if name in {COPYDESK, NEAR}:
            roles = ["desk"] if task == "decide" else ["intake", "desk"]
            return [psutil.Process(plant.start(role).process.pid) for role in roles]
        place = Place(self._broker, prefix, str(self._folder / prefix))
        if name == KAFKA_STREAMS:
            assert self._streams is not None
            command = [*self._streams, *place]
        else:
            command = [sys.executable, "-m", f"bench.peers.{PROGRAMS[name]}", task, *place]
        log = (self._folder / f"{prefix}log").open("wb")
        return [psutil.Popen(command, stdout=log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent)]


def _cpu(processes: Sequence[psutil.Process]) -> float:
    return float(sum(t.user + t.system for t in (process.cpu_times() for process in processes)))


async def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description="Copydesk beside its peers, on one broker.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--decide", type=int, default=60_000, help="items to decide only")
    parser.add_argument("--whole", type=int, default=8_000, help="items of the whole work")
    parser.add_argument("--size", type=int, default=500, help="characters of a raw item")
    parser.add_argument("--chunk", type=int, help="items in one of Copydesk's transactions, else its default")
    parser.add_argument("--only", nargs="+", help="only these programs")
    parser.add_argument("--keep", type=Path, help="a folder to keep logs and the broker's data in")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--plot", type=Path, help="draw them here (PNG)")
    options = parser.parse_args()
    results = Results()
    scratch = options.keep or Path(tempfile.mkdtemp(prefix="peers-"))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        with DevBroker(scratch / "kafka") as broker:
            bench = Bench(broker.bootstrap, scratch, options.chunk)
            results.left_out = bench.left_out
            tasks = []
            if options.decide:
                exact, near = decide_items(options.decide, near=False), decide_items(options.decide, near=True)
                counts = expected("decide", exact)
                tasks += [("decide", name, near if name == NEAR else exact, counts) for name in DECIDE]
            if options.whole:
                raw = whole_items(options.whole, options.size)
                counts = expected("whole", raw)
                tasks += [("whole", name, raw, counts) for name in WHOLE]
            for number in range(options.rounds):
                for task, name, items, count in tasks:
                    if name in results.left_out or (options.only and name not in options.only):
                        continue
                    cost = await bench.run(task, name, items, count)
                    results.add(task, name, cost)
                    print(f"round {number + 1}, {task}, {name}: {cost.line}", file=sys.stderr, flush=True)
    finally:
        if options.keep is None:
            shutil.rmtree(scratch, ignore_errors=True)
    print(show(results))
    write(results, options.json, options.plot)


if __name__ == "__main__":
    asyncio.run(_main())
