"""
Cut the end of a text into units, from the last one backwards: lines, and the sentences of long lines.

A footer is a run of units at the end, and most texts have none, so units are made one by one as they are asked for. A sentence
ends at a stop sign that no abbreviation explains, never inside a bracket that closes later on the line, and before a few signs
that open a legal line wherever they stand.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from worker.stages.footers.shape import BLANKS

__all__ = ["MOST_UNITS", "WINDOW", "Unit", "first_unit", "units_backwards", "units_forwards"]

# The longest footers seen are press releases' contact blocks of 2,500 characters and 50 lines.
WINDOW: Final = 3000
MOST_UNITS: Final = 60
# A line longer than this is taken in pieces from its end, because the walk rarely needs more than the last sentence; a piece starts
# at a sentence, if one starts within the longest credit seen.
_PIECE: Final = 240
_LONGEST: Final = 900
_NEAR: Final = 700
_SHORT: Final = 20
_REMEMBERED: Final = 200
_WHOLE: Final = (0,)
# A small letter behind a full stop starts a unit only if so little follows: initials.
_TAG: Final = 24
# Behind this much of a line a bracket at its end may be a signature; a shorter line is one as a whole, or none.
_OWN_LINE: Final = 60

_STOP: Final = re.compile("[.!?…。！？؟।*)'\"”’»“］」』】>]")
_CLOSERS: Final = "'\"”’»“)]›」』】"
_WIDE: Final = "。！？」।؟"
# These open a unit after one blank too; the ones below only where they stick to what is before, or after two blanks.
_STRONG: Final = (
    "(Reporting by", "(Editing by", "(Writing by", "(Additional reporting", "(Compiled by", "(Edited by", "(With inputs",
    "(with inputs", "(This story", "(This article", "(This report", "© 20", "©20", "© 19", "(c) 20", "(C) 20", "(c) 19", "Copyright ©",
    "Copyright 20", "Copyright 19", "Copyright (c)", "Copyright (C)", "COPYRIGHT 20", "™ & ©", "Our Standards:", "All rights reserved",
    "All Rights Reserved", "ALL RIGHTS RESERVED", "Explore further", "Featured image via", "Featured Image via", "■", "___", "==", "(ANI)", "(PTI)", "(IANS)", "(END)",
)  # fmt: skip
_GLUED: Final = (
    "©", "ⓒ", "(c)", "(C)", "(©", "(Copyright", "<Copyright", "Copyright", "COPYRIGHT", "Reporting by", "Additional reporting",
    "Writing by", "Editing by", "Distributed by", "To contact the", "For more articles", "Subscribe now", "Read the original",
    "This report", "This article", "This story", "Featured image", "Featured Image", "The post ", "View source", "SOURCE:", "SOURCE ",
    "Source:", "--With", "———", "Quelle:", "Fonte:", "Fuente:", "(fonte", "(Fonte", "(Fuente", "Provided by", "Sign up",
)  # fmt: skip
_BRACKETED: Final = ("(c)", "(C)")
_OPENERS: Final = re.compile("|".join(map(re.escape, sorted({*_STRONG, *_GLUED}, key=len, reverse=True))))
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d_]|Mr|Mrs|Ms|Dr|St|Inc|Ltd|Corp|Co|Jr|Sr|No|Ala|Ark|Calif|Conn|Fla|Ga|Gov|Rep|Sen|Gen|Lt|Col|Sgt|Prof|"
    r"Mass|Mich|Minn|Tenn|Tex|Va|Wash|Jan|Feb|Aug|Sept|Oct|Nov|Dec|vs|bzw|ca|usw|Mio|Mrd|z\.B|\d{1,2})\.$"
)
_SIGNS: Final = re.compile(r"(?:\W|_|copyright|by|\(c\))*$", re.IGNORECASE)


class Unit(NamedTuple):
    """
    A line or a sentence.

    `text` is text[start:end] without blanks around; `own` says that it starts a line, `before` is the last sign in front of it
    (empty at the start of the text), `blank` that an empty line stands between, `last` that it is the end of its line.
    """

    start: int
    end: int
    text: str
    own: bool
    before: str
    blank: bool
    last: bool


def units_backwards(text: str) -> Iterator[Unit]:
    """Yield units from the end of the text, within the window."""
    base = max(0, len(text) - WINDOW)
    count = 0
    for start, line in _lines_backwards(text, base):
        kept = line.strip(BLANKS)
        if kept:
            left = start + line.index(kept[0]) if len(kept) < len(line) else start
            for unit in _pieces(text, left, left + len(kept)):
                yield unit
                count += 1
                if count == MOST_UNITS:
                    return


def _lines_backwards(text: str, base: int) -> Iterator[tuple[int, str]]:
    """Yield the lines of text[base:] from its end, with where each starts; one that starts before `base` is left out."""
    size = len(text)
    # Most walks end within the last lines: the rest is split only if it is asked for.
    near = text.find("\n", max(base, size - _NEAR), size - 1) + 1
    first = True
    for low, high in ((near, size), (base, near)) if near > base else ((base, size),):
        lines = text[low:high].splitlines(keepends=True)
        if low == base and base and (len(lines) > 1 or not first):
            del lines[0]  # only its end is in the window
        start = high
        for line in reversed(lines):
            start -= len(line)
            yield start, line
        first = False


def units_forwards(text: str, most: int) -> Iterator[Unit]:
    """Yield the first `most` lines' units of the text, from its start."""
    start = 0
    for line in text.splitlines(keepends=True)[:most]:
        kept = line.strip(BLANKS)
        if kept:
            left = start + line.index(kept[0])
            yield from reversed(tuple(_pieces(text, left, left + min(len(kept), _LONGEST))))
        start += len(line)


