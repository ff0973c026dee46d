"""
Score small integers with small trees, in integers only.

All trees of a model have the same depth, and all nodes of one level ask the same question (oblivious trees), so that a whole
model is one comparison, one sum and one look-up. Trained by `tools/train_regions.py`.
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Trees"]


class Trees:
    """A trained model: `score` is its log-odds in 256ths."""

    __slots__ = ("_base", "_features", "_leaves", "_offsets", "_powers", "_steps", "_thresholds")

    def __init__(self, table: Mapping[str, Any], steps: list[int]) -> None:
        """Read the model's table: `features`, `thresholds` and `leaves` with a row for each tree, and `base`."""
        self._base = int(table["base"])
        features = np.array(table["features"], np.int64)
        depth = features.shape[1]
        self._features = features.ravel()
        self._thresholds = np.array(table["thresholds"], np.int64).ravel()
        leaves = np.array(table["leaves"], np.int64)
        self._leaves = leaves.ravel()
        self._offsets = np.arange(len(leaves), dtype=np.int64) << depth
        self._powers = np.array([1 << (depth - 1 - level) for level in range(depth)], np.int64)
        self._steps = steps

    def score(self, rows: npt.NDArray[np.int64]) -> list[int]:
        """The score of each row of features."""
        asked = rows[:, self._features] >= self._thresholds
        leaf = asked.reshape(len(rows), len(self._offsets), -1) @ self._powers
        scores: list[int] = (self._leaves[leaf + self._offsets].sum(axis=1) + self._base).tolist()
        return scores

    def per_mille(self, score: int) -> int:
        """The score as a probability, in steps of ten per mille."""
        return 5 + 10 * bisect_right(self._steps, score)
