"""
The pure pipeline, stage by stage: microseconds an item for 500 bytes and 4 KB, and how cost grows with length.

    python -m bench.bench_pipeline [--remembered N] [--items N]

Stages are timed one by one over the same items, with the process's own CPU clock; `desk` is everything from the prepared value to the
published bytes, with N items remembered. The last table shows that cost grows with length and no faster.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from bench.stories import items
from worker.formats import decode
from worker.model import Draft, Origin, Raw
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.wiring import Counter, Intake

SIZES = (500, 4000)
T = TypeVar("T")


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--remembered", type=int, default=20_000, help="items in the desk's memory before it is timed")
    arguments.add_argument("--items", type=int, default=400, help="items that are timed, of each size")
    given = arguments.parse_args()
    intake = Intake(Rules())
    print(f"microseconds of CPU an item, median and p99 of {given.items} items; {given.remembered:,} remembered")
    columns = {size: _measure(intake, size, given.items, given.remembered) for size in SIZES}
    names = list(columns[SIZES[0]])
    print(f"{'':14}" + "".join(f"{size:>8} B {'p99':>8}" for size in SIZES))
    for name in names:
        print(f"{name:14}" + "".join(f"{_median(c[name]):>10.1f} {_p99(c[name]):>8.1f}" for c in columns.values()))
    print("\nwhole intake by length, nanoseconds a character")
    for size in (1000, 10_000, 100_000, 1_000_000):
        raws = [Raw(value=v) for v in items(size, max(1, 400_000 // size), seed=size)]
        best = min(_clock(lambda raws=raws: [intake.prepare(r) for r in raws]) for _ in range(3))  # type: ignore[misc] # bound
        print(f"{size:>10,} {best * 1e9 / (size * len(raws)):>8.1f}")


def _measure(intake: Intake, size: int, count: int, remembered: int) -> dict[str, list[float]]:
    counter = Counter(Rules())
    for sequence, prepared in enumerate(_prepared(intake, items(size, remembered, seed=7))):
        counter.serve(prepared, sequence)
        counter.memory.commit()
    spent: dict[str, list[float]] = defaultdict(list)
    warm = count // 4
    for number, value in enumerate(items(size, count + warm, seed=size)):
        raw = Raw(value=value, origin=Origin("wire.raw", 0, number, 1_772_431_200_000))
        times: dict[str, float] = {}
        decoded = _timed(times, "decode", lambda raw=raw: decode(raw))  # type: ignore[misc] # bound
        assert not isinstance(decoded, Reject)
        assert not isinstance(decoded[0], Reject)
        draft = Draft(raw=raw, decoded=decoded[0])
        for stage in intake.pipeline.stages:
            _timed(times, stage.name, lambda stage=stage, draft=draft: stage(draft))  # type: ignore[misc] # bound
        item = _timed(times, "write", lambda draft=draft: intake.write(draft))  # type: ignore[misc] # bound
        _timed(times, "desk", lambda item=item, number=number: counter.serve(item.value, remembered + number))  # type: ignore[misc] # bound
        counter.memory.commit()
        if number >= warm:
            for name, seconds in times.items():
                spent[name].append(seconds)
            spent["all"].append(sum(times.values()))
    return spent


def _prepared(intake: Intake, values: Iterable[bytes]) -> Iterable[bytes]:
    for value in values:
        [item] = intake.prepare(Raw(value=value))
        assert not isinstance(item, Reject)
        yield item.value


def _timed(times: dict[str, float], name: str, step: Callable[[], T]) -> T:
    started = time.process_time_ns()
    result = step()
    times[name] = (time.process_time_ns() - started) / 1e9
    return result


def _clock(step: Callable[[], object]) -> float:
    started = time.process_time()
    step()
    return time.process_time() - started


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1e6


def _p99(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1e6


if __name__ == "__main__":
    main()
