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

    __slots__ = ("_bases", "_cuts", "_depth", "_features", "_leaves", "_offsets", "_size", "_steps", "_thresholds")

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
        self._offsets = np.arange(self._size, dtype=np.int32) << self._depth

    def score(self, rows: npt.NDArray[np.uint8]) -> list[list[int]]:
        """For each model the score of each row of features."""
        asked = (rows.take(self._features, axis=1) >= self._thresholds).view(np.uint8)
        leaf = asked[:, : self._size].astype(np.int32)
        for level in range(1, self._depth):
            leaf += leaf
            leaf += asked[:, level * self._size : (level + 1) * self._size]
        leaf += self._offsets
        sums = np.add.reduceat(self._leaves.take(leaf), self._cuts, axis=1)
        return [[total + base for total in column] for base, column in zip(self._bases, sums.T.tolist(), strict=True)]

    def per_mille(self, score: int) -> int:
        """Turn a score into a probability, in steps of ten per mille."""
        return 5 + 10 * bisect_right(self._steps, score)
