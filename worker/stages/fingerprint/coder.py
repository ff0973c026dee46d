"""Turn a view's tokens into codes, each word worked out once."""

from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.codes import code
from worker.desk.prints import Codes
from worker.text import Hashes, TextView

__all__ = ["Coder"]

_MEMORY: Final = 1 << 18  # words that the slower of the two caches holds before it starts anew
_SLOTS: Final = 1 << 16
_SHIFT: Final = np.uint64(48)


class Coder:
    """
    Codes of a view's tokens.

    A word's code is looked up by the token's hash in a table of the size of a processor's cache, then in a dictionary, and worked
    out if it is in neither. What is remembered never changes a code.
    """

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._known: Hashes = np.zeros(_SLOTS, np.uint64)
        self._codes: Codes = np.zeros(_SLOTS, np.uint16)
        self._words: dict[int, int] = {}
        self._codes[0] = code("\0")

    def codes(self, view: TextView, start: int, end: int) -> Codes:
        """Give the codes of the tokens from `start` up to `end`."""
        hashes = view.hashes[start:end]
        slots = (hashes >> _SHIFT).astype(np.int64)
        codes = self._codes[slots]
        missing = np.flatnonzero(self._known[slots] != hashes)
        if len(missing):
            self._look_up(view, start, hashes, slots, codes, missing)
        return codes

    def _look_up(
        self,
        view: TextView,
        start: int,
        hashes: Hashes,
        slots: npt.NDArray[np.int64],
        codes: Codes,
        missing: npt.NDArray[np.intp],
    ) -> None:
        words, folded = self._words, view.folded
        found: list[int] = []
        at = missing + start
        for key, left, right in zip(hashes[missing].tolist(), view.starts[at].tolist(), view.ends[at].tolist(), strict=True):
            value = words.get(key)
            if value is None:
                if len(words) >= _MEMORY:
                    words.clear()
                value = words[key] = code(folded[left:right])
            found.append(value)
        codes[missing] = found
        where = slots[missing]
        self._known[where] = hashes[missing]
        self._codes[where] = codes[missing]
