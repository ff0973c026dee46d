"""
Find the text that a later one is most like: the memory of prints, and the index that leads to them.

What is found is a function of the prints within the window, and of nothing else: not of the order in which they came, of what was
removed, or of when the memory was loaded. So expiry is asked at each look-up, nothing is cut off but by sequence, and ties go by
relation, similarity, sequence and key.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.desk.blocks import Blocks
from worker.desk.compare import Verdict, compare
from worker.desk.ledger import rows_in
from worker.desk.postings import MOST_SLOTS, Postings
from worker.desk.prints import Keys, decode_print, index_keys, index_keys_of_all
from worker.outcome import Relation

__all__ = ["Item", "Match", "NearMemory"]

_NEWEST: Final = 16  # items followed for each key, the newest ones: a phrase that all of a provider's texts have says nothing
_CANDIDATES: Final = 8  # texts that are compared
_SHARED: Final = 3  # keys that a candidate shares, fewer if it or the text has fewer
_PART: Final = 5  # one in so many of the keys of the text that has fewer
_BLOCK: Final = 20_000  # items indexed at once
_KEYS: Final = 35  # about as many has a print
_RANK: Final = {Relation.DUPLICATE: 0, Relation.CORRECTION: 1, Relation.UPDATE: 2}
_NEVER: Final = -(1 << 62)
_NOWHERE: Final = (1 << 64) - 1
_SPARSE: Final = 8  # blocks of prints that are packed anew at a time


class Item(NamedTuple):
    """
    A print to be remembered.

    `owner` is the row of its item in the ledger; `sequence` its place in the order of items, of which no two have the same; `time` is
    in milliseconds since 1970; `exact` the digest of the text.
    """

    owner: int
    sequence: int
    time: int
    exact: bytes
    print: bytes


class Match(NamedTuple):
    """The nearest text: the row of its item, and how the later text stands to it."""

    owner: int
    verdict: Verdict


class NearMemory:
    """
    Prints of kept items, each in a slot.

    Args:
        window_ms: items older than this, by the clock that each look-up brings, are not found.

        expected: about how many items will be held.
    """

    def __init__(self, window_ms: int, expected: int = 0) -> None:
        """Start empty."""
        self._window = window_ms
        self.postings = Postings(_KEYS * expected)
        self.blocks = Blocks()
        self.places: array[int] = array("Q")
        self.lengths: array[int] = array("H")
        self.owners: array[int] = array("I")
        self.times: npt.NDArray[np.int64] = np.zeros(1024, np.int64)
        self.sizes: npt.NDArray[np.uint8] = np.zeros(1024, np.uint8)
        self.free: list[int] = []
        self._asleep = False
        self._last: tuple[bytes, bytes, Keys] = (b"", b"", np.zeros(0, np.uint32))

    def __len__(self) -> int:
        """How many prints are held, expired ones not yet dropped included."""
        return len(self.places) - len(self.free)

    @property
    def nbytes(self) -> int:
        """Bytes that index and prints take."""
        arrays = self.times.nbytes + self.sizes.nbytes + self.postings.sequences.nbytes + 14 * len(self.places)
        return self.postings.nbytes + self.blocks.nbytes + arrays

    def add(self, item: Item) -> int:
        """
        Remember a print that is not empty, and return its slot.

        Raises:
            PrintError: the print is of a recipe that this version can't read.
        """
        if self._asleep:
            return self._take(item, 0)
        keys = self._keys_of(item.exact, item.print)
        slot = self._take(item, len(keys))
        self.postings.add(keys, slot)
        return slot

    def remove(self, slot: int) -> None:
        """Forget the print in a slot."""
        if not self._asleep:
            exact, print_ = self.read(slot)
            self.postings.remove(index_keys(exact, print_), slot)
        self.blocks.free(self.places[slot], self.lengths[slot])
        self.places[slot] = _NOWHERE
        self.times[slot] = _NEVER
        self.free.append(slot)

    def read(self, slot: int) -> tuple[bytes, bytes]:
        """Give the digest and the print in a slot."""
        data = self.blocks.read(self.places[slot], self.lengths[slot])
        return data[1 : 1 + data[0]], data[1 + data[0] :]

    def holds(self, slot: int, sequence: int) -> bool:
        """Say whether a slot still holds the print of that sequence: it may be dropped, and the slot taken by another."""
        return slot < len(self.places) and self.places[slot] != _NOWHERE and int(self.postings.sequences[slot]) == sequence

    def find(self, exact: bytes, print_: bytes, at_ms: int, now_ms: int) -> Match | None:
        """
        Find the text that this one is nearest to.

        Args:
            exact: the digest of the text.

            print_: its print.

            at_ms: its time.

            now_ms: the clock, against which the window is measured.
        """
        if not print_:
            return None
        self.wake()
        keys = self._keys_of(exact, print_)
        candidates = self._candidates(keys, now_ms - self._window)
        if not candidates:
            return None
        later = decode_print(print_)
        best: tuple[int, int, int] | None = None
        match = None
        for slot in candidates:
            its_exact, its_print = self.read(slot)
            verdict = compare(decode_print(its_print), later, abs(at_ms - int(self.times[slot])), exact=its_exact == exact)
            if verdict is None:
                continue
            rank = (_RANK[verdict.relation], -verdict.similarity, int(self.postings.sequences[slot]))
            if best is None or rank < best:
                best, match = rank, Match(self.owners[slot], verdict)
        return match

    def load(self, items: Iterable[Item]) -> list[int]:
        """Remember many prints at once, none of them empty; return their slots."""
        slots = [self._take(item, 0) for item in items]
        if not self._asleep:
            for start in range(0, len(slots), _BLOCK):
                self._index(slots[start : start + _BLOCK])
        return slots

    def sleep(self) -> None:
        """Leave what comes out of the index until `wake`: a long row of prints costs a third so, and less memory."""
        self._asleep = True

    def wake(self) -> None:
        """Index all that came since `sleep`."""
        for _ in self.waking():
            pass

    def waking(self) -> Iterator[None]:
        """Index all that came since `sleep`, a part at each step; nothing may come in between."""
        if not self._asleep:
            return
        self._asleep = False
        slots = [slot for slot, place in enumerate(self.places) if place != _NOWHERE]
        sequences, self.postings = self.postings.sequences, Postings(_KEYS * len(slots))
        self.postings.sequences = sequences
        for start in range(0, len(slots), _BLOCK):
            self._index(slots[start : start + _BLOCK])
            yield

    def _index(self, slots: list[int]) -> None:
        """Put prints that are held into the index."""
        if not slots:
            return
        prints = [self.read(slot) for slot in slots]
        keys, counts = index_keys_of_all([exact for exact, _ in prints], [print_ for _, print_ in prints])
        of = np.array(slots, np.uint32)
        self.sizes[of] = counts
        self.postings.add_all(keys, np.repeat(of, counts))

    def expire(self, now_ms: int) -> None:
        """Drop what no look-up from `now_ms` on can find. Never changes what is found."""
        old = np.flatnonzero(self.times[: len(self.places)] < now_ms - self._window)
        for slot in old.tolist():
            if self.places[slot] != _NOWHERE:
                self.remove(slot)

    def tidy(self) -> None:
        """Pack some blocks of prints anew of which much is given up."""
        for slot in rows_in(self.blocks, self.places, _SPARSE):
            data = self.blocks.read(self.places[slot], self.lengths[slot])
            self.blocks.free(self.places[slot], len(data))
            self.places[slot] = self.blocks.append(data)

    def _keys_of(self, exact: bytes, print_: bytes) -> Keys:
        """Give the index keys of a print; an item is looked up and then added, so the last ones are kept."""
        if self._last[1] is not print_ or self._last[0] is not exact:
            self._last = (exact, print_, index_keys(exact, print_))
        return self._last[2]

    def _take(self, item: Item, size: int) -> int:
        """Put an item into a free slot."""
        owner, sequence, time, exact, print_ = item
        data = b"%c%b%b" % (len(exact), exact, print_)
        place = self.blocks.append(data)
        if self.free:
            slot = self.free.pop()
            self.places[slot], self.lengths[slot], self.owners[slot] = place, len(data), owner
        else:
            slot = len(self.places)
            if slot >= MOST_SLOTS:
                raise OverflowError(
                    f"the memory of prints holds {MOST_SLOTS} items; shard the prepared topic or shorten the window"
                )
            self.places.append(place)
            self.lengths.append(len(data))
            self.owners.append(owner)
            if slot >= len(self.times):
                self.times = np.concatenate((self.times, np.zeros(slot // 4, np.int64)))
                self.sizes = np.concatenate((self.sizes, np.zeros(slot // 4, np.uint8)))
        self.times[slot] = time
        self.sizes[slot] = size
        self.postings.remember(slot, sequence)
        return slot

    def _candidates(self, keys: Keys, oldest: int) -> list[int]:
        """Give the slots that share most keys, those of an earlier sequence first among equals."""
        hits, more = self.postings.find(keys)
        for key, slots in more:
            hits += self._newest(key, slots, oldest)
        if not hits:
            return []
        sizes, times, sequences = self.sizes, self.times, self.postings.sequences
        # Few postings are shared by chance: most slots go here.
        counts = [
            (slot, count)
            for slot, count in Counter(hits).items()
            if count >= _SHARED or 3 * count >= min(int(sizes[slot]), len(keys))
        ]
        ranked = [
            (-count, int(sequences[slot]), slot)
            for slot, count in counts
            if _PART * count >= min(int(sizes[slot]), len(keys)) and times[slot] >= oldest
        ]
        ranked.sort()
        return [slot for _, _, slot in ranked[:_CANDIDATES]]

    def _newest(self, key: int, slots: list[int], oldest: int) -> list[int]:
        """Give the newest items that have a key, of those within the window."""
        times, sequences = self.times, self.postings.sequences
        most = _NEWEST
        while True:
            spilled = self.postings.spilled(key, most)
            live = [slot for slot in spilled if int(times[slot]) >= oldest]
            if len(live) >= _NEWEST or len(spilled) < most:
                break
            most *= 4
        live += [slot for slot in slots if int(times[slot]) >= oldest]
        if len(live) > _NEWEST:
            live = sorted(live, key=sequences.__getitem__)[-_NEWEST:]
        return live
