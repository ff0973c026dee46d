"""
Score labelled newswire through `copydesk process`, beside the goals, and hold the figures against their floors.

The evaluation sets are no part of this repository. A figure below its floor fails the run: floors only rise (`--update`), unless
somebody says `--allow-regression`. The figures of the last run are kept in `.cache/quality.json`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).parents[1]
FLOORS = Path(__file__).with_name("quality_floors.json")
LAST = ROOT / ".cache" / "quality.json"
TASKS = ("footers", "dedupe", "region", "topic", "formats")
FORMAT_GOAL = 0.90  # in each format
FIELD_GOAL = 0.95  # for each field over all formats
ROUNDING = 4  # digits of a floor


class Goal(NamedTuple):
    """A figure by its path in the scorer's JSON, and what it should be: at least, or with `most` at most."""

    path: str
    bound: float  # a whole number for what is counted
    most: bool = False


GOALS = (
    Goal("footers/right_start", 0.93),
    Goal("footers/docs_losing_body", 0, most=True),
    Goal("footers/false_cuts", 1, most=True),
    Goal("footers/removed_before_footer_share", 0.01, most=True),
    Goal("footers/copyright_holder_recall", 0.92),
    Goal("footers/copyright_year_recall", 0.92),
    Goal("footers/distributor_recall", 0.92),
    Goal("footers/source_recall", 0.85),
    Goal("dedupe/f1", 0.95),
    Goal("dedupe/ari", 0.95),
    Goal("dedupe/updates_kept_and_linked", 0.95),
    Goal("dedupe_shifted/f1", 0.95),
    Goal("dedupe_shifted/ari", 0.95),
    Goal("same_event/false_duplicates", 0, most=True),
    Goal("region/by_set/toponym sets/f1", 0.92),
    Goal("region/by_set/toponym sets/primary", 0.88),
    Goal("region/by_set/Reuters-21578/f1", 0.87),
    Goal("region/by_set/Reuters-21578/primary", 0.94),
    Goal("region/by_set/CLIFF/primary", 20 / 21),
    Goal("topic/by_set/WCEP/micro", 0.80),
    Goal("topic/by_set/WCEP/macro", 0.79),
    Goal("topic/by_set/all English/micro", 0.81),
    Goal("topic/by_set/all English/macro", 0.66),
)


class Figure(NamedTuple):
    """A goal with what was reached."""

    goal: Goal
    value: float

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal.bound if self.goal.most else self.value >= self.goal.bound

    def below(self, floor: float | None) -> bool:
        """Whether it is worse than what was reached before."""
        if floor is None:
            return False
        return round(self.value, ROUNDING) > floor if self.goal.most else round(self.value, ROUNDING) < floor


def main() -> int:
    """Score, show, keep, and return 1 if a figure is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", type=Path, default=ROOT / ".." / "shared" / "eval", help="the folder of the evaluation sets")
    parser.add_argument("--tasks", default=",".join(TASKS), help="what to score (default: %(default)s)")
    parser.add_argument("--limit", type=int, help="only the first N items of region and topic; floors are not looked at")
    parser.add_argument("--update", action="store_true", help="raise the floors to what is reached")
    parser.add_argument("--allow-regression", action="store_true", help="with --update: lower them too")
    arguments = parser.parse_args()
    if not (arguments.eval / "score.py").exists():
        print(f"quality: there are no evaluation sets at {arguments.eval}; nothing was scored", file=sys.stderr)
        return 2
    reached = score(arguments.eval, arguments.tasks.split(","), arguments.limit)
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_text(json.dumps(reached, indent=1, sort_keys=True), encoding="utf-8")
    found = list(figures(reached))
    floors: dict[str, float] = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    console.print(table(found, floors))
    low = [one for one in found if one.below(floors.get(one.goal.path))] if arguments.limit is None else []
    for one in low:
        console.print(f"{one.goal.path} is {one.value:.4f}, its floor {floors[one.goal.path]:.4f}", style="red")
    console.print(f"{sum(one.met for one in found)} of {len(found)} goals met; all figures are in {LAST.relative_to(ROOT)}")
    if arguments.update and arguments.limit is None:
        return update(found, floors, low, allowed=arguments.allow_regression)
    return 1 if low else 0


def score(folder: Path, tasks: list[str], limit: int | None) -> dict[str, Any]:
    """Run the scorers; return their JSON, that of the formats under `formats` and `formats_raw`."""
    command = ["--", str(Path(sys.executable).with_name("copydesk")), "process"]
    reached: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "scores.json"
        for task in tasks:
            print(f"scoring {task} …", file=sys.stderr, flush=True)
            if task == "formats":
                for name, more in (("formats", []), ("formats_raw", ["--raw"])):
                    _run([sys.executable, str(folder / "formats_score.py"), *more, "--json", str(out), *command])
                    reached[name] = json.loads(out.read_text(encoding="utf-8"))
            else:
                few = ["--limit", str(limit)] if limit else []
                _run([sys.executable, str(folder / "score.py"), "--tasks", task, *few, "--json", str(out), *command])
                reached.update(json.loads(out.read_text(encoding="utf-8")))
    return reached


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(f"quality: {' '.join(command)} ended with {done.returncode}")


def figures(reached: Mapping[str, Any]) -> Iterator[Figure]:
    """Pair each goal with what was reached, those of the formats' fields too; what was not scored is left out."""
    for goal in GOALS:
        value: Any = reached
        for key in goal.path.split("/"):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is not None:
            yield Figure(goal, value)
    for name in ("formats", "formats_raw"):
        for part, bound in (("fields", FIELD_GOAL), ("formats", FORMAT_GOAL)):
            for key, value in sorted(reached.get(name, {}).get(part, {}).items()):
                yield Figure(Goal(f"{name}/{part}/{key}", bound), float(value))


def table(found: list[Figure], floors: Mapping[str, float]) -> Table:
    """Draw figures, goals and floors; of the formats only what is short or below its floor."""
    drawn = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    drawn.add_column("figure")
    for title in ("reached", "goal", "floor"):
        drawn.add_column(title, justify="right")
    drawn.add_column("")
    for one in found:
        floor = floors.get(one.goal.path)
        if one.goal not in GOALS and one.met and not one.below(floor):
            continue  # sixty fields of formats; those that are well would hide the others
        drawn.add_row(
            one.goal.path.replace("/by_set", "").replace("/", " · "),
            _number(one.value),
            f"{'≤' if one.goal.most else '≥'} {_number(one.goal.bound)}",
            "" if floor is None else _number(floor),
            Text("below its floor", "bold red")
            if one.below(floor)
            else Text("met", "green")
            if one.met
            else Text("short", "yellow"),
        )
    return drawn


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def update(found: list[Figure], floors: dict[str, float], low: list[Figure], *, allowed: bool) -> int:
    """Write floors; refuse to lower one unless that is allowed."""
    if low and not allowed:
        print("floors are not lowered without --allow-regression; nothing was written", file=sys.stderr)
        return 1
    floors |= {one.goal.path: round(one.value, ROUNDING) for one in found}
    FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"wrote {FLOORS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
