"""Turn examples into a sparse matrix over a vocabulary of features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from worker.stages.topics.features import Features
from worker.stages.topics.model import SLOT_BITS
from worker.training.examples import Example

__all__ = ["Vocabulary", "to_matrix"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Features in ascending order."""

    keys: Features

    @classmethod
    def of(cls, examples: Sequence[Example], least: int) -> "Vocabulary":
        """Take the features that stand in at least `least` examples."""
        seen = np.concatenate([np.unique(example.features) for example in examples])
        keys, counts = np.unique(seen, return_counts=True)
        kept = counts >= least
        return cls(keys[kept])

    def pruned(self, value: Floats, size: int) -> "Vocabulary":
        """Keep the `size` features of most value, of those that share a slot of the look-up table only the best."""
        order = np.lexsort((self.keys, -value))
        _, first = np.unique((self.keys >> np.uint32(32 - SLOT_BITS))[order], return_index=True)
        kept = np.sort(order[np.sort(first)[:size]])
        return Vocabulary(self.keys[kept])


def to_matrix(examples: Sequence[Example], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Make one row an example: the same value for each feature that it has, so that the row has unit length."""
    columns: list[npt.NDArray[np.int64]] = []
    for example in examples:
        found = np.unique(example.features)
        places = np.minimum(vocabulary.keys.searchsorted(found), len(vocabulary.keys) - 1)
        columns.append(places[vocabulary.keys[places] == found])
    sizes = np.array([len(column) for column in columns])
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes)
    ends = np.concatenate(([0], np.cumsum(sizes)))
    return sparse.csr_matrix((values, np.concatenate(columns), ends), shape=(len(examples), len(vocabulary.keys)))
