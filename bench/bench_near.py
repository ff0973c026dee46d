"""
Measure the memory of prints: time of a look-up and an insert, bytes an item, time to load, as it grows.

    python bench/bench_near.py [--sizes 100000,300000,1000000] [--copies 3]

The stories are made up: words of a Zipf distribution, lengths as on a wire (median 90 words), `--copies` of a hundred being an
earlier story with some of its words changed. Prints the median of single calls, in microseconds of processor time, and what the process
takes in memory.
"""

import argparse
import gc
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from worker.desk.near import Item, NearMemory
from worker.desk.prints import Codes, encode_print

WINDOW_MS = 7 * 86_400_000
VOCABULARY = 40_000
PROBES = 4_000


def stories(count: int, seed: int, copies: int) -> Iterator[tuple[bytes, bytes]]:
    """Make digests and prints of `count` stories."""
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 0x8000, VOCABULARY).astype(np.uint16)
    share = 1 / np.arange(2, VOCABULARY + 2)
    share = np.cumsum(share / share.sum())
    recent: list[Codes] = []
    lengths = np.minimum(3000, np.exp(rng.normal(np.log(95), 0.85, count)).astype(np.int64) + 12)
    for length in lengths.tolist():
        if recent and rng.integers(100) < copies:
            codes = recent[rng.integers(len(recent))].copy()
            codes[rng.integers(0, len(codes), max(1, len(codes) // 30))] = words[rng.integers(VOCABULARY)]
        else:
            codes = words[np.minimum(np.searchsorted(share, rng.random(length)), VOCABULARY - 1)]
            recent = [*recent[-500:], codes]
        print_ = encode_print(codes=codes, names=np.zeros(len(codes), np.bool_), headline=codes[:8], tickers=codes[:0])
        yield rng.bytes(16), print_


def resident() -> int:
    """Bytes of memory that the process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def main() -> None:
    """Fill a memory step by step and measure at each size."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--sizes", default="100000,300000,1000000")
    arguments.add_argument("--copies", type=int, default=3)
    chosen = arguments.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]

    probes = list(stories(PROBES, 1, chosen.copies))
    gc.collect()
    before = resident()
    near, held, prints = NearMemory(WINDOW_MS), 0, 0
    print("    items  find us  find p99  add us  remove us  load s  index B/item  prints B/item  process B/item")
    for size in sizes:
        started = 0.0
        while held < size:
            block: list[Item] = []
            for exact, print_ in stories(min(50_000, size - held), held + 7, chosen.copies):
                block.append(Item(held + len(block), held + len(block), 0, exact, print_))
                prints += len(print_)
            held += len(block)
            begun = time.process_time()
            near.load(block)
            started += time.process_time() - begun
        del block
        find, add, remove = [], [], []
        slots = []
        for number, (exact, print_) in enumerate(probes):
            one = time.process_time()
            near.find(exact, print_, 0, 0)
            two = time.process_time()
            slots.append(near.add(Item(held + number, held + number, 0, exact, print_)))
            three = time.process_time()
            find.append(two - one)
            add.append(three - two)
        for slot in slots:
            one = time.process_time()
            near.remove(slot)
            remove.append(time.process_time() - one)
        gc.collect()
        print(
            f"{size:9d} {statistics.median(find) * 1e6:8.1f} {sorted(find)[len(find) * 99 // 100] * 1e6:9.1f}"
            f" {statistics.median(add) * 1e6:7.1f} {statistics.median(remove) * 1e6:10.1f} {started:7.1f}"
            f" {near.nbytes / size:13.0f} {prints / size:14.0f} {(resident() - before) / size:15.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
