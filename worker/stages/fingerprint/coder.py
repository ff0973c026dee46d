"""Turn a view's tokens into codes, each word worked out once."""

from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.codes import code
from worker.desk.prints import Codes
from worker.text import Hashes, OfBlock, TextView, Tokens, fold

__all__ = ["Coder"]

_MEMORY: Final = 1 << 18  # words that the slower of the two caches holds before it starts anew
_SLOTS: Final = 1 << 17
_SHIFT: Final = np.uint64(64 - 17)


class Coder:
    """
    Codes of tokens.

    A word's code is looked up by the token's hash in a table of the size of a processor's cache, then in a dictionary, and worked
    out if it is in neither. What is remembered never changes a code.
    """

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._known: Hashes = np.zeros(_SLOTS, np.uint64)
        self._codes: Codes = np.zeros(_SLOTS, np.uint16)
        self._words: dict[int, int] = {}
        self._of_block = OfBlock(self._work_out)
        self._codes[0] = code("\0")

    def codes(self, view: TextView) -> Codes:
        """Give the codes of all tokens of a view, as an array of its own."""
        return self._of_block.get(view)[view.first : view.first + len(view)].copy()

    def _work_out(self, tokens: Tokens) -> Codes:
        hashes = tokens.hashes
        slots = (hashes >> _SHIFT).view(np.int64)
        codes = self._codes.take(slots)
        missing = np.flatnonzero(self._known.take(slots) != hashes)
        if len(missing):
            codes[missing] = found = self._look_up(tokens, missing)
            where = slots[missing]
            self._known[where] = hashes[missing]
            self._codes[where] = found
        return codes

    def _look_up(self, tokens: Tokens, missing: npt.NDArray[np.intp]) -> list[int]:
        words, text = self._words, tokens.text
        found: list[int] = []
        columns = (tokens.hashes, tokens.starts, tokens.ends)
        for key, left, right in zip(*[column.take(missing).tolist() for column in columns], strict=True):
            value = words.get(key)
            if value is None:
                if len(words) >= _MEMORY:
                    words.clear()
                value = words[key] = code(fold(text[left:right]))
            found.append(value)
        return found