def first_unit(text: str, start: int, end: int) -> Unit | None:
    """Give the first unit of the line text[start:end]; None if it is blank."""
    kept = text[start:end].strip(BLANKS)
    if not kept:
        return None
    left = text.index(kept[0], start)
    stop = left + min(len(kept), _REMEMBERED)
    return tuple(_sentences(text, left, stop, own=True, last=stop == left + len(kept)))[-1]


def _pieces(text: str, start: int, end: int) -> Iterator[Unit]:
    """Yield the sentences of one line from its end, a long line piece by piece."""
    last = True
    while end - start > _PIECE:
        cut = _piece(text, start, end)
        if cut == start:
            break
        while cut < end and text[cut] in BLANKS:
            cut += 1
        for unit in _sentences(text, cut, end, own=False, last=last):
            yield unit
            last = False
        end = cut
        while end > start and text[end - 1] in BLANKS:
            end -= 1
    yield from _sentences(text, start, end, own=True, last=last)


def _piece(text: str, start: int, end: int) -> int:
    """Where the last piece of a long line starts."""
    lowest, at = max(start, end - _LONGEST), end - _PIECE
    while (at := text.rfind(". ", lowest, at)) >= 0:
        if not _ABBREVIATION.search(text, max(start, at - 6), at + 1) and not text[at + 2 : at + 3].islower():
            return at + 2
    return lowest


def _sentences(text: str, start: int, end: int, *, own: bool, last: bool) -> Iterator[Unit]:
    size = end - start
    cuts = _WHOLE if size <= _SHORT else _known_cuts(text[start:end]) if size <= _REMEMBERED else _cuts(text[start:end])
    stop = end
    for index in range(len(cuts) - 1, -1, -1):
        left = start + cuts[index]
        raw = text[left:stop]
        gap = text[max(0, left - 12) : left]
        near = gap.rstrip(BLANKS)
        yield Unit(
            left, stop, raw.strip(BLANKS), own and not index, near[-1:], gap[len(near) :].count("\n") > 1, last and stop == end
        )
        stop = left


@lru_cache(maxsize=4096)
def _known_cuts(line: str) -> Sequence[int]:
    """Remember the cuts of short lines, for wires repeat their legal lines word for word."""
    return _cuts(line)


def _cuts(line: str) -> Sequence[int]:
    """Where sentences start in a line: code points into it, 0 first."""
    found = {0}
    size = len(line)
    for match in _OPENERS.finditer(line):
        at = match.start()
        if at and _opens(line, at, match[0]):
            found.add(at)
    aside = line.rfind("(") if line[-1] == ")" or line[-2:] == ")." else -1
    if aside > _OWN_LINE and line[aside - 1] in " :" and line[aside + 1].isalpha() and ")" not in line[aside:-2]:
        found.add(aside)
    skip = 0
    for match in _STOP.finditer(line):
        at = match.start()
        if at < skip or not at:
            continue
        after = at + 1
        while after < size and after - at < 4 and line[after] in _CLOSERS:
            after += 1
        skip = after
        mark = after
        while after < size and line[after].isspace():
            after += 1
        if after < size and _ends(line, at, mark, after):
            found.add(at if line[at] == "*" else after)
    if len(found) == 1:
        return _WHOLE
    return _without_fragments(line, sorted(found))


def _opens(line: str, at: int, opener: str) -> bool:
    """Whether an opener at `at` starts a unit of its own."""
    before = line[at - 1]
    if before == " ":
        return opener in _STRONG or (at > 1 and line[at - 2] == " ")
    if opener in _BRACKETED and before.isdigit():  # 501(c)(3)
        return False
    return before not in "(<[-–—™&®/_=©" and not (opener[0].isalpha() and before.isupper())


def _ends(line: str, at: int, mark: int, after: int) -> bool:
    """Whether the stop sign at `at`, whose closers end at `mark`, ends a sentence that goes on at `after`."""
    stop, follows, spaced = line[at], line[after], after > mark or line[at] in _WIDE
    if stop == "*":
        return line[at - 1] in " ." and line[at - 1] != "*"
    if stop in "'\"”’»“)］」』】>" and not (spaced and line[at - 1] in ".!?…。！？"):
        return stop in ")】" and spaced and (follows in "(©<" or follows == "©")
    if stop == "." and _ABBREVIATION.search(line, max(0, at - 6), at + 1):
        return False
    if spaced:
        if follows.islower():
            return len(line) - after < _TAG and line[-1] != "."
        return follows.isalnum() or follows in '("“„«[/*—–-©=#<【（™_@•|~+>'
    return follows in "(/*©=[" or (follows.isupper() and stop in ".!?" and line[at - 1].islower() and mark == at + 1)


def _without_fragments(line: str, cuts: list[int]) -> list[int]:
    """Join a cut that leaves nothing but legal signs, or that splits a bracket which closes later on the line."""
    kept = [0]
    for cut in cuts[1:]:
        piece = line[kept[-1] : cut]
        if len(piece) < 16 and _SIGNS.match(piece):
            continue
        if piece.lstrip()[:1] in ("(", "（", "[") and _open(piece) and any(close in line[cut:] for close in ")）]"):
            continue
        kept.append(cut)
    return kept


def _open(piece: str) -> bool:
    return piece.count("(") + piece.count("（") + piece.count("[") > piece.count(")") + piece.count("）") + piece.count("]")
