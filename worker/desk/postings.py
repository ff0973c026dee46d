"""
From keys to the items that have them: a table of 32-bit keys in a few bytes a posting.

Each row of 64 bytes, one line of a processor's cache, holds up to ten postings: 16 bits of the key, which with the row's number give
all 32, and the item's slot. What a row can't hold goes to a dictionary, sorted by sequence. Nothing is ever overwritten or lost, so
what is found depends on what was put in, and not on when or in what order.
"""

from array import array
from bisect import bisect_left, insort
from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.prints import Keys

__all__ = ["MOST_SLOTS", "Postings", "Slots"]

WIDTH: Final = 10
MOST_SLOTS: Final = 1 << 24
_ROW: Final = 32  # 16-bit words: ten tags, ten slots of two words, how many there are, and whether the row spilled
_FILL, _SPILLED = 30, 31
_FULL: Final = 65  # per cent of the places in use at which the table grows
_FEWEST: Final = 1 << 16  # rows; with fewer the tag and the row would not give the whole key
_WORD: Final = np.uint64(32)
_ONE: Final = np.uint32(1)
_STEP: Final = np.uint16(1)
_SLOT_BITS: Final = 24
_SLOT_MASK: Final = MOST_SLOTS - 1
_BLOCK: Final = 1 << 18  # rows moved at once when the table grows

Slots = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int64]
_Table = npt.NDArray[np.uint16]


def _empty(rows: int) -> _Table:
    """Make an empty table whose rows begin where a line of the cache does."""
    raw = np.zeros(rows * _ROW + _ROW, np.uint16)
    skip = (-raw.ctypes.data % 64) // 2
    return raw[skip : skip + rows * _ROW].reshape(rows, _ROW)


