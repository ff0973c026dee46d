"""
All items that the desk remembers, by uri and by story: about 180 bytes an item.

An item's row is a number that stays the same as long as the item is known. Entries are packed in blocks; a row knows where its entry
stands and when it was last decided, so that what is out of date is found without reading them.
"""

from array import array
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.blocks import Blocks
from worker.desk.entry import Entry
from worker.desk.packing import Packed, Packing
from worker.desk.rowtable import RowTable, hash_of

__all__ = ["Ledger"]

_MINUTE: Final = 60_000
_NOWHERE: Final = (1 << 64) - 1
_NEVER: Final = (1 << 32) - 1
_SPARSE: Final = 8  # blocks that are packed anew at a time: some ten milliseconds
_SURROGATES: Final = "surrogatepass"


class Ledger:
    """Packed entries by uri."""

    def __init__(self) -> None:
        """Start empty."""
        self.packing = Packing()
        self.blocks = Blocks()
        self.uris = RowTable()
        self.stories = RowTable()  # items of a story that does not bear their uri
        self.places: array[int] = array("Q")
        self.minutes: array[int] = array("I")  # when last decided
        self.free: list[int] = []

    def __len__(self) -> int:
        """How many items there are."""
        return len(self.uris)

    @property
    def nbytes(self) -> int:
        """Bytes that all of it takes."""
        return self.blocks.nbytes + self.uris.nbytes + self.stories.nbytes + 12 * len(self.places)

    def find(self, uri: str) -> int | None:
        """Return the row of an item."""
        key = uri.encode("utf-8", _SURROGATES)
        for row in self.uris.rows(hash_of(key)):
            block, at = self.blocks.place(self.places[row])
            if self.packing.has_uri(block, at, key):
                return row
        return None

    def read(self, row: int) -> Packed:
        """Return the entry of a row, without prints, and where they are."""
        return self.packing.unpack(*self.blocks.place(self.places[row]))

    def members(self, story: str) -> list[int]:
        """Return the rows of the items of a story, but for the one that bears its uri."""
        key = story.encode("utf-8", _SURROGATES)
        return [row for row in self.stories.rows(hash_of(key)) if self.read(row).entry.story == story]

    def new_row(self) -> int:
        """Return a row for a new item, to be given to `write`: what leads to the item may be made before it is written."""
        if self.free:
            return self.free.pop()
        self.places.append(_NOWHERE)
        self.minutes.append(_NEVER)
        return len(self.places) - 1

    def write(self, row: int, entry: Entry, slots: tuple[int, ...]) -> None:
        """Write the entry of a new row or one that is known. `slots` lead to the prints of its versions."""
        before = self.places[row]
        story_before = None
        if before != _NOWHERE:
            story_before = self._story_of(self.read(row).entry)
            block, at = self.blocks.place(before)
            self.blocks.free(before, self.packing.size(block, at))
        else:
            self.uris.add(hash_of(entry.uri.encode("utf-8", _SURROGATES)), row)
        self.places[row] = self.blocks.append(self.packing.pack(entry, slots))
        self.minutes[row] = min(max(entry.at // _MINUTE, 0), _NEVER)
        self._move(row, story_before, self._story_of(entry))

    def remove(self, row: int) -> None:
        """Remove an item."""
        entry = self.read(row).entry
        place = self.places[row]
        block, at = self.blocks.place(place)
        self.blocks.free(place, self.packing.size(block, at))
        self.uris.remove(hash_of(entry.uri.encode("utf-8", _SURROGATES)), row)
        self._move(row, self._story_of(entry), None)
        self.places[row], self.minutes[row] = _NOWHERE, _NEVER
        self.free.append(row)

    @staticmethod
    def _story_of(entry: Entry) -> str | None:
        return entry.story if entry.story != entry.uri else None

    def _move(self, row: int, before: str | None, after: str | None) -> None:
        if before == after:
            return
        if before is not None:
            self.stories.remove(hash_of(before.encode("utf-8", _SURROGATES)), row)
        if after is not None:
            self.stories.add(hash_of(after.encode("utf-8", _SURROGATES)), row)

    def older(self, at: int) -> list[int]:
        """Return the rows of all items last decided before the minute after `at`: what is older than `at`, and a few more."""
        minutes = np.frombuffer(self.minutes, np.uint32)
        return [int(row) for row in np.flatnonzero(minutes <= min(max(at // _MINUTE, 0), _NEVER - 1))]

    def entries(self) -> Iterator[Entry]:
        """Give all entries, without prints."""
        for row, place in enumerate(self.places):
            if place != _NOWHERE:
                yield self.read(row).entry

    def tidy(self) -> None:
        """Pack some blocks anew of which much is given up."""
        for row in rows_in(self.blocks, self.places, _SPARSE):
            place = self.places[row]
            block, at = self.blocks.place(place)
            size = self.packing.size(block, at)
            data = bytes(memoryview(block)[at : at + size])
            self.blocks.free(place, size)
            self.places[row] = self.blocks.append(data)


def rows_in(blocks: Blocks, places: "array[int]", most: int) -> list[int]:
    """Return the rows whose records stand in the sparsest blocks, of at most `most` blocks."""
    sparse = blocks.sparse(most)
    if not sparse:
        return []
    upper: npt.NDArray[np.uint64] = np.frombuffer(places, np.uint64) >> np.uint64(blocks.block_bits())
    return [int(row) for row in np.flatnonzero(np.isin(upper, np.array(sparse, np.uint64)))]
