"""
From keys to the items that have them, in a few bytes a posting.

Postings stand in a table of rows (`worker.desk.rows`); what a row can't hold goes to a dictionary, sorted by sequence. Nothing is ever
overwritten or lost, so what is found depends on what was put in, and not on when or in what order.

A table that is too small is moved to a larger one while work goes on, some rows with each item: keys below the border are in the new
table, the others in the old one. Moved at once, a million items would stop the desk for seconds.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.prints import Keys
from worker.desk.rows import WIDTH, Found, Slots, Table, spilled

__all__ = ["MOST_SLOTS", "Postings", "Slots"]

MOST_SLOTS: Final = 1 << 24
_SLOT_BITS: Final = 24
_SLOT_MASK: Final = MOST_SLOTS - 1
_END: Final = 1 << 32
_BATCH: Final = 1024  # rows moved at a time: about a millisecond
_GROWTH: Final = 8  # a table that is full is moved to one larger by a part in so many
_PACE: Final = 2 * _GROWTH  # rows moved for each row's worth of postings that is added: it ends in half the time there is

_Spill = int | array  # type: ignore[type-arg] # one posting, or several in the order of sequences


class Postings:
    """Which slots have a key."""

    def __init__(self, expected: int = 0) -> None:
        """Make room for `expected` postings; it grows by itself."""
        self._size = 0
        self._table = Table(expected)
        self._old: Table | None = None
        self._moved = 0
        self._owed = 0
        self._border = _END
        self._changes = 0
        self._last: tuple[Keys | None, int, Found | None] = (None, 0, None)
        self._spills: dict[int, dict[int, _Spill]] = {}  # by the upper half of the key, then by key
        self._spilled = 0
        self.sequences: npt.NDArray[np.int64] = np.zeros(1024, np.int64)

    def __len__(self) -> int:
        """How many postings there are."""
        return self._size

    @property
    def nbytes(self) -> int:
        """Bytes that it takes; those of what is spilled are an estimate."""
        old = self._old.rows - self._moved if self._old is not None else 0
        return 64 * (self._table.rows + old) + 160 * self._spilled

    def find(self, keys: Keys) -> tuple[list[int], list[tuple[int, list[int]]]]:
        """
        Find the slots that have the keys, which are in order.

        Returns:
            The slots, once for each key that they share; and the keys that have more postings than the table holds, each with the
            slots that the table has, which are left out before. The others are given by `spilled`.
        """
        if self._old is None:
            found = self._table.look(keys)
            tags, lines = found.tags, found.lines
            self._last = (keys, self._changes, found)  # what is looked up is often added next
        else:
            cut = int(keys.searchsorted(self._border))
            low, high = self._table.look(keys[:cut]), self._old.look(keys[cut:])
            tags, lines = np.concatenate((low.tags, high.tags)), np.concatenate((low.lines, high.lines))
        there = lines[:, :WIDTH] == tags[:, None]
        more: list[tuple[int, list[int]]] = []
        for index in spilled(lines):
            key = int(keys[index])
            if (bucket := self._spills.get(key >> 16)) is not None and key in bucket:
                more.append((key, _slots_of(lines[index : index + 1], there[index : index + 1])))
                there[index] = False
        return _slots_of(lines, there) if np.count_nonzero(there) else [], more

    def spilled(self, key: int, most: int) -> list[int]:
        """Give the newest slots, at most `most` of them, of those that the table does not hold for a key, the oldest first."""
        spill = self._spills[key >> 16][key]
        if isinstance(spill, int):
            return [spill & _SLOT_MASK]
        return [posting & _SLOT_MASK for posting in spill[-most:]]

    def add(self, keys: Keys, slot: int) -> None:
        """Add a slot, whose sequence has been given to `remember`, under each of `keys`, which are in order and all different."""
        last, changes, found = self._last
        self._make_room(len(keys))
        known = found if last is keys and changes == self._changes else None
        self._changes += 1
        if self._old is None:
            self._spill_all(self._table.add(keys, slot, known), slot)
            return
        cut = int(keys.searchsorted(self._border))
        self._spill_all(self._table.add(keys[:cut], slot), slot)
        self._spill_all(self._old.add(keys[cut:], slot), slot)

    def remove(self, keys: Keys, slot: int) -> None:
        """Take out what `add` with the same arguments put in."""
        self._size -= len(keys)
        self._changes += 1
        if self._old is None:
            left = self._table.take_out(keys, slot)
        else:
            cut = int(keys.searchsorted(self._border))
            left = self._table.take_out(keys[:cut], slot) + self._old.take_out(keys[cut:], slot)
        for key in left:
            self._remove_spilled(key, int(self.sequences[slot]) << _SLOT_BITS | slot)

    def add_all(self, keys: Keys, slots: Slots) -> None:
        """
        Add many postings at once.

        Args:
            keys: of all items; those of one item are all different.

            slots: for each key the item's slot, whose sequence has been given to `remember`.
        """
        self._changes += 1
        self._make_room(len(keys))
        while self._old is not None:
            self._move(1 << 16)
        self._spill_each(*self._table.add_all(keys, slots))

    def remember(self, slot: int, sequence: int) -> None:
        """Note the sequence of a slot, by which postings are ordered."""
        if slot >= len(self.sequences):
            self.sequences = np.concatenate((self.sequences, np.zeros(max(1024, slot // 4), np.int64)))
        self.sequences[slot] = sequence

    # --- what rows can't hold ----------------------------------------------------------------------------------------

    def _spill_all(self, keys: Iterable[int], slot: int) -> None:
        for key in keys:
            self._spill(key, int(self.sequences[slot]) << _SLOT_BITS | slot)

    def _spill_each(self, keys: list[int], slots: list[int]) -> None:
        for key, slot in zip(keys, slots, strict=True):
            self._spill(key, int(self.sequences[slot]) << _SLOT_BITS | slot)

    def _spill(self, key: int, posting: int) -> None:
        bucket = self._spills.setdefault(key >> 16, {})
        spill = bucket.get(key)
        self._spilled += 1
        if spill is None:
            bucket[key] = posting
        elif isinstance(spill, int):
            bucket[key] = array("Q", sorted((spill, posting)))
        elif posting < spill[-1]:
            insort(spill, posting)
        else:
            spill.append(posting)

    def _remove_spilled(self, key: int, posting: int) -> None:
        bucket = self._spills[key >> 16]
        spill = bucket[key]
        self._spilled -= 1
        if isinstance(spill, int) or len(spill) == 1:
            del bucket[key]
            if not bucket:
                del self._spills[key >> 16]
        else:
            del spill[bisect_left(spill, posting)]

    # --- growth ------------------------------------------------------------------------------------------------------

    def _make_room(self, count: int) -> None:
        """Count postings that come; begin a move if the table is too small for them, and go on with one that has begun."""
        self._size += count
        if self._old is None:
            if self._size <= self._table.limit:
                return
            self._old, self._moved, self._owed, self._border = self._table, 0, 0, 0
            self._changes += 1
            self._table = Table(max(self._table.limit * (_GROWTH + 1) // _GROWTH, self._size * (_GROWTH + 1) // _GROWTH))
        self._owed += count * _PACE
        while self._old is not None and self._owed >= _BATCH * WIDTH:
            self._owed -= _BATCH * WIDTH
            self._move(_BATCH)

    def _move(self, count: int) -> None:
        """Move some rows of the old table to the new one, and what they had spilled."""
        old = self._old
        assert old is not None  # noqa: S101 - callers have looked
        start, end = self._moved, min(self._moved + count, old.rows)
        keys, slots = old.postings(start, end)
        border = _END if end == old.rows else old.border(end)
        spills = self._spilled_keys(self._border, border)
        self._spill_each(*self._table.add_all(keys, slots))
        for key in spills:
            self._absorb(key)
        self._moved, self._border = end, border
        old.give_back(end)
        if end == old.rows:
            self._old, self._moved = None, 0

    def _spilled_keys(self, start: int, end: int) -> list[int]:
        """Give the keys from `start` up to `end` that have spilled."""
        found: list[int] = []
        for upper in range(start >> 16, (end - 1 >> 16) + 1):
            if (bucket := self._spills.get(upper)) is not None:
                found += [key for key in bucket if start <= key < end]
        return found

    def _absorb(self, key: int) -> None:
        """Take a key's spilled posting into the new table, if there is one and it fits."""
        spill = self._spills[key >> 16][key]
        if isinstance(spill, int) and self._table.add_one(key, spill & _SLOT_MASK):
            self._remove_spilled(key, spill)
        else:
            self._table.mark(key)

    # --- image -------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """End a move that has begun."""
        while self._old is not None:
            self._move(1 << 16)

    @property
    def rows(self) -> memoryview:
        """The bytes of all rows, for `restore`; only after `settle`."""
        return self._table.memory

    def spills(self) -> tuple[list[int], list[int], "array[int]"]:
        """Give what the rows could not hold: the keys, how many postings each has, and the postings."""
        keys, counts, postings = list[int](), list[int](), array("Q")
        for bucket in self._spills.values():
            for key, spill in bucket.items():
                several = array("Q", (spill,)) if isinstance(spill, int) else spill
                keys.append(key)
                counts.append(len(several))
                postings.extend(several)
        return keys, counts, postings

    def restore(self, room: int, size: int) -> memoryview:
        """Make an empty table of so many bytes, and return the view to be filled with what was there."""
        self._table, self._size = Table(0, room // 64), size
        return self._table.memory

    def restore_spills(self, keys: list[int], counts: list[int], postings: "array[int]") -> None:
        """Take over what the rows could not hold."""
        at = 0
        for key, count in zip(keys, counts, strict=True):
            some = postings[at : at + count]
            self._spills.setdefault(key >> 16, {})[key] = some[0] if count == 1 else some
            at += count
        self._spilled = at


def _slots_of(lines: npt.NDArray[np.uint16], there: npt.NDArray[np.bool_]) -> list[int]:
    """Give the slots at some places of lines; a place that is free has none."""
    return [slot - 1 for slot in lines.view(np.uint32)[:, WIDTH // 2 : WIDTH // 2 + WIDTH][there].tolist() if slot]
