# ruff: noqa: INP001, T201 - a program, not a package; it prints
"""
Measure language detection: `python tools/measure_languages.py --data DIR [--sentences FILE]`.

DIR holds `dev.jsonl.gz`; FILE is ELD's `tests/data/big-test.txt` (a language, a tab and a sentence a line), of which every
seventh line is read. Prints, for each corpus, the share told right, told wrong and left without a language, untagged and with a
wrong declaration.
"""

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from worker.model import Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.language import DetectLanguage
from worker.text import TextView

EVERY = 7


def read(options: argparse.Namespace) -> Iterator[tuple[str, str, TextView]]:
    """Give the name of a set, the right language and a text."""
    with gzip.open(options.data / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row["corpus"] != "WCEP" or number % EVERY == 0:
                yield f"{row['corpus']} {row['lang']}", row["lang"], TextView(row["headline"] or "", row["text"])
    if options.sentences:
        with options.sentences.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number % EVERY == 0:
                    language, text = line.rstrip("\n").split("\t", 1)
                    yield "sentences", language, TextView("", text)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sentences", type=Path)
    detect = DetectLanguage(Rules())
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    weak: dict[str, Counter[str]] = defaultdict(Counter)
    for name, language, view in read(parser.parse_args()):
        for declared in (None, "de" if language == "en" else "en"):
            draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="plain", language=declared), view=view)
            detect(draft)
            found = "right" if draft.language == language else "none" if draft.language is None else "wrong"
            counts[f"{name:22s} {'untagged' if declared is None else 'misdeclared'}"][found] += 1
            if name == "sentences" and declared is None:
                weak[language][found] += 1
    for name, tally in sorted(counts.items()):
        total = tally.total()
        print(
            f"{name:35s} {total:6d} right {tally['right'] / total:.3f} wrong {tally['wrong'] / total:.3f} none {tally['none'] / total:.3f}"
        )
    for language, tally in sorted(weak.items(), key=lambda entry: entry[1]["right"] / entry[1].total())[:8]:
        print(f"sentences in {language}: right {tally['right'] / tally.total():.2f}")


if __name__ == "__main__":
    main()
