"""Read `topics.toml`: thresholds, the model's file, codes of other schemes, and words that an operator gives a topic."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from worker.rules.load import RuleFile, Rules
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import Features, features
from worker.text import Hashes, TextView

__all__ = ["Keyword", "TopicRules"]

# Schemes as they stand in feeds; the code is what follows.
_MEDTOP: Final = re.compile(r"(?:medtop:|https?://cv\.iptc\.org/newscodes/mediatopic/)(\d{8})\Z")
_SUBJECT: Final = re.compile(r"(?:(?:subj|iptc|iptcsubj):|https?://cv\.iptc\.org/newscodes/subjectcode/)(\d{8})\Z")
_DEFAULTS: Final = {"minimum": 0, "further": 0, "sure": 0}


@dataclass(frozen=True, slots=True)
class Keyword:
    """Phrases that give a topic wherever they stand."""

    topic: str
    confidence: int
    phrases: tuple[Hashes, ...]

    def found_in(self, view: TextView) -> bool:
        """Tell whether one of the phrases stands in the text."""
        return any(_stands_in(phrase, view.hashes) for phrase in self.phrases)


@dataclass(frozen=True, slots=True)
class TopicRules:
    """
    What the stage goes by.

    `minimum`, `further` and `sure` are per mille: what the best topic, a further one, and the share of a level 2 topic within its
    level 1 topic must reach. `ignored` holds, for each language that has such words, the features that its empty words make.
    """

    model: Path
    minimum: int
    further: int
    sure: int
    codes: Mapping[str, str]
    subjects: Mapping[str, str]
    known: frozenset[str]
    keywords: tuple[Keyword, ...]
    ignored: Mapping[str, Features]

    @classmethod
    def load(cls, rules: Rules, topics: MediaTopics) -> "TopicRules":
        """
        Read the shipped file, then the operator's.

        Raises:
            RuleError: a topic is unknown, a number is out of range, or a keyword has no phrase.
        """
        model = Path()
        numbers = dict(_DEFAULTS)
        codes: dict[str, str] = {}
        keywords: dict[str, Keyword] = {}
        ignored: dict[str, list[Features]] = {}
        for file in rules.files("topics"):
            settings = file.table.get("model", {})
            if "file" in settings:
                model = file.path.parent / str(settings["file"])
            numbers = {name: _per_mille(file, f"model.{name}", settings.get(name, value)) for name, value in numbers.items()}
            for code, target in file.table.get("codes", {}).items():
                codes[code.casefold()] = _known(file, f"codes.{code}", target, topics)
            for language, words in file.table.get("ignored", {}).items():
                ignored.setdefault(language, []).append(_empty(file, f"ignored.{language}", words))
            for row in file.table.get("keyword", ()):
                keywords[str(row.get("id"))] = _keyword(file, row, topics)
        return cls(
            model=model,
            codes=codes,
            subjects=topics.subjects,
            known=frozenset(topics.concepts),
            keywords=tuple(keywords.values()),
            ignored={language: np.unique(np.concatenate(found)) for language, found in ignored.items()},
            **numbers,
        )

    def telling(self, found: Features, language: str) -> Features:
        """Leave out what the empty words of the language make."""
        empty = self.ignored.get(language)
        if empty is None or not len(empty):
            return found
        at = empty.searchsorted(found)
        kept: Features = found[empty.take(at, mode="clip") != found]
        return kept

    def read_code(self, value: str) -> str | None:
        """Give the Media Topic that a code in a feed stands for, or None."""
        value = value.strip()
        if (mapped := self.codes.get(value.casefold())) is not None:
            return mapped or None
        if match := _MEDTOP.match(value):
            code = f"medtop:{match[1]}"
            return code if code in self.known else None
        if match := _SUBJECT.match(value):
            # A code that is not in the list is read as the one above it: 04015002 as 04015000, then as 04000000.
            digits = match[1]
            for kept in (8, 5, 2):
                code = f"subj:{digits[:kept]:0<8}"
                if mapped := (self.codes.get(code) or self.subjects.get(code)):
                    return mapped
        return None


def _known(file: RuleFile, where: str, code: Any, topics: MediaTopics) -> str:
    """Check a target code; an empty one says that the provider's code means no topic."""
    if code != "" and code not in topics.concepts:
        raise file.error(where, f"{code!r} is no Media Topic; write a code such as medtop:15000000")
    return str(code)


def _per_mille(file: RuleFile, where: str, value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= 1000:
        raise file.error(where, f"{value!r} is no whole number from 0 to 1000")
    return value


def _empty(file: RuleFile, where: str, words: Any) -> Features:
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise file.error(where, 'write a list of words, such as ["der", "die"]')
    return np.concatenate([np.zeros(0, np.uint32), *[features(TextView("", word)) for word in words]])


def _keyword(file: RuleFile, row: Mapping[str, Any], topics: MediaTopics) -> Keyword:
    where = f"keyword {row.get('id', '(without id)')}"
    if not isinstance(row.get("id"), str):
        raise file.error(where, 'needs an id, such as id = "local-harbour"')
    phrases = tuple(TextView("", phrase).hashes for phrase in row.get("any", ()))
    if not phrases or not all(len(phrase) for phrase in phrases):
        raise file.error(where, 'needs words, such as any = ["container port", "ferry"]')
    confidence = _per_mille(file, f"{where}: confidence", row.get("confidence", 900))
    return Keyword(_known(file, where, row.get("topic"), topics), confidence, phrases)


def _stands_in(phrase: Hashes, hashes: Hashes) -> bool:
    starts = np.flatnonzero(hashes[: max(0, len(hashes) - len(phrase) + 1)] == phrase[0])
    return any(bool((hashes[start : start + len(phrase)] == phrase).all()) for start in starts.tolist())
