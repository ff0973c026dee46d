"""
A table of keys in rows of 64 bytes, one line of a processor's cache, each with up to ten postings.

A posting is 16 bits of the key, which with the row's number give all 32, and the item's slot. Rows are in the order of keys: the row of
a key is its share of the table. So a table can be moved to a larger one from its start on, some rows at a time.
"""

import mmap
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.desk.prints import Keys

__all__ = ["WIDTH", "Found", "Rows", "Slots", "Table", "spilled"]

WIDTH: Final = 10
_ROW: Final = 32  # 16-bit words: ten tags, ten slots of two words, how many there are, and whether the row spilled
_WORDS_BITS: Final = 5
_FILL, _SPILLED = 30, 31
_FULL: Final = 65  # per cent of the places in use at which a table is too small
_FEWEST: Final = 1 << 16  # rows; with fewer the tag and the row would not give the whole key
_WORD: Final = np.uint64(32)
_ONE: Final = np.uint32(1)
_PAGE: Final = 1 << 21

Slots = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int64]


class Found(NamedTuple):
    """Where some keys are: their rows, their tags, and the rows' lines."""

    rows: Rows
    tags: npt.NDArray[np.uint16]
    lines: npt.NDArray[np.uint16]


class Table:
    """Rows for about `expected` postings."""

    def __init__(self, expected: int, rows: int = 0) -> None:
        """Make an empty table; `rows` says how many it has, whatever is expected."""
        self.rows = rows or max(_FEWEST, expected * 100 // (_FULL * WIDTH) + 1)
        self.limit = self.rows * WIDTH * _FULL // 100
        # Memory of its own, and not of the process's heap: it can be given back piece by piece, and begins at a page.
        self._memory = mmap.mmap(-1, self.rows * 64, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            self._memory.madvise(mmap.MADV_HUGEPAGE)  # look-ups go everywhere: with small pages each would miss twice
        self.lines = np.frombuffer(self._memory, np.uint16).reshape(self.rows, _ROW)
        self._slots = self.lines.view(np.uint32)[:, 5:15]
        self._fills = self.lines[:, _FILL]
        # The same as rows of one dimension, each from where it first is: numpy writes there in half the time.
        self._flat = self.lines.reshape(-1)
        self._flat_fills = self._flat[_FILL:]
        self._flat_slots = self._flat.view(np.uint32)[WIDTH // 2 :]
        self._factor = np.uint64(self.rows)
        self._given = 0

    def place(self, keys: Keys) -> tuple[Rows, npt.NDArray[np.uint16]]:
        """Give each key's row and tag."""
        rows = keys * self._factor
        rows >>= _WORD
        return rows.view(np.int64), keys.astype(np.uint16)

    def border(self, row: int) -> int:
        """Give the lowest key that stands in a row or behind it."""
        return -(-(row << 32) // self.rows)

    def add(self, keys: Keys, slot: int, found: "Found | None" = None) -> list[int]:
        """
        Add a slot under keys that are in order and all different; return the keys that found no room.

        Args:
            keys: the keys.

            slot: the slot.

            found: what `look` gave for the keys, if nothing was changed since.
        """
        rows, tags, lines = found if found is not None else self.look(keys)
        if np.count_nonzero(rows[1:] == rows[:-1]):
            return [key for key in keys.tolist() if not self.add_one(key, slot)]  # two of the keys share a row: one by one
        fill = lines[:, _FILL].astype(np.int64)
        out: list[int] = []
        full = fill >= WIDTH
        if np.count_nonzero(full):
            out = keys[full].tolist()
            self.lines[rows[full], _SPILLED] = 1
            rows, tags, fill = rows[~full], tags[~full], fill[~full]
        self._flat_fills[rows << _WORDS_BITS] = fill + 1
        fill += rows << _WORDS_BITS
        self._flat[fill] = tags
        fill -= rows << _WORDS_BITS - 1
        self._flat_slots[fill] = slot + 1
        return out

    def look(self, keys: Keys) -> "Found":
        """Give each key's row and tag, and the rows' lines."""
        rows, tags = self.place(keys)
        return Found(rows, tags, self.lines.take(rows, axis=0))

    def add_one(self, key: int, slot: int) -> bool:
        """Add a slot under one key; say whether there was room."""
        line, slots = self._line(key)
        fill = int(line[_FILL])
        if fill >= WIDTH:
            line[_SPILLED] = 1
            return False
        line[fill] = key & 0xFFFF
        slots[fill] = slot + 1
        line[_FILL] = fill + 1
        return True

    def mark(self, key: int) -> None:
        """Note that postings of a key's row are elsewhere."""
        self._line(key)[0][_SPILLED] = 1

    def _line(self, key: int) -> tuple[npt.NDArray[np.uint16], Slots]:
        row = key * self.rows >> 32
        return self.lines[row], self._slots[row]

    def add_all(self, keys: Keys, slots: Slots) -> tuple[list[int], list[int]]:
        """Add many postings at once; return keys and slots of those that found no room."""
        packed = keys.astype(np.uint64) << _WORD | slots
        packed.sort()
        keys, slots = (packed >> _WORD).astype(np.uint32), packed.astype(np.uint32)
        rows, tags = self.place(keys)
        firsts = np.flatnonzero(np.diff(rows, prepend=-1))
        counts = np.diff(firsts, append=len(rows))
        places = np.arange(len(rows)) - np.repeat(firsts, counts) + self._fills[rows]
        fits = places < WIDTH
        inside, at = rows[fits], places[fits]
        self.lines[inside, at] = tags[fits]
        self._slots[inside, at] = slots[fits] + _ONE
        heads = rows[firsts]
        self._fills[heads] = np.minimum(self._fills[heads] + counts, WIDTH)
        out = ~fits
        if not out.any():
            return [], []
        self.lines[rows[out], _SPILLED] = 1
        return keys[out].tolist(), slots[out].tolist()

    def take_out(self, keys: Keys, slot: int) -> list[int]:
        """Take out what `add` put in; return the keys whose posting is not here."""
        rows, tags = self.place(keys)
        marks = np.arange(len(rows), dtype=np.int64)
        lines = self.lines.take(rows, axis=0)
        there = (lines.view(np.uint32)[:, 5:15] == np.uint32(slot + 1)) & (lines[:, :WIDTH] == tags[:, None])
        columns = there.argmax(axis=1)
        inside = there[marks, columns]
        # A row that two of the item's keys share is changed twice: one by one.
        if (rows[1:] == rows[:-1]).any():
            for row, tag in zip(rows[inside].tolist(), tags[inside].tolist(), strict=True):
                self._take_one(row, tag, slot)
        else:
            rows, columns, last = rows[inside], columns[inside], lines[inside, _FILL].astype(np.int64) - 1
            self.lines[rows, columns] = self.lines[rows, last]
            self._slots[rows, columns] = self._slots[rows, last]
            self._slots[rows, last] = 0
            self._fills[rows] = last
        return [] if inside.all() else keys[~inside].tolist()

    def _take_one(self, row: int, tag: int, slot: int) -> None:
        line, slots = self.lines[row], self._slots[row]
        last = int(line[_FILL]) - 1
        column = next(c for c in range(last + 1) if line[c] == tag and slots[c] == slot + 1)
        line[column], slots[column] = line[last], slots[last]
        slots[last] = 0
        line[_FILL] = last

    def postings(self, start: int, end: int) -> tuple[Keys, Slots]:
        """Give keys and slots of all postings in some rows."""
        block = self.lines[start:end]
        there = np.arange(WIDTH) < block[:, _FILL, None]
        owner = np.repeat(np.arange(start, start + len(block), dtype=np.uint64), block[:, _FILL])
        base = ((owner << _WORD) + np.uint64(self.rows - 1)) // np.uint64(self.rows)
        keys = base + (block[:, :WIDTH][there].astype(np.uint64) - base & np.uint64(0xFFFF))
        return keys.astype(np.uint32), self._slots[start:end][there] - _ONE

    @property
    def memory(self) -> memoryview:
        """The bytes of all rows."""
        return memoryview(self._memory)

    def give_back(self, row: int) -> None:
        """Give the memory of all rows before one back to the system: they have moved."""
        end = row * 64 // _PAGE * _PAGE
        if end > self._given and hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED, self._given, end - self._given)
            self._given = end


def spilled(lines: npt.NDArray[np.uint16]) -> list[int]:
    """Say which of some rows have postings elsewhere."""
    flags: npt.NDArray[np.uint16] = lines[:, _SPILLED]
    return flags.nonzero()[0].tolist() if np.count_nonzero(flags) else []
