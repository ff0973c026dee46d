# ruff: noqa: INP001, T201 - a program, not a package; it prints
"""
Make the shipped topic model again: `python tools/train_topics.py --data DIR`.

DIR holds `dev.jsonl.gz` (of which only WCEP, CC BY-SA 4.0, and HuffPost, CC BY 4.0, are read) and `mediatopics.json` (CC BY 4.0).
The same data give the same bytes. `--hold-out` trains without a fifth of the days and writes elsewhere, to measure with.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from worker.training.shipped import train_shipped

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, default=ROOT / "worker" / "rules" / "topics.npz")
    parser.add_argument("--hold-out", action="store_true")
    options = parser.parse_args()
    print(train_shipped(options.data, ROOT / "tools" / "topics" / "words", options.output, hold_out=options.hold_out))


if __name__ == "__main__":
    main()
