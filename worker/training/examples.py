"""
Labelled examples to train and to measure topic models with.

One JSON object a line: `headline` (may be missing), `text` or `body_text`, `topics` (a list of `medtop:` codes or of objects with
`code`, level 1 and level 2 mixed; several level 1 codes mean "one of these"), and, as they help, `language` and `date`.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import Features, features
from worker.text import TextView

__all__ = ["Example", "ExampleError", "held_out", "read_examples"]


class ExampleError(ValueError):
    """A line of training data can't be used; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """
    One text with its labels.

    `level1` are the level 1 codes that are right (any of them), `level2` the level 2 code or None; `group` keeps examples that
    must not be parted by a hold-out together (those of one day); `weight` says how much the example counts; `origin` is the
    corpus's name; `headed` tells that the text had a headline.
    """

    features: Features
    level1: tuple[str, ...]
    level2: str | None
    language: str
    group: str
    weight: float = 1.0
    origin: str = ""
    headed: bool = False


def held_out(group: str, part: int = 0, parts: int = 5) -> bool:
    """Tell whether a group belongs to a part of the data; always the same for the same name."""
    return hashlib.sha256(group.encode()).digest()[0] * parts // 256 == part


def read_examples(path: Path, topics: MediaTopics) -> Iterator[Example]:
    """
    Read a JSON Lines file, plain or `.gz`.

    Raises:
        ExampleError: a line has no text or no code that Media Topics know.
    """
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield _example(json.loads(line), topics, f"{number}")
            except ValueError as error:
                raise ExampleError(f"{path}, line {number}: {error}") from error


def _example(row: Mapping[str, Any], topics: MediaTopics, number: str) -> Example:
    text = row.get("text") or row.get("body_text") or ""
    headline = row.get("headline") or ""
    if not (text or headline):
        raise ValueError("has neither headline nor text")
    level1, level2 = split_levels((code if isinstance(code, str) else code["code"] for code in row.get("topics") or ()), topics)
    if not level1:
        raise ValueError("has no topic of Media Topics (medtop:…)")
    return Example(
        features=features(TextView(headline, text)),
        level1=level1,
        level2=level2,
        language=str(row.get("language") or "en"),
        group=str(row.get("date") or number),
        origin=str(row.get("corpus") or "input"),
        headed=bool(headline),
    )


def split_levels(codes: Iterable[str], topics: MediaTopics) -> tuple[tuple[str, ...], str | None]:
    """Give the level 1 codes of some codes of any level, and the one level 2 code among them, or None."""
    first: list[str] = []
    second: list[str] = []
    for code in codes:
        for ancestor in topics.path(code):
            level = first if topics.level(ancestor) == 1 else second
            if ancestor not in level:
                level.append(ancestor)
    return tuple(first), second[0] if len(second) == 1 else None
