"""
From hashes to rows: a table of numbers in sixteen bytes a row, with open addressing.

A key's home is given by the upper bits of its hash, so the table is in the order of hashes but for what was pushed on, and can be
built at once by sorting. Rows of equal hash stand side by side; the owner looks which is meant.
"""

from array import array
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

__all__ = ["RowTable", "hash_of"]

_FEWEST: Final = 10  # bits
_SLACK: Final = 256  # places behind the last home: nothing wraps around
_WORD: Final = 32
_ROW: Final = (1 << _WORD) - 1
_STIR: Final = 0x9E3779B1  # neighbouring checksums, as of numbered uris, are spread by it


def hash_of(key: bytes) -> int:
    """Hash a key to 32 bits, the same in every process."""
    return crc32(key) * _STIR & _ROW


class RowTable:
    """Rows, each under the hash of its key. A place holds hash and row + 1; 0 is empty."""

    def __init__(self) -> None:
        """Start empty."""
        self._size = 0
        self._make(_FEWEST)

    def __len__(self) -> int:
        """How many rows there are."""
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return len(self._places) * 8

    def _make(self, bits: int) -> None:
        self._bits, self._shift = bits, _WORD - bits
        self._places = array("Q", bytes(8 * ((1 << bits) + _SLACK)))
        self._limit = (1 << bits) * 5 // 8

    def rows(self, hash_: int) -> list[int]:
        """Give the rows of a hash."""
        places, at, found = self._places, hash_ >> self._shift, []
        while held := places[at]:
            if held >> _WORD == hash_:
                found.append((held & _ROW) - 1)
            at += 1
        return found

    def add(self, hash_: int, row: int) -> None:
        """Add a row."""
        if self._size >= self._limit:
            self._grow()
        while True:
            places, at = self._places, hash_ >> self._shift
            while places[at]:
                at += 1
            if at < len(places) - 1:  # the last place stays empty, so that a search ends
                break
            self._grow()
        places[at] = hash_ << _WORD | (row + 1)
        self._size += 1

    def remove(self, hash_: int, row: int) -> None:
        """Remove a row that is there, and move up those that it had pushed on."""
        places, shift, at = self._places, self._shift, hash_ >> self._shift
        wanted = hash_ << _WORD | (row + 1)
        while places[at] != wanted:
            at += 1
        hole = at
        while held := places[at := at + 1]:
            if held >> _WORD >> shift <= hole:
                places[hole], hole = held, at
        places[hole] = 0
        self._size -= 1

    def _grow(self) -> None:
        held = np.frombuffer(self._places, np.uint64)
        held = np.sort(held[held > 0])
        bits = self._bits + 1
        while True:
            self._make(bits)
            if self._fill(held):
                return
            bits += 1

    def _fill(self, held: npt.NDArray[np.uint64]) -> bool:
        """Put sorted places where they belong; say whether there was room."""
        home = (held >> np.uint64(_WORD + self._shift)).astype(np.int64)
        order = np.arange(len(held))
        at = np.maximum.accumulate(home - order) + order
        if len(at) and at[-1] >= len(self._places) - 1:
            return False
        np.frombuffer(self._places, np.uint64)[at] = held
        return True

    @property
    def places(self) -> "array[int]":
        """All places, for `restore`."""
        return self._places

    def restore(self, places: "array[int]") -> None:
        """
        Take over the places of another table.

        Raises:
            ValueError: they are no table's.
        """
        bits = max(len(places) - _SLACK, 1).bit_length() - 1
        if bits < _FEWEST or len(places) != (1 << bits) + _SLACK:
            raise ValueError("no table of rows has this size")
        self._make(bits)
        self._places = places
        self._size = int(np.count_nonzero(np.frombuffer(places, np.uint64)))
