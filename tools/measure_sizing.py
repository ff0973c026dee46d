# ruff: noqa: INP001, T201 - a command that prints
"""
Measure what to plan with on this machine: `python -m tools.measure_sizing --items 20000 --size 4000`.

Items of made-up words go through the pure intake and the pure desk in one process. Printed are the items a second of one core for
each, without Kafka, and the memory that the desk takes for each thousand items that it remembers. The live worker's rate is lower:
`python -m bench.live` says by how much on the machine it runs on.
"""

import argparse
import sys
import time
from pathlib import Path

from worker.model import Origin, Raw
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.testing.stories import Wire
from worker.wiring import Counter, Intake

MIB = 1 << 20
_CHUNK = 100
_ROWS = 4


def resident() -> int:
    """Return the bytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000, help="how many items (default: %(default)s)")
    parser.add_argument("--size", type=int, default=4000, help="characters of each (default: %(default)s)")
    arguments = parser.parse_args()
    intake, counter, wire = Intake(Rules()), Counter(Rules()), Wire(seed=1, size=arguments.size)
    reading = deciding = 0.0
    done, before, known = 0, 0, 0
    print(f"{'items':>9} {'intake/s':>9} {'desk/s':>9} {'remembered':>11} {'its own count':>14} {'resident for 1000 more':>23}")
    for step in range(arguments.items // _CHUNK):
        # New stories only: they are what the desk remembers, and what costs most. In small chunks, so that what is measured is not
        # the heap of those that wait.
        values = [wire.new() for _ in range(_CHUNK)]
        wire._sent.clear()  # noqa: SLF001 - a wire remembers what it has sent, and would be measured too
        prepared = []
        began = time.process_time()
        raws = [Raw(value=v, origin=Origin("wire.raw", 0, at, 1_790_000_000_000)) for at, v in enumerate(values, start=done)]
        for items in intake.prepare_all(raws):
            prepared += items
        reading += time.process_time() - began
        began = time.process_time()
        for offset, item in enumerate(prepared, start=done):
            if not isinstance(item, Reject):
                counter.serve(item.value, offset)
        counter.memory.changes()
        counter.memory.commit()
        deciding += time.process_time() - began
        done += len(values)
        if (step + 1) % (arguments.items // _CHUNK // _ROWS) == 0:
            now, count = resident(), len(counter.memory)
            more = f"{(now - before) / (count - known) * 1000 / MIB:.1f} MiB" if before else "(warming up)"
            size = f"{counter.memory.size_bytes / MIB:.1f} MiB"
            print(f"{done:>9,} {done / reading:>9,.0f} {done / deciding:>9,.0f} {count:>11,} {size:>14} {more:>23}", flush=True)
            before, known = now, count
    return 0


if __name__ == "__main__":
    sys.exit(main())
