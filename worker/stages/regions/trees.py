"""
Score small integers with small trees, in integers only.

All trees of a model have the same depth, and all nodes of one level ask the same question (oblivious trees), so that a whole
model is one comparison, one sum and one look-up. Trained by `tools/train_regions.py`.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Trees"]


class Trees:
    """Trained models over the same features: `score` is their log-odds in 256ths."""

    __slots__ = ("_bases", "_bits", "_cuts", "_depth", "_features", "_leaves", "_offsets", "_size", "_steps", "_thresholds")

    def __init__(self, table: Mapping[str, Any], names: Sequence[str]) -> None:
        """Read the models `names` of the table: each has `features`, `thresholds`, `leaves` with a row for each tree, and `base`."""
        models = [table[name] for name in names]
        self._steps: list[int] = table["steps"]
        self._bases = [int(model["base"]) for model in models]
        self._cuts = np.cumsum([0] + [len(model["leaves"]) for model in models])[:-1]
        features = np.concatenate([np.array(model["features"], np.int64) for model in models])
        thresholds = np.concatenate([np.array(model["thresholds"], np.uint8) for model in models])
        leaves = np.concatenate([np.array(model["leaves"], np.int32) for model in models])
        self._size, self._depth = features.shape
        self._features, self._thresholds = features.T.ravel(), thresholds.T.ravel()  # one level of all trees after the other
        self._leaves = leaves.ravel()
        self._offsets = np.arange(self._size) << self._depth
        self._bits = np.repeat(np.uint8(1) << np.arange(self._depth - 1, -1, -1, dtype=np.uint8), self._size)

    def score(self, rows: npt.NDArray[np.uint8]) -> list[list[int]]:
        """For each model the score of each row of features."""
        asked = (rows.take(self._features, axis=1) >= self._thresholds) * self._bits
        leaf = np.add.reduce(asked.reshape(-1, self._depth, self._size), axis=1, dtype=np.uint8)
        sums = np.add.reduceat(self._leaves.take(leaf + self._offsets), self._cuts, axis=1)
        return [[total + base for total in column] for base, column in zip(self._bases, sums.T.tolist(), strict=True)]

    def per_mille(self, score: int) -> int:
        """Turn a score into a probability, in steps of ten per mille."""
        return 5 + 10 * bisect_right(self._steps, score)
