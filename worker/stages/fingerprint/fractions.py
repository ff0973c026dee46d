"""
Read fractions as one number: 6-3/16, 9 7/8, 1/2 and "three and one-half".

Rates and prices are told apart by them, and house styles write them differently.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.codes import IS_NUMBER, canonical, code
from worker.desk.prints import Codes
from worker.text import NUMBER, TextView, hash_word

__all__ = ["merge_fractions"]

_HALF: Final = hash_word("half")
_BINARY: Final = {"2": 2, "4": 4, "8": 8, "16": 16, "32": 32, "64": 64}


def merge_fractions(view: TextView, start: int, end: int, codes: Codes) -> npt.NDArray[np.bool_] | None:
    """
    Write each fraction's code to its first token.

    Args:
        view: the text.

        start: first token that may be part of one.

        end: token behind the last.

        codes: of all tokens; changed in place.

    Returns:
        Which tokens are to be skipped, or None if none is.
    """
    text = view.text
    if "/" not in text and "half" not in text:
        return None
    skipped = np.zeros(len(view), np.bool_)
    slash = text.find("/")
    while slash >= 0:
        at = int(view.ends.searchsorted(slash))
        if start <= at < end - 1 and view.ends[at] == slash and view.starts[at + 1] == slash + 1:
            _fraction(view, at, start, codes, skipped)
        slash = text.find("/", slash + 1)
    for half in np.flatnonzero(view.hashes == _HALF).tolist() if "half" in text else ():
        if start + 3 <= half < end:
            _half(view, half, codes, skipped)
    return skipped


def _fraction(view: TextView, at: int, start: int, codes: Codes, skipped: npt.NDArray[np.bool_]) -> None:
    """Merge the numbers `at` / `at + 1`, and the whole number before them."""
    if not view.flags[at] & view.flags[at + 1] & NUMBER:
        return
    first, before = at, at - 1
    value = _parts(view.word(at), view.word(at + 1))
    between = view.text[view.ends[before] : view.starts[at]] if before >= start else ""
    if between in {"-", " "} and view.flags[before] & NUMBER and not skipped[before]:
        first = before
        value = f"{canonical(view.word(before))[1]}+{value}"
    codes[first] = code(value)
    skipped[first + 1 : at + 2] = True


def _half(view: TextView, half: int, codes: Codes, skipped: npt.NDArray[np.bool_]) -> None:
    """Merge "<number> and a half" and "<number> and one-half"."""
    number, joint, article = (view.word(k).lower() for k in range(half - 3, half))
    kind, value = canonical(number)
    if joint == "and" and article in {"a", "one"} and kind == IS_NUMBER:
        codes[half - 3] = code(f"{value}+{_parts('1', '2')}")
        skipped[half - 2 : half + 1] = True


def _parts(top: str, bottom: str) -> str:
    """Write a fraction in sixty-fourths where that is exact, else as it stands."""
    if bottom in _BINARY and top.isdecimal() and len(top) <= 3:
        return f"{int(top) * 64 // _BINARY[bottom]}of64"
    return f"{top}of{bottom}"
