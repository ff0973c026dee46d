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
    """Features in ascending order, and what each says by being rare: `idf` is the natural logarithm of texts per text with it."""

    keys: Features
    idf: Floats

    @classmethod
    def of(cls, examples: Sequence[Example], least: int) -> "Vocabulary":
        """Take the features that stand in at least `least` examples."""
        seen = np.concatenate([np.unique(example.features) for example in examples])
        keys, counts = np.unique(seen, return_counts=True)
        kept = counts >= least
        return cls(keys[kept], np.log(len(examples) / counts[kept]))

    def pruned(self, value: Floats, size: int) -> "Vocabulary":
        """Keep the `size` features of most value, of those that share a slot of the look-up table only the best."""
        order = np.lexsort((self.keys, -value))
        _, first = np.unique((self.keys >> np.uint32(32 - SLOT_BITS))[order], return_index=True)
        kept = np.sort(order[np.sort(first)[:size]])
        return Vocabulary(self.keys[kept], self.idf[kept])


def to_matrix(examples: Sequence[Example], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """One row an example: idf of each feature that it has, scaled to unit length."""
    columns: list[npt.NDArray[np.int64]] = []
    for example in examples:
        found = np.unique(example.features)
        places = np.minimum(vocabulary.keys.searchsorted(found), len(vocabulary.keys) - 1)
        columns.append(places[vocabulary.keys[places] == found])
    ends = np.cumsum([0, *map(len, columns)])
    indices = np.concatenate(columns)
    values = vocabulary.idf[indices]
    squares = np.add.reduceat(np.append(values**2, 0.0), ends[:-1]) if len(ends) > 1 else np.zeros(0)
    lengths = np.sqrt(np.where(np.diff(ends) > 0, squares, 1.0))
    values = values / np.repeat(lengths, np.diff(ends))
    return sparse.csr_matrix((values, indices, ends), shape=(len(examples), len(vocabulary.keys)))
