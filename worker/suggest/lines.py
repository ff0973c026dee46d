"""
Take a line apart into words that make it what it is, and words that may change from story to story.

Names (words with a capital), numbers, years and addresses may change; all others are the line's form. Words of scripts without
case are form.

    >>> form(read("Ada Lind and Bo Kern write from Lune in 2031."))
    ('name', 'write', 'from', 'name', 'in', 'year')
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from worker.stages.footers.shape import folded

__all__ = ["SLOTS", "Word", "form", "is_telling", "read"]

SLOTS: Final = ("name", "number", "year", "link")
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)?")
_LINK: Final = re.compile(r"@\w|://|^www\.|\w\.(?:com|org|net|de|fr|it|es|uk|eu|info)\b")
_EDGE: Final = " .,;:!?()[]{}<>\"'“”„‘’«»*_|/–—-…©"
_JOINS: Final = frozenset(
    ("and", "&", "und", "et", "y", "e", "og", "och", "en", "of", "de", "von", "van", "du", "da", "di", "-")
)
# Letters of form from which a line is told from others: in three words or more, or in two.
_TELLING: Final = 10
_TELLING_TWO: Final = 14


class Word(NamedTuple):
    """
    A word, or a run of names.

    `kind` is `word` or one of `SLOTS`, `raw` as written, `text` without signs around, `fold` folded: with its signs for a word,
    without for a slot.
    """

    kind: str
    raw: str
    text: str
    fold: str


def read(line: str) -> tuple[Word, ...]:
    """Read a line; names with what joins them are one word."""
    found: list[Word] = []
    for raw in line.split():
        word = _word(raw)
        if word.kind == "name" and found and _goes_on(found[-1]):
            found[-1] = _name(f"{found[-1].raw} {raw}")
        elif word.kind == "name" and len(found) > 1 and found[-1].fold in _JOINS and _goes_on(found[-2]):
            between = found.pop()
            found[-1] = _name(f"{found[-1].raw} {between.raw} {raw}")
        else:
            found.append(word)
    return tuple(found)


def _word(raw: str) -> Word:
    core = raw.strip(_EDGE)
    if _LINK.search(raw):
        return Word("link", raw, core, folded(core))
    if _YEAR.fullmatch(core):
        return Word("year", raw, core, core)
    if any(char.isdigit() for char in core):
        return Word("number", raw, core, folded(core))
    if core and core[0].isupper():
        return _name(raw)
    return Word("word", raw, core, folded(raw))


def _name(raw: str) -> Word:
    core = raw.strip(_EDGE)
    return Word("name", raw, core, folded(core))


def _goes_on(word: Word) -> bool:
    """Whether a name may go on behind a word: no stop parts them, but for that of an initial."""
    return word.kind == "name" and (word.raw[-1] not in ".;:!?)" or (word.raw[-1] == "." and len(word.raw.split()[-1]) < 4))


def form(words: Sequence[Word]) -> tuple[str, ...]:
    """Give the line's form: its words, and the kinds of those that may change."""
    return tuple(word.kind if word.kind in SLOTS else word.fold.strip(_EDGE) or word.fold for word in words)


def is_telling(words: Sequence[Word], fixed: Sequence[bool]) -> bool:
    """Whether the words that do not change are enough to know the line by."""
    kept = [word.fold for word, stays in zip(words, fixed, strict=True) if stays]
    letters = sum(char.isalpha() for text in kept for char in text)
    wide = any(ord(char) > 0x2E80 for text in kept for char in text)
    count = len(" ".join(kept).split())
    return letters >= _TELLING and (count > 2 or (count == 2 and letters >= _TELLING_TWO) or wide)