class Postings:
    """Which slots have a key."""

    def __init__(self, expected: int = 0) -> None:
        """Make room for `expected` postings; it grows by itself."""
        self._size = 0
        self._spills: dict[int, array[int]] = {}
        self.sequences: npt.NDArray[np.int64] = np.zeros(1024, np.int64)
        self._make(expected)

    def __len__(self) -> int:
        """How many postings there are."""
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that the table takes."""
        return self._table.nbytes

    def _make(self, expected: int) -> None:
        self._rows = max(_FEWEST, expected * 100 // (_FULL * WIDTH) + 1)
        self._limit = self._rows * WIDTH * _FULL // 100
        self._table = _empty(self._rows)
        self._slots = self._table.view(np.uint32)[:, 5:15]
        self._fills = self._table[:, _FILL]
        self._factor = np.uint64(self._rows)

    def _place(self, keys: Keys) -> tuple[Rows, npt.NDArray[np.uint16]]:
        """Give each key's row and tag."""
        rows = keys * self._factor
        rows >>= _WORD
        return rows.view(np.int64), keys.astype(np.uint16)

    def find(self, keys: Keys) -> tuple[Slots, list[tuple[int, list[int]]]]:
        """
        Find the slots that have the keys.

        Returns:
            The slots, once for each key that they share; and the keys that have more postings than the table holds, each with the
            slots that the table has, which are left out before. The others are given by `spilled`.
        """
        rows, tags = self._place(keys)
        lines = self._table.take(rows, axis=0)
        there = lines[:, :WIDTH] == tags[:, None]
        slots = lines.view(np.uint32)[:, 5:15]
        more: list[tuple[int, list[int]]] = []
        if lines[:, _SPILLED].any():
            for index in np.flatnonzero(lines[:, _SPILLED]).tolist():
                if (key := int(keys[index])) in self._spills:
                    found = slots[index][there[index]]
                    more.append((key, (found[found > 0] - _ONE).tolist()))
                    there[index] = False
        slots = slots[there]
        return slots[slots > 0] - _ONE, more

    def spilled(self, key: int, most: int) -> list[int]:
        """Give the newest slots, at most `most` of them, of those that the table does not hold for a key, the oldest first."""
        spill = self._spills[key]
        return [posting & _SLOT_MASK for posting in spill[-most:]]

    def add(self, keys: Keys, slot: int) -> None:
        """Add a slot, whose sequence has been given to `remember`, under each of `keys`, which are in order and all different."""
        if self._size + len(keys) > self._limit:
            self._grow(self._size + len(keys))
        self._size += len(keys)
        rows, tags = self._place(keys)
        fill = self._fills[rows]
        if (rows[1:] == rows[:-1]).any():
            for key in keys.tolist():  # two of the item's keys share a row: one by one
                self._add_one(key, slot)
            return
        full = fill >= WIDTH
        if full.any():
            for key, row in zip(keys[full].tolist(), rows[full].tolist(), strict=True):
                self._spill(key, row, slot)
            rows, tags, fill = rows[~full], tags[~full], fill[~full]
        self._table[rows, fill] = tags
        self._slots[rows, fill] = slot + 1
        self._fills[rows] = fill + _STEP

    def _add_one(self, key: int, slot: int) -> None:
        rows, tags = self._place(np.array([key], np.uint32))
        row = int(rows[0])
        fill = int(self._table[row, _FILL])
        if fill >= WIDTH:
            self._spill(key, row, slot)
            return
        self._table[row, fill] = tags[0]
        self._slots[row, fill] = slot + 1
        self._table[row, _FILL] = fill + 1

    def _spill(self, key: int, row: int, slot: int) -> None:
        self._table[row, _SPILLED] = 1
        posting = int(self.sequences[slot]) << _SLOT_BITS | slot
        spill = self._spills.setdefault(key, array("Q"))
        if spill and posting < spill[-1]:
            insort(spill, posting)
        else:
            spill.append(posting)

    def remove(self, keys: Keys, slot: int) -> None:
        """Take out what `add` with the same arguments put in."""
        self._size -= len(keys)
        rows, tags = self._place(keys)
        marks = np.arange(len(rows), dtype=np.int64)
        lines = self._table.take(rows, axis=0)
        there = (lines.view(np.uint32)[:, 5:15] == np.uint32(slot + 1)) & (lines[:, :WIDTH] == tags[:, None])
        columns = there.argmax(axis=1)
        inside = there[marks, columns]
        # A row that two of the item's keys share is changed twice: one by one.
        if not (rows[1:] == rows[:-1]).any():
            rows, columns, last = rows[inside], columns[inside], lines[inside, _FILL].astype(np.int64) - 1
            self._table[rows, columns] = self._table[rows, last]
            self._slots[rows, columns] = self._slots[rows, last]
            self._slots[rows, last] = 0
            self._table[rows, _FILL] = last
        else:
            for row, tag in zip(rows[inside].tolist(), tags[inside].tolist(), strict=True):
                self._remove_one(row, tag, slot)
        for key in keys[~inside].tolist():
            self._remove_spilled(key, int(self.sequences[slot]) << _SLOT_BITS | slot)

    def _remove_one(self, row: int, tag: int, slot: int) -> None:
        line = self._table[row]
        last = int(line[_FILL]) - 1
        column = next(c for c in range(last + 1) if line[c] == tag and self._slots[row, c] == slot + 1)
        line[column] = line[last]
        self._slots[row, column] = self._slots[row, last]
        self._slots[row, last] = 0
        line[_FILL] = last

    def _remove_spilled(self, key: int, posting: int) -> None:
        spill = self._spills[key]
        del spill[bisect_left(spill, posting)]
        if not spill:
            del self._spills[key]

    def add_all(self, keys: Keys, slots: Slots) -> None:
        """
        Add many postings at once.

        Args:
            keys: of all items; those of one item are all different.

            slots: for each key the item's slot, whose sequence has been given to `remember`.
        """
        if self._size + len(keys) > self._limit:
            self._grow(self._size + len(keys))
        self._size += len(keys)
        self._fill(keys, slots)

    def remember(self, slot: int, sequence: int) -> None:
        """Note the sequence of a slot, by which postings are ordered."""
        if slot >= len(self.sequences):
            self.sequences = np.concatenate((self.sequences, np.zeros(max(1024, slot), np.int64)))
        self.sequences[slot] = sequence

    def _fill(self, keys: Keys, slots: Slots) -> None:
        packed = keys.astype(np.uint64) << _WORD | slots
        packed.sort()
        keys, slots = (packed >> _WORD).astype(np.uint32), packed.astype(np.uint32)
        rows = ((packed >> _WORD) * self._factor >> _WORD).view(np.int64)
        firsts = np.flatnonzero(np.diff(rows, prepend=-1))
        counts = np.diff(firsts, append=len(rows))
        places = np.arange(len(rows)) - np.repeat(firsts, counts) + self._table[rows, _FILL]
        fits = places < WIDTH
        inside, at = rows[fits], places[fits]
        self._table[inside, at] = keys[fits].astype(np.uint16)
        self._slots[inside, at] = slots[fits] + np.uint32(1)
        heads = rows[firsts]
        self._table[heads, _FILL] = np.minimum(self._table[heads, _FILL] + counts, WIDTH)
        out = ~fits
        for key, row, slot in zip(keys[out].tolist(), rows[out].tolist(), slots[out].tolist(), strict=True):
            self._spill(key, row, slot)

    def _grow(self, size: int) -> None:
        """Move everything to a table half as large again, and as large as `size` postings need."""
        old, rows = self._table, self._rows
        spills, self._spills = self._spills, {}
        self._make(max(self._limit * 3 // 2, size * 5 // 4))
        for start in range(0, rows, _BLOCK):
            block = old[start : start + _BLOCK]
            there = np.arange(WIDTH) < block[:, _FILL, None]
            owner = np.repeat(np.arange(start, start + len(block), dtype=np.uint64), block[:, _FILL])
            base = ((owner << _WORD) + np.uint64(rows - 1)) // np.uint64(rows)
            keys = base + (block[:, :WIDTH][there].astype(np.uint64) - base & np.uint64(0xFFFF))
            self._fill(keys.astype(np.uint32), block.view(np.uint32)[:, 5:15][there] - np.uint32(1))
        for key, spill in spills.items():
            row = int(self._place(np.array([key], np.uint32))[0][0])
            for posting in spill:
                self._spill(key, row, posting & _SLOT_MASK)
