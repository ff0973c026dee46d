"""
A linear topic model as tables of small integers.

A model file (`.npz`) holds one row of 8-bit weights for each feature. The scores that decide are sums of these integers, divided
as integers, so that any CPU finds the same topics. See docs/topics.md for the fields of the file and how it is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from pathlib import Path
from typing import Any, Final, NamedTuple
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from worker.stages.topics.features import MOST, RECIPE, Features

__all__ = ["SLOT_BITS", "ModelError", "Scores", "TopicModel"]

SLOT_BITS: Final = 20  # slots of the look-up table: 1,048,576, four bytes each
_SHIFT: Final = np.uint32(32 - SLOT_BITS)
_ROW_BITS: Final = np.uint32(SLOT_BITS)
_ROW: Final = np.uint32((1 << SLOT_BITS) - 1)
_ONES: Final = np.ones(MOST, np.float32)
_FIXED: Final = 10  # binary places behind the point of a norm
_FIELDS: Final = (
    "recipe", "version", "keys", "weights", "bias", "codes", "scale", "decay",
    "languages", "child_rows", "child_weights", "child_bias", "child_codes", "child_starts",
)  # fmt: skip


class ModelError(ValueError):
    """A model file can't be used; the message says which and why."""


class Scores(NamedTuple):
    """
    Scores in thousandths of the training margin, one for each code, and the rows of the features that were known.

    `child_rows` are those among them that say something about level 2, as rows of the tables for it.
    """

    level1: list[int]
    rows: npt.NDArray[np.int64]
    child_rows: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicModel:
    """A model ready to score. `decay` gives 65536 * exp(-d / T) for a distance d between two scores."""

    version: str
    codes: tuple[str, ...]
    languages: frozenset[str]
    child_codes: tuple[str, ...]
    _slots: npt.NDArray[np.uint32]
    _table: npt.NDArray[np.int8]
    _bias: list[int]
    _headed_bias: list[int]
    _scale: int
    _decay: list[int]
    _child_rows: npt.NDArray[np.int32]
    _child_tables: tuple[npt.NDArray[np.int8], ...]
    _child_bias: list[int]
    _child_starts: list[int]

    @classmethod
    def load(cls, path: Path) -> "TopicModel":
        """
        Read a model file.

        Raises:
            ModelError: the file is no model, is damaged, or is of another recipe.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
                data = {name: file[name] for name in _FIELDS}
                data["headed_bias"] = file["headed_bias" if "headed_bias" in file else "bias"]
        except (OSError, ValueError, KeyError, EOFError, TypeError, BadZipFile) as error:
            raise ModelError(f"{path}: is no topic model: {error}") from error
        if int(data["recipe"]) != RECIPE:
            raise ModelError(
                f"{path}: was trained with recipe {int(data['recipe'])}, this worker reads recipe {RECIPE}: train it again"
            )
        return cls._from_arrays(data)

    @classmethod
    def _from_arrays(cls, data: dict[str, npt.NDArray[np.generic]]) -> "TopicModel":
        keys = data["keys"].astype(np.uint32)
        slots = np.zeros(1 << SLOT_BITS, np.uint32)
        # The tag is what the slot's number does not say of the key; row 0 is all zeros, and what an unknown feature gets.
        slots[keys >> _SHIFT] = (keys << _ROW_BITS) | np.arange(1, len(keys) + 1, dtype=np.uint32)
        table = np.zeros((len(keys) + 1, len(data["codes"])), np.int8)
        table[1:] = data["weights"]
        child_rows = np.zeros(len(keys) + 1, np.int32)
        child_rows[data["child_rows"].astype(np.int64) + 1] = np.arange(1, len(data["child_rows"]) + 1)
        child_weights = np.zeros((len(data["child_rows"]) + 1, len(data["child_codes"])), np.int8)
        child_weights[1:] = data["child_weights"]
        starts = [int(value) for value in data["child_starts"].astype(np.int64)]
        return cls(
            version=str(data["version"]),
            codes=tuple(map(str, data["codes"])),
            languages=frozenset(map(str, data["languages"])),
            child_codes=tuple(map(str, data["child_codes"])),
            _slots=slots,
            _table=table,
            _bias=[int(value) for value in data["bias"].astype(np.int64)],
            _headed_bias=[int(value) for value in data["headed_bias"].astype(np.int64)],
            _scale=int(data["scale"]),
            _decay=[int(value) for value in data["decay"].astype(np.int64)],
            _child_rows=child_rows,
            _child_tables=tuple(child_weights[:, start:stop].copy() for start, stop in pairwise(starts)),
            _child_bias=[int(value) for value in data["child_bias"].astype(np.int64)],
            _child_starts=starts,
        )

    def score(self, features: Features, *, headed: bool = False) -> Scores:
        """
        Score the level 1 codes. A feature counts once, however often it stands in the text.

        `headed` says that the text has a headline: other desks write such texts, and their topics are spread otherwise.
        """
        rows = self._find(features)
        sums = _add_up(self._table, rows)
        child_rows = self._child_rows.take(rows)
        return Scores(
            self._divide(sums, len(rows), self._headed_bias if headed else self._bias), rows, child_rows[child_rows > 0]
        )

    def score_children(self, parent: int, scores: Scores) -> list[int]:
        """Score the level 2 codes below the level 1 code at index `parent`, in the order of `children(parent)`."""
        start, stop = self._child_starts[parent], self._child_starts[parent + 1]
        rows = scores.child_rows
        sums = _add_up(self._child_tables[parent], rows)
        return self._divide(sums, len(scores.rows), self._child_bias[start:stop])

    def children(self, parent: int) -> tuple[str, ...]:
        """Give the level 2 codes below the level 1 code at index `parent`."""
        return self.child_codes[self._child_starts[parent] : self._child_starts[parent + 1]]

    def confidences(self, scores: Sequence[int]) -> list[int]:
        """Turn scores into confidences per mille that add up to 1000 or a little less."""
        best = max(scores)
        last = len(self._decay) - 1
        parts = [self._decay[min(best - score, last)] for score in scores]
        total = sum(parts)
        return [1000 * part // total for part in parts]

    def _find(self, features: Features) -> npt.NDArray[np.int64]:
        """Give the rows of the features that the model knows, each once."""
        # Where the tags are the same they cancel out, and the row is left.
        found = self._slots.take(features >> _SHIFT) ^ (features << _ROW_BITS)
        rows = found[found <= _ROW]
        rows.sort()
        first = np.ones(len(rows), np.bool_)
        np.not_equal(rows[1:], rows[:-1], out=first[1:])
        once: npt.NDArray[np.int64] = rows[first].astype(np.int64)
        return once

    def _divide(self, sums: list[float], features: int, bias: list[int]) -> list[int]:
        """Divide by the root of how many features were known, so that long and short texts compare."""
        root = self._scale * isqrt(features << (2 * _FIXED))
        if not root:
            return list(bias)
        return [1000 * (int(value) << _FIXED) // root + offset for value, offset in zip(sums, bias, strict=True)]


def _add_up(table: npt.NDArray[np.int8], rows: npt.NDArray[np.signedinteger[Any]]) -> list[float]:
    """Add up rows of a table. Sums of integers below 2**24: float32 adds them without loss, in any order, and faster than integers."""
    sums: list[float] = (_ONES[: len(rows)] @ table.take(rows, axis=0).astype(np.float32)).tolist()
    return sums
