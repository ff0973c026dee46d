"""The table and the picture of what was measured."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

from bench.peers import streams
from worker import __version__

__all__ = ["Cost", "Results", "show", "write"]

BASE: Final = "Copydesk"
GUARANTEES: Final = {
    "aiokafka loop": "exactly once, one process",
    "Quix Streams": "exactly once",
    "Bytewax": "at least once",
    "Kafka Streams": "exactly once",
}
TITLES: Final = {
    "decide": "Decide only: 1,000-byte items, exact duplicates by key, one partition",
    "whole": "The whole work: raw items to published records",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Items a second, microseconds of CPU an item, and seconds from the start of the process to its first committed record."""

    rate: float
    cpu: float
    first: float

    @property
    def line(self) -> str:
        """Say it in a line."""
        return f"{self.rate:,.0f} items/s, {self.cpu:.0f} us CPU an item, first after {self.first:.1f} s"


@dataclass(slots=True)
class Results:
    """All costs, by task and program."""

    costs: dict[str, dict[str, list[Cost]]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)

    def add(self, task: str, name: str, cost: Cost) -> None:
        """Take a cost."""
        self.costs.setdefault(task, {}).setdefault(name, []).append(cost)

    def median(self, task: str) -> dict[str, Cost]:
        """Give the median of each figure, by program."""
        return {
            name: Cost(**{key: statistics.median(getattr(c, key) for c in costs) for key in ("rate", "cpu", "first")})
            for name, costs in self.costs[task].items()
        }


def _versions() -> dict[str, str]:
    packages = {"aiokafka loop": "aiokafka", "Quix Streams": "quixstreams", "Bytewax": "bytewax"}
    found = {name: version(package) for name, package in packages.items()}
    return {**found, "Kafka Streams": streams.VERSION}


def _machine() -> str:
    memory = psutil.virtual_memory().total >> 30
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory} GiB, Python {platform.python_version()}, "
        f"Apache Kafka 4.1.1, load at the end {load:.1f}"
    )


def show(results: Results) -> str:
    """Write the table: medians, and Copydesk's figures as multiples of each peer's."""
    lines = [_machine()]
    versions = _versions()
    for task in results.costs:
        middle = results.median(task)
        base = middle.get(BASE)
        rounds = max(map(len, results.costs[task].values()))
        lines += ["", f"{TITLES[task]}; medians of {rounds} rounds", ""]
        lines.append(f"{'':<38} {'items/s':>9} {'CPU us':>8} {'first s':>8}   Copydesk is of it: rate, CPU   guarantee")
        for name, cost in middle.items():
            title = f"{name} {versions.get(name, __version__)}"
            ratio = f"{base.rate / cost.rate:>20.2f} {base.cpu / cost.cpu:>8.2f}" if base and name != BASE else " " * 29
            line = f"{title:<38} {cost.rate:>9,.0f} {cost.cpu:>8.0f} {cost.first:>8.1f} {ratio}   "
            lines.append(line + GUARANTEES.get(name, "exactly once"))
    lines += [f"left out: {name}: {why}" for name, why in results.left_out.items()]
    return "\n".join(lines)


def write(results: Results, figures: Path | None, plot: Path | None) -> None:
    """Write the figures as JSON and draw them."""
    if figures is not None:
        costs = {t: {n: [asdict(c) for c in found] for n, found in names.items()} for t, names in results.costs.items()}
        figures.write_text(json.dumps({"machine": _machine(), "versions": _versions(), "costs": costs}, indent=1) + "\n")
    if plot is not None:
        _draw(results, plot)


def _draw(results: Results, path: Path) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - only where something is drawn

    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only where something is drawn

    figure, axes = plt.subplots(len(results.costs), 2, figsize=(11, 2.6 * len(results.costs)), squeeze=False)
    for row, task in zip(axes, results.costs, strict=True):
        middle = results.median(task)
        names = list(middle)[::-1]
        for axis, (key, label) in zip(row, (("rate", "items a second"), ("cpu", "µs of CPU an item")), strict=True):
            found: Sequence[float] = [getattr(middle[name], key) for name in names]
            bars = axis.barh(names, found, color=["#b4433a" if name.startswith(BASE) else "#8a9199" for name in names])
            axis.bar_label(bars, fmt="{:,.0f}", padding=3, fontsize=8)
            axis.set_xlabel(label)
            axis.margins(x=0.15)
            axis.spines[["top", "right"]].set_visible(False)
        row[0].set_title(TITLES[task], loc="left", fontsize=10)
        row[1].set_yticklabels([])
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
