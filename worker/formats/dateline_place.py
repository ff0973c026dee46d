"""Take the place from a dateline that a format gives as a field of its own."""

import re
from typing import Final

from worker.formats.times import month_of

__all__ = ["place_of"]

_END: Final = re.compile(r"[(/\d,;:]|\s[-–—]+(?:\s|$)|--|\s*[-–—]+$")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


def place_of(line: str) -> str:
    """
    Give the place that a dateline starts with.

    >>> place_of("STOCKHOLM, Aug 29, 2014 (AFP) -")
    'STOCKHOLM'
    >>> place_of("Landquart GR")
    'Landquart GR'
    >>> place_of("SYDNEY March 22 AAP -")
    'SYDNEY'
    """
    match = _END.search(line)
    place = (line[: match.start()] if match else line).strip(" .-–—")
    words = place.split()
    if (
        len(words) > 1
        and match
        and _WORD.fullmatch(words[-1].strip("."))
        and month_of(words[-1])
        and line[match.start()].isdigit()
    ):
        words.pop()
    place = " ".join(words)
    return place if place and len(place) <= 60 else ""
