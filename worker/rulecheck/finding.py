"""What a check says."""

from pathlib import Path
from typing import Any, NamedTuple

from worker.rules.load import Rules

__all__ = ["Finding", "Owners"]


class Finding(NamedTuple):
    """Something about a rule: where it stands, its kind and id, and what happened, as a sentence."""

    path: Path
    kind: str
    rule: str
    text: str


class Owners:
    """Which file each rule comes from: the last that has its id."""

    def __init__(self, rules: Rules, kind: str, table: str, key: str = "id") -> None:
        """Read the tables named `table` in the files of a kind; `key` names a rule."""
        self._kind = kind
        self._paths: dict[str, Path] = {}
        for file in rules.files(kind):
            rows: list[dict[str, Any]] = file.table.get(table, [])
            self._paths |= {str(row.get(key)): file.path for row in rows}

    def finding(self, rule: str, text: str) -> Finding:
        """Make a finding about a rule."""
        return Finding(self._paths.get(rule, Path()), self._kind, rule, text)
