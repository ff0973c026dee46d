"""
Measure what the desk's memory takes: `python -m bench.bench_memory [--identities 4000000] [--window 0.25]`.

Made-up items come at an even rate over thirty simulated days, each as it would on the wire: looked up, decided as new, remembered and
committed; what is out of date is dropped every hour of them. `--window` is the part of the thirty days in which texts are compared, so
a quarter of four million identities are a million prints. Printed are the items and prints held, the process's memory beyond that of
an empty desk, and the median processor time of one item.
"""

import argparse
import gc
import random
import statistics
import time

from bench.bench_near import resident, stories
from worker.desk.entry import Entry, Seen, Version
from worker.desk.memory import DAY, Memory

HOLDERS = ("Example News", "Example Press", None)
ROUTES = [tuple(sorted(random.Random(n).sample([f"route-{k}" for k in range(22)], 3))) for n in range(200)]
WORDS = "ministers agree new rules for coastal fishing after long talks in northern port as storm nears".split()
START = 1_767_225_600_000
MIB = 1 << 20


def entry(number: int, at: int, exact: bytes, print_: bytes) -> Entry:
    """Make what the desk remembers of a new item: a uri of 45 characters and a headline of 55, as on a wire."""
    chance = random.Random(number)
    uri = f"urn:newsml:example.com:20260101:{chance.getrandbits(32):08x}-{number:08d}"[:48]
    headline = " ".join(chance.choices(WORDS, k=9))[:55]
    version = Version("1", exact, print_, number, at, 1)
    return Entry(
        uri=uri, story=uri, state=Seen.KEPT, provider=f"provider-{number % 12}", sequence=number, at=at, time=at,
        holder=HOLDERS[number % 3], headline=headline, routes=ROUTES[number % 200], versions=(version,),
    )  # fmt: skip


def main() -> None:
    """Fill a memory for thirty simulated days and print what it takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--identities", type=int, default=400_000)
    parser.add_argument("--window", type=float, default=0.25)
    options = parser.parse_args()
    count = options.identities
    step = 30 * DAY // count
    memory = Memory(int(30 * DAY * options.window), 30 * DAY)
    gc.collect()
    before = resident()
    print("  identities    prints  process MiB  own count MiB  bytes an identity  us an item  longest expiry s")
    costs: list[float] = []
    worst = 0.0
    due = START
    for number, (exact, print_) in enumerate(stories(count, 5, 3)):
        at = START + number * step
        begun = time.process_time()
        memory.admit(at)
        memory.put(entry(number, at, exact, print_))
        costs.append(time.process_time() - begun)
        if number % 200 == 0:
            memory.changes()
            memory.commit()
        if at >= due:
            due += 3_600_000
            begun = time.process_time()
            memory.expire()
            worst = max(worst, time.process_time() - begun)
        if (number + 1) % max(1, count // 4) == 0:
            memory.commit()
            gc.collect()
            used = resident() - before
            print(
                f"{len(memory):12d} {memory.prints:9d} {used / MIB:12.0f} {memory.size_bytes / MIB:14.0f}"
                f" {used / len(memory):18.0f} {statistics.median(costs[-20_000:]) * 1e6:11.1f} {worst:17.3f}",
                flush=True,
            )
            worst = 0.0


if __name__ == "__main__":
    main()
