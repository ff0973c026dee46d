"""
Training examples that are no stories: the labels and definitions of Media Topics, and lists of words by topic.

They teach what corpora of news hardly hold: rare topics, level 2, and other languages than English.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import Features, features
from worker.text import TextView
from worker.training.examples import Example, split_levels

__all__ = ["concept_examples", "word_examples"]

_WORDS_A_TEXT: Final = 6  # as many as a short headline has words that say something
_ROUNDS: Final = 8


def concept_examples(path: Path, topics: MediaTopics, weight: float) -> Iterator[Example]:
    """
    Give one example a concept: its English label and definition.

    The labels in other languages were tried: they pulled texts in all languages towards topics with many concepts.
    """
    for concept in json.loads(path.read_text(encoding="utf-8"))["concepts"]:
        level1, level2 = split_levels([concept["id"]], topics)
        if level1:
            label, definition = (concept[name].get("en-GB") or "" for name in ("prefLabel", "definition"))
            yield Example(
                features=features(TextView(label, definition)), level1=level1, level2=level2, language="en", group="",
                weight=weight, origin="Media Topics",
            )  # fmt: skip


def word_examples(folder: Path, topics: MediaTopics, weight: float) -> Iterator[Example]:
    """
    Give examples of a few words each, drawn from lists.

    A list is `<language>.txt`: a line with a code in brackets, then words or phrases of that topic, parted by commas. Each word
    stands in as many examples as there are rounds, each time beside others.
    """
    for file in sorted(folder.glob("*.txt")):
        for code, words in _read_lists(file):
            level1, level2 = split_levels([code], topics)
            if not level1:
                raise ValueError(f"{file}: [{code}] is no Media Topic")
            for turn in range(_ROUNDS):
                mixed = sorted(words, key=lambda word, turn=turn: hashlib.sha256(f"{turn}/{word}".encode()).digest())  # type: ignore[misc] # bound
                for start in range(0, len(mixed), _WORDS_A_TEXT):
                    chosen = mixed[start : start + _WORDS_A_TEXT]
                    yield Example(
                        features=_apart(chosen), level1=level1, level2=level2, language=file.stem, group="",
                        weight=weight / _ROUNDS * len(chosen) / _WORDS_A_TEXT, origin="words",
                    )  # fmt: skip


def _apart(phrases: Sequence[str]) -> Features:
    """Give the features of phrases that do not touch each other: no pairs across them."""
    return np.concatenate([features(TextView("", phrase)) for phrase in phrases])


def _read_lists(file: Path) -> Iterator[tuple[str, list[str]]]:
    code = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            code = line.strip("[] ")
        elif line and not line.startswith("#"):
            yield code, [word.strip() for word in line.split(",") if word.strip()]
