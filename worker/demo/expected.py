"""The rows that the demo must give, kept beside the samples."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from worker.demo.rows import COLUMNS
from worker.demo.script import SAMPLES

__all__ = ["EXPECTED", "Difference", "compare", "read", "write"]

EXPECTED: Final = SAMPLES / "expected.json"
MISSING: Final = "(no such row)"


class Difference(NamedTuple):
    """One cell that is not as expected."""

    number: int
    item: str
    cell: str
    expected: str
    got: str


def read(path: Path = EXPECTED) -> list[dict[str, str]]:
    """Read the expected rows; none if there is no file yet."""
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


def write(rows: Sequence[dict[str, str]], path: Path = EXPECTED) -> None:
    """Write rows as expected ones, a cell a line, so that a change can be reviewed."""
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def compare(expected: Sequence[dict[str, str]], got: Sequence[dict[str, str]]) -> list[Difference]:
    """Find every cell that differs, in the order of the items. Rows are matched by the item's name."""
    known = {row["item"]: row for row in expected}
    found = []
    for number, row in enumerate(got, 1):
        wanted = known.pop(row["item"], {})
        found += [
            Difference(number, row["item"], cell, wanted.get(cell, MISSING), row[cell])
            for cell in COLUMNS
            if wanted.get(cell, MISSING) != row[cell]
        ]
    found += [Difference(0, name, "outcome", row["outcome"], MISSING) for name, row in known.items()]
    return found
