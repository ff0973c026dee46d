"""
What the topic model looks at: words, pairs of neighbours and word beginnings of the head and the lead.

The recipe is part of every model: `RECIPE` changes when the features do, and a model of another recipe is refused. A feature is
the upper half of a 64-bit hash, made from the hashes of the shared `TextView` with integer operations only. Word beginnings let
inflected words and words of related languages meet.

    >>> from worker.text import TextView
    >>> len(features(TextView("Rates rise", "Banks expect more.")))
    19
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from worker.text import TextView

__all__ = ["MOST", "RECIPE", "TOKENS", "Features", "features"]

RECIPE: Final = 1
TOKENS: Final = 300  # news says first what it is about: more tokens cost time and gave no better topics
MOST: Final = 4 * TOKENS  # features of one text
_PAIR: Final = np.uint64(0x9E3779B97F4A7C15)
# One salt for each length of word beginning, so that "bank" the word and "bank-" the beginning are two features.
_SIZES: Final = np.array([[4], [6]])
_SALTS: Final = np.array([[0xD6E8FEB86659FD93], [0xA0761D6478BD642F]], np.uint64)
_HALF: Final = np.uint64(32)

Features = npt.NDArray[np.uint32]


def features(view: TextView) -> Features:
    """Give the features of the first `TOKENS` tokens, repeats and all."""
    words = view.hashes[:TOKENS]
    pairs = words[:-1] * _PAIR + words[1:]
    beginnings = view.prefixes(_SIZES, TOKENS) ^ _SALTS
    return (np.concatenate((words, pairs, beginnings.ravel())) >> _HALF).astype(np.uint32)
