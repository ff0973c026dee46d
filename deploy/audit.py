# ruff: noqa: INP001, T201 - a command
"""
Judge what pip-audit wrote: `audit.py AUDIT.json ACCEPTED.tsv`.

A finding fails, unless it stands in ACCEPTED with the reason why it does not touch us: a line of package, finding and reason, parted by
tabs. An accepted finding that is no longer found fails too, so that the list stays short. Exit code 1 for a finding; 77 if there was no
answer, or none about some package.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["judge"]

UNKNOWN = 77


def judge(dependencies: list[dict[str, Any]], accepted: dict[tuple[str, str], str]) -> tuple[list[str], list[str]]:
    """Give what is wrong, and the packages of which the index told nothing."""
    silent = [one["name"] for one in dependencies if "vulns" not in one]
    found = {
        (one["name"], fault["id"]): (one["version"], fault.get("fix_versions") or [])
        for one in dependencies
        for fault in one.get("vulns", ())
    }
    wrong = [
        f"{name} {version} has the known fault {fault}; {'mended in ' + ', '.join(mended) if mended else 'not mended yet'}"
        for (name, fault), (version, mended) in sorted(found.items())
        if (name, fault) not in accepted
    ]
    wrong += [
        f"{name}: {fault} is accepted and no longer found; take its line out"
        for name, fault in sorted(accepted.keys() - found.keys())
        if name not in silent and dependencies
    ]
    return wrong, silent


def main() -> int:
    """Judge the files that are named on the command line."""
    report, list_of_accepted = map(Path, sys.argv[1:])
    try:
        dependencies = json.loads(report.read_text(encoding="utf-8"))["dependencies"]
    except (OSError, ValueError, KeyError):
        return UNKNOWN
    with list_of_accepted.open(encoding="utf-8", newline="") as lines:
        accepted = {(row[0], row[1]): row[2] for row in csv.reader(lines, delimiter="\t") if row and not row[0].startswith("#")}
    wrong, silent = judge(dependencies, accepted)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(dependencies) - len(silent)} of {len(dependencies)} packages audited, {len(wrong)} findings")
    if wrong:
        return 1
    return UNKNOWN if silent or not dependencies else 0


if __name__ == "__main__":
    sys.exit(main())
