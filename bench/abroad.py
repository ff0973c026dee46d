"""
Score topics and regions on invented news in Spanish, Italian, Portuguese, French and German.

    python -m bench.abroad [--half first] [--errors]

The stories in `stories_abroad` were written and labelled before they were scored. One begins with `= topic | countries`: two digits of a
level 1 topic, then the countries, the one that it is about first; one in brackets may be listed or not. Headline and body follow. Stories
with odd numbers are the first half, which may be read to mend words and names; those with even numbers are the second half.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from worker.offline import process
from worker.rules.load import Rules

FOLDER = Path(__file__).with_name("stories_abroad")
HALVES = ("first", "second")


class Story(NamedTuple):
    """A story with what it is about."""

    language: str
    half: str
    topic: str
    wanted: tuple[str, ...]
    allowed: frozenset[str]
    headline: str
    text: str

    def line(self, number: int) -> bytes:
        """Write it as an input line."""
        return orjson.dumps({
            "uri": f"{self.language}-{number}", "type": "text", "language": self.language, "headline": self.headline, "body_text": self.text,
        })  # fmt: skip


class Judged(NamedTuple):
    """How one record compares with its story."""

    topic: str | None
    found: tuple[str, ...]
    right: int
    wrong: int
    missed: int
    first: bool


def stories(folder: Path = FOLDER) -> Iterator[Story]:
    """Read all files of a folder, in the order of their names."""
    for path in sorted(folder.glob("*.txt")):
        yield from read_stories(path)


def read_stories(path: Path) -> Iterator[Story]:
    """Read one file, `NAME.LANGUAGE.txt` or `LANGUAGE.txt`."""
    language = path.stem.rpartition(".")[2]
    for at, part in enumerate(path.read_text(encoding="utf-8").split("\n= ")):
        head, headline, text = part.removeprefix("= ").strip().split("\n", 2)
        topic, _, codes = head.partition(" | ")
        maybe = frozenset(re.findall(r"\((\w\w)\)", codes))
        wanted = tuple(code for code in codes.replace("(", "").replace(")", "").split() if code not in maybe)
        yield Story(language, HALVES[at % 2], topic.strip(), wanted, maybe, headline, text)


def judge(story: Story, record: dict[str, Any]) -> Judged:
    """Compare topic, countries and the first country."""
    best = max((t for t in record["topics"] if t["level"] == 1), key=lambda t: t["confidence"], default=None)
    found = tuple(region["code"] for region in record["regions"])
    counted, wanted = set(found) - story.allowed, set(story.wanted)
    primary = [region["code"] for region in record["regions"] if region["primary"]]
    return Judged(
        best["code"][7:9] if best else None, found, len(counted & wanted), len(counted - wanted), len(wanted - counted),
        primary == [story.wanted[0]],
    )  # fmt: skip


def main() -> None:
    """Print figures by language and half, and errors if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, help="only this half")
    parser.add_argument("--errors", action="store_true", help="list what is wrong")
    given = parser.parse_args()
    listed = [story for story in stories() if given.half in (None, story.half)]
    records = map(orjson.loads, process([story.line(at) for at, story in enumerate(listed)], Rules()))
    groups: dict[str, list[tuple[Story, Judged]]] = defaultdict(list)
    for story, record in zip(listed, records, strict=True):
        judged = judge(story, record)
        groups[f"{story.language} {story.half}"].append((story, judged))
        groups[f"all {story.half}"].append((story, judged))
        if given.errors and (judged.topic != story.topic or judged.wrong or judged.missed or not judged.first):
            scored = [(t["code"][7:9], t["confidence"]) for t in record["topics"] if t["level"] == 1]
            print(
                f"{story.language}  {story.topic} {scored}  {' '.join(story.wanted)} : {' '.join(judged.found)}  {story.headline}"
            )
    for name, rows in sorted(groups.items()):
        right, wrong, missed = (sum(getattr(judged, key) for _, judged in rows) for key in ("right", "wrong", "missed"))
        topics = sum(judged.topic == story.topic for story, judged in rows) / len(rows)
        first = sum(judged.first for _, judged in rows) / len(rows)
        f1 = 2 * right / (2 * right + wrong + missed)
        print(f"{name:12s} {len(rows):4d} stories  topic {topics:.3f}  regions f1 {f1:.3f}  first {first:.3f}")


if __name__ == "__main__":
    main()
