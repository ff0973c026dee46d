"""
What the two teleprinter formats share: control characters, folded lines, day-time groups.

Lines were broken to fit a printer. Inside a paragraph they are joined again, so that a name is never cut in two; tables keep
their lines.
"""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from worker.formats.times import month_of

__all__ = ["ETX", "SOH", "STX", "SYN", "controls_in", "day_time", "nearest_year", "paragraphs", "tidy", "unfold", "unfolded"]

SOH, STX, ETX, EOT, SYN = "\x01", "\x02", "\x03", "\x04", "\x16"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROLS: Final = [chr(code) for code in (*range(9), *range(11, 32), 127)]
_NO_CONTROLS: Final = bytes({*range(256)} - {*map(ord, _CONTROLS)})
_FOLD: Final = 40  # a line this long was broken by the printer's width, not by its writer
_WORD: Final = 12  # letters that a word which did not fit may have
_BULLETS: Final = "-*•#"
_TABLE: Final = re.compile(r"\S {3,}\S|\S\t+\S|;.*;|\.{4,}")
# 131137 GMT Nov 13: day, hour and minute, then zone, month and year.
_GROUP: Final = re.compile(r"\b(\d\d)(\d\d)(\d\d)\s*([A-Za-z]{1,4})?\s+([^\W\d]{3,9})\.?\s*(\d{4}|\d\d)\b")
_ZONES: Final = {
    "GMT": 0,
    "UTC": 0,
    "Z": 0,
    "MEZ": 60,
    "CET": 60,
    "MESZ": 120,
    "CEST": 120,
    "BST": 60,
    "EST": -300,
    "EDT": -240,
    "JST": 540,
}


def _has_marks(text: str) -> bool:
    return "   " in text or "\t" in text or ";" in text or "...." in text


def _is_table(line: str) -> bool:
    """Whether a line has columns. The plain tests come first: nearly all lines have none."""
    return _has_marks(line) and bool(_TABLE.search(line))


def controls_in(value: bytes) -> str:
    """List the control characters that a text of these bytes can have, but tabs and line ends."""
    return bytes(set(value.translate(None, _NO_CONTROLS))).decode("latin-1")


def tidy(text: str, controls: str = "".join(_CONTROLS)) -> str:
    """
    Take out control characters but tabs and line ends, and make line ends plain.

    Args:
        text: as it came.

        controls: those that are looked for; a caller who knows which there are saves most of the time.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in controls:
        if sign in text:
            text = text.replace(sign, "")
    return text


def day_time(text: str) -> tuple[int, bool] | None:
    """
    Read a day-time group.

    Returns:
        The time in ms, and whether it had a zone; None if there is no group.
    """
    for match in _GROUP.finditer(text):
        day, hour, minute, zone, name, year = match.groups()
        month = month_of(name)
        if month is None:
            continue
        full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
        try:
            found = datetime(full, month, int(day), int(hour) % 24, int(minute), tzinfo=UTC)
        except ValueError:
            continue
        zone = (zone or "").upper()
        known = zone in _ZONES
        offset = _ZONES.get(zone, 0)
        return (found - timedelta(minutes=offset) - _EPOCH) // timedelta(milliseconds=1), known
    return None


def nearest_year(month: int, day: int, near: int) -> int | None:
    """Give the time in ms of a month and day without year that lies nearest to `near`; None if `near` is not known."""
    if near <= 0:
        return None
    around = _EPOCH + timedelta(milliseconds=near)
    found = []
    for year in (around.year - 1, around.year, around.year + 1):
        try:
            found.append(datetime(year, month, day, tzinfo=UTC))
        except ValueError:
            continue
    if not found:
        return None
    best = min(found, key=lambda one: abs(one - around))
    return (best - _EPOCH) // timedelta(milliseconds=1)


def paragraphs(lines: list[str]) -> list[list[str]]:
    """Part lines into paragraphs: at empty lines, and where a line is indented and the one before is not."""
    found: list[list[str]] = []
    current: list[str] = []
    for line in lines:
        if not line.strip():
            if current:
                found.append(current)
                current = []
            continue
        starts = line[0] in " \t" and current and current[-1][0] not in " \t" and not _is_table(line)
        if starts:
            found.append(current)
            current = []
        current.append(line)
    if current:
        found.append(current)
    return found


def unfolded(lines: list[str]) -> list[str]:
    """Give the paragraphs of `lines`, each unfolded: what `paragraphs` and `unfold` give, in one pass."""
    bare = list(map(str.strip, lines))
    marked = _has_marks("\n".join(bare))  # somewhere in the text; else no line needs to be asked for columns
    found: list[str] = []
    start, inside, flush = 0, False, True
    for at, text in enumerate(bare):
        if not text:
            if inside:
                found.append(_joined(lines, bare, start, at, marked=marked))
                inside = False
            continue
        starts = lines[at][0] in " \t"
        if inside and starts and flush and not (marked and _is_table(lines[at])):
            found.append(_joined(lines, bare, start, at, marked=marked))
            inside = False
        if not inside:
            start, inside = at, True
        flush = not starts
    if inside:
        found.append(_joined(lines, bare, start, len(lines), marked=marked))
    return found


def _joined(lines: list[str], bare: list[str], start: int, end: int, *, marked: bool) -> str:
    """Unfold a paragraph; nearly all are lines of much the same length, and have no columns."""
    if end - start == 1:
        return bare[start]
    own = bare[start:end]
    sizes = list(map(len, own))
    longest = max(sizes)
    sizes.pop()
    joined = " ".join(own)
    if (
        longest >= _FOLD
        and min(sizes) >= longest - _WORD
        and not (marked and _has_marks(joined))
        and not [line for line in own[1:] if line[0] in _BULLETS]
    ):
        return joined
    return unfold(lines[start:end])


def unfold(paragraph: list[str]) -> str:
    """Join the lines of a paragraph that a printer's width broke; leave tables and short lines as they are."""
    if len(paragraph) == 1:
        return paragraph[0].strip()
    lines = [line.strip() for line in paragraph]
    sizes = list(map(len, lines))
    longest = max(sizes)
    joined = " ".join(lines)
    plain = not _has_marks(joined)
    if (
        plain
        and longest >= _FOLD
        and min(sizes[:-1]) >= longest - _WORD
        and not [line for line in lines[1:] if line[0] in _BULLETS]
    ):
        return joined  # nearly all paragraphs
    if longest < _FOLD or (not plain and sum(map(_is_table, lines)) * 2 > len(lines)):
        return "\n".join(line.rstrip() for line in paragraph).strip("\n")
    out = lines[0]
    for before, line in pairwise(lines):
        # A word that did not fit follows; a line that left room was ended on purpose.
        room = longest - len(before) - 1
        first = len(line.split(" ", 1)[0])
        out += "\n" + line if room > first + _WORD or line[0] in _BULLETS else " " + line
    return out
