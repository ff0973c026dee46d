"""
Read fractions as one number: 6-3/16, 9 7/8, 1/2 and "three and one-half".

Rates and prices are told apart by them, and house styles write them differently.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.codes import canonical, code
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

        start: first token that `codes` has.

        end: token behind the last.

        codes: of these tokens; changed in place.

    Returns:
        Which tokens stay, or None if all do.
    """
    text = view.text
    halves = np.flatnonzero(view.hashes[start:end] == _HALF) if "half" in view.folded else ()
    if "/" not in text and not len(halves):
        return None
    keep = np.ones(end - start, np.bool_)
    numbers = np.flatnonzero(view.flags[start:end] & NUMBER) + start
    for at in numbers.tolist() if "/" in text else ():
        if at + 1 < end and text[view.ends[at] : view.starts[at + 1]] == "/" and view.flags[at + 1] & NUMBER:
            _fraction(view, start, at, codes, keep)
    for half in halves:
        _half(view, start, int(half), codes, keep)
    return keep


def _fraction(view: TextView, start: int, at: int, codes: Codes, keep: npt.NDArray[np.bool_]) -> None:
    """Merge `at` / `at + 1`, and the whole number before them."""
    text, first = view.text, at
    value = _parts(view.word(at), view.word(at + 1))
    before = at - 1
    if (
        before >= start
        and keep[before - start]
        and view.flags[before] & NUMBER
        and text[view.ends[before] : view.starts[at]] in "- "
    ):
        first = before
        value = f"{canonical(view.word(before))[1]}+{value}"
    codes[first - start] = code(value)
    keep[first + 1 - start : at + 2 - start] = False


def _half(view: TextView, start: int, half: int, codes: Codes, keep: npt.NDArray[np.bool_]) -> None:
    """Merge "<number> and a half" and "<number> and one-half"."""
    if half < 3:
        return
    number, joint, article = (view.folded[view.starts[k] : view.ends[k]] for k in range(start + half - 3, start + half))
    kind, value = canonical(number)
    if joint == "and" and article in {"a", "one"} and kind == 0x8000:
        codes[half - 3] = code(f"{value}+{_parts('1', '2')}")
        keep[half - 2 : half + 1] = False


def _parts(top: str, bottom: str) -> str:
    """A fraction in sixty-fourths where that is exact, else as it stands."""
    if bottom in _BINARY and top.isdecimal() and len(top) <= 3:
        return f"{int(top) * 64 // _BINARY[bottom]}of64"
    return f"{top}of{bottom}"
