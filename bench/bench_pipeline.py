"""
The pure pipeline, stage by stage: microseconds an item for 500 bytes and 4 KB, and how cost grows with length.

    python -m bench.bench_pipeline [--remembered N] [--items N] [--together N] [--input FILE]

Items go through the stages in runs, as in a worker, and each step is timed with the process's own CPU clock; `desk` is everything
from the prepared value to the published bytes, with N items remembered. With `--together 1` they go one by one. The items are
stories of our own, or the lines of a file, which is then measured as it is. The last table shows that cost grows with length and no faster.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from bench.stories import items
from worker.formats import decode
from worker.model import Decoded, Draft, Origin, Raw
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.wiring import Counter, Intake

SIZES = (500, 4000)
S = TypeVar("S")
T = TypeVar("T")


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--remembered", type=int, default=20_000, help="items in the desk's memory before it is timed")
    arguments.add_argument("--items", type=int, default=400, help="items that are timed, of each size")
    arguments.add_argument("--together", type=int, default=32, help="items that go through a stage together")
    arguments.add_argument(
        "--input", type=Path, help="JSON Lines to take the items from; the first are timed, the rest remembered"
    )
    given = arguments.parse_args()
    intake = Intake(Rules())
    warm = given.items // 4
    if given.input is not None:
        lines = given.input.read_bytes().splitlines()
        samples = {given.input.name: (lines[: given.items + warm], lines[given.items + warm :][: given.remembered])}
    else:
        samples = {f"{n} B": (list(items(n, given.items + warm, seed=n)), items(n, given.remembered, seed=7)) for n in SIZES}
    print(f"microseconds of CPU an item, median and p99 of {given.items} items, {given.together} together")
    columns = [_measure(intake, timed, known, warm, given.together) for timed, known in samples.values()]
    print(f"{'':14}" + "".join(f"{name:>10} {'p99':>8}" for name in samples))
    for name in columns[0]:
        print(f"{name:14}" + "".join(f"{_median(c[name]):>10.1f} {_p99(c[name]):>8.1f}" for c in columns))
    if given.input is not None:
        return
    print("\nwhole intake by length, nanoseconds a character")
    for size in (1000, 10_000, 100_000, 1_000_000):
        raws = [Raw(value=v) for v in items(size, max(1, 400_000 // size), seed=size)]
        best = min(_clock(partial(_prepare, intake, raws)) for _ in range(3))
        print(f"{size:>10,} {best * 1e9 / (size * len(raws)):>8.1f}")


def _measure(intake: Intake, timed: list[bytes], known: Iterable[bytes], warm: int, together: int) -> dict[str, list[float]]:
    counter = Counter(Rules())
    sequence = 0
    for prepared in _prepared(intake, known):
        counter.serve(prepared, sequence)
        counter.memory.commit()
        sequence += 1
    spent: dict[str, list[float]] = defaultdict(list)
    for start in range(0, len(timed), together):
        raws = [Raw(value=v, origin=Origin("wire.raw", 0, start, 1_772_431_200_000)) for v in timed[start : start + together]]
        times: dict[str, list[float]] = {}
        drafts = [Draft(raw=raw, decoded=item) for raw, item in zip(raws, _timed(times, "decode", _only, raws), strict=True)]
        for stage in intake.pipeline.stages:
            if (all_at_once := getattr(stage, "together", None)) is not None and together > 1:
                _timed(times, stage.name, all_at_once, [drafts])
                times[stage.name] = [times[stage.name][0] / len(drafts)] * len(drafts)
            else:
                _timed(times, stage.name, stage, drafts)
        prepared_items = _timed(times, "write", intake.write, drafts)
        for item in prepared_items:
            _timed(times, "desk", partial(counter.serve, sequence=sequence), [item.value])
            sequence += 1
        counter.memory.commit()
        if start >= warm:
            for name, seconds in times.items():
                spent[name] += seconds
            spent["all"] += map(sum, zip(*times.values(), strict=True))
    return spent


def _only(raw: Raw) -> Decoded:
    """Decode a message of one item."""
    items = decode(raw)
    assert not isinstance(items, Reject)
    [item] = items
    assert not isinstance(item, Reject)
    return item


def _prepared(intake: Intake, values: Iterable[bytes]) -> Iterable[bytes]:
    for [item] in intake.prepare_all(Raw(value=value) for value in values):
        assert not isinstance(item, Reject)
        yield item.value


def _timed(times: dict[str, list[float]], name: str, step: Callable[[S], T], each: Iterable[S]) -> list[T]:
    """Do a step for each, noting its seconds."""
    seconds, results = times.setdefault(name, []), []
    for one in each:
        started = time.process_time_ns()
        results.append(step(one))
        seconds.append((time.process_time_ns() - started) / 1e9)
    return results


def _prepare(intake: Intake, raws: list[Raw]) -> None:
    """Prepare all items, not only the iterator over them."""
    list(intake.prepare_all(raws))


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
