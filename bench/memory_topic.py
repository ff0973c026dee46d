"""
Measure how large the memory topic gets: `python -m bench.memory_topic [--items 2000] [--days 45]`.

A desk's memory remembers so many made-up items a day for so many days, and drops what is out of date as it does live. Each day is
printed: the records that compaction must keep, removals included for as long as Kafka keeps them; and the most that stands on the disk
before a segment is closed and compacted, with the settings that `copydesk topics create` gives the topic. Records are counted as Kafka
writes them without compression, at one transaction of `--chunk` items.
"""

import argparse
from dataclasses import dataclass, field
from typing import Final

from bench.bench_memory import START, entry
from bench.bench_near import stories
from worker.desk.memory import DAY, Memory

HOUR: Final = 3_600_000
MIB: Final = 1 << 20
RECORD: Final = 12  # bytes that Kafka adds to a record
BATCH: Final = 61 + 78  # and to a transaction: its batch, and the mark at its end
DIRTY: Final = 0.2  # min.cleanable.dirty.ratio
KEPT_REMOVALS: Final = 7 * DAY  # delete.retention.ms
SEGMENT: Final = 128 * MIB  # segment.bytes, or what comes in a day


@dataclass
class Topic:
    """What compaction leaves of a topic."""

    sizes: dict[bytes, int] = field(default_factory=dict)
    removals: dict[bytes, int] = field(default_factory=dict)
    live: int = 0
    written: int = 0

    def write(self, changes: list[tuple[bytes, bytes | None]], now: int) -> None:
        """Write a transaction."""
        self.written += BATCH
        for key, value in changes:
            size = RECORD + len(key) + len(value or b"")
            self.written += size
            self.live += size - self.sizes.get(key, 0)
            self.sizes[key] = size
            self.removals.pop(key, None)
            if value is None:
                self.removals[key] = now

    def compact(self, now: int) -> None:
        """Drop removals that are older than Kafka keeps them."""
        for key in [key for key, at in self.removals.items() if now - at > KEPT_REMOVALS]:
            del self.removals[key]
            self.live -= self.sizes.pop(key)

    def most(self, a_day: int) -> float:
        """Bytes on the disk before compaction, at most: what lives, what is out of date, and the segment that is written."""
        return self.live / (1 - DIRTY) + min(a_day, SEGMENT)


def main() -> None:
    """Print a line for each day."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--days", type=int, default=45)
    parser.add_argument("--chunk", type=int, default=10)
    options = parser.parse_args()
    memory, topic = Memory(), Topic()
    step = DAY // options.items
    due, before = START, 0
    print("  day  items known  removals  lives MiB  on disk, at most MiB  bytes an item known")
    for number, (exact, print_) in enumerate(stories(options.items * options.days, 5, 3)):
        now = START + number * step
        memory.admit(now)
        memory.put(entry(number, now, exact, print_))
        if number % options.chunk == options.chunk - 1:
            topic.write(memory.changes(), now)
            memory.commit()
        if now >= due:
            due += HOUR
            memory.expire()
        if number % options.items == options.items - 1:
            topic.compact(now)
            a_day, before = topic.written - before, topic.written
            day = number // options.items + 1
            if day % 5 == 0 or day in {1, 31}:
                print(
                    f"{day:5d} {len(memory):12d} {len(topic.removals):9d} {topic.live / MIB:10.1f}"
                    f" {topic.most(a_day) / MIB:21.1f} {topic.most(a_day) / len(memory):20.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
