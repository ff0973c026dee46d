"""
Find the text that a later one is most like: the memory of prints, and the index that leads to them.

What is found is a function of the prints within the window, and of nothing else: not of the order in which they came, of what was
removed, or of when the memory was loaded. So expiry is asked at each look-up, nothing is cut off but by sequence, and ties go by
relation, similarity, sequence and key.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.desk.compare import Verdict, compare
from worker.desk.postings import MOST_SLOTS, Postings
from worker.desk.prints import Keys, decode_print, index_keys, index_keys_of_all
from worker.outcome import Relation

__all__ = ["Item", "Match", "NearMemory"]

_NEWEST: Final = 16  # items followed for each key, the newest ones: a phrase that all of a provider's texts have says nothing
_CANDIDATES: Final = 8  # texts that are compared
_SHARED: Final = 3  # keys that a candidate shares, fewer if it or the text has fewer
_PART: Final = 5  # one in so many of the keys of the text that has fewer
_BLOCK: Final = 50_000  # items loaded at once
_RANK: Final = {Relation.DUPLICATE: 0, Relation.CORRECTION: 1, Relation.UPDATE: 2}
_NEVER: Final = -(1 << 62)

Item = tuple[str, int, int, bytes, bytes]  # key, sequence, time in milliseconds, exact, print


class Match(NamedTuple):
    """The nearest text: its key, and how the later text stands to it."""

    key: str
    verdict: Verdict


class NearMemory:
    """
    Prints of kept items.

    Args:
        window_ms: items older than this, by the clock that each look-up brings, are not found.

        expected: about how many items will be held.
    """

    def __init__(self, window_ms: int, expected: int = 0) -> None:
        """Start empty."""
        self._window = window_ms
        self._postings = Postings(32 * expected)
        self._slots: dict[str, int] = {}
        self._keys: list[str] = []
        self._prints: list[bytes] = []
        self._exacts: list[bytes] = []
        self._times: npt.NDArray[np.int64] = np.zeros(1024, np.int64)
        self._sizes: npt.NDArray[np.uint8] = np.zeros(1024, np.uint8)
        self._free: list[int] = []
        self._last: tuple[bytes, bytes, Keys] = (b"", b"", np.zeros(0, np.uint32))

    def __len__(self) -> int:
        """How many prints are held, expired ones not yet dropped included."""
        return len(self._slots)

    @property
    def nbytes(self) -> int:
        """Bytes that the index takes, without the prints and keys, which the caller has too."""
        return self._postings.nbytes + self._times.nbytes + self._sizes.nbytes + self._postings.sequences.nbytes

    def add(self, key: str, sequence: int, at_ms: int, exact: bytes, print_: bytes) -> None:
        """
        Remember a print in place of what `key` had.

        Args:
            key: names the item.

            sequence: its place in the order of items; no two have the same.

            at_ms: its time in milliseconds since 1970.

            exact: the digest of its text.

            print_: its print; an empty one is not remembered.

        Raises:
            PrintError: the print is of a recipe that this version can't read.
        """
        self.remove(key)
        if not print_:
            return
        keys = self._keys_of(exact, print_)
        slot = self._take((key, sequence, at_ms, exact, print_), len(keys))
        self._postings.add(keys, slot)

    def remove(self, key: str) -> None:
        """Forget a print, if it is known."""
        slot = self._slots.pop(key, None)
        if slot is None:
            return
        self._postings.remove(index_keys(self._exacts[slot], self._prints[slot]), slot)
        self._keys[slot] = ""
        self._prints[slot] = self._exacts[slot] = b""
        self._times[slot] = _NEVER
        self._free.append(slot)

    def find(self, exact: bytes, print_: bytes, at_ms: int, now_ms: int, exclude: str | None = None) -> Match | None:
        """
        Find the text that this one is nearest to.

        Args:
            exact: the digest of the text.

            print_: its print.

            at_ms: its time.

            now_ms: the clock, against which the window is measured.

            exclude: a key that is not to be found.
        """
        if not print_:
            return None
        keys = self._keys_of(exact, print_)
        candidates = self._candidates(keys, now_ms - self._window, exclude)
        if not candidates:
            return None
        later = decode_print(print_)
        best: tuple[int, int, int, str] | None = None
        verdict_of_best = None
        for slot in candidates:
            verdict = compare(
                decode_print(self._prints[slot]), later, abs(at_ms - int(self._times[slot])), exact=self._exacts[slot] == exact
            )
            if verdict is None:
                continue
            rank = (_RANK[verdict.relation], -verdict.similarity, int(self._postings.sequences[slot]), self._keys[slot])
            if best is None or rank < best:
                best, verdict_of_best = rank, verdict
        return Match(best[3], verdict_of_best) if best is not None and verdict_of_best is not None else None

    def load(self, items: Iterable[Item]) -> None:
        """Remember many prints at once; their keys are all different, and none is known yet."""
        items = iter(items)
        while block := [item for item in islice(items, _BLOCK) if item[4]]:
            keys, counts = index_keys_of_all([item[3] for item in block], [item[4] for item in block])
            slots = [self._take(item, count) for item, count in zip(block, counts.tolist(), strict=True)]
            self._postings.add_all(keys, np.repeat(np.array(slots, np.uint32), counts))

    def expire(self, now_ms: int) -> None:
        """Drop what no look-up from `now_ms` on can find. Never changes what is found."""
        old = np.flatnonzero(self._times[: len(self._keys)] < now_ms - self._window)
        for slot in old.tolist():
            if self._keys[slot]:
                self.remove(self._keys[slot])

    def _keys_of(self, exact: bytes, print_: bytes) -> Keys:
        """Give the index keys of a print; an item is looked up and then added, so the last ones are kept."""
        if self._last[1] is not print_ or self._last[0] is not exact:
            self._last = (exact, print_, index_keys(exact, print_))
        return self._last[2]

    def _take(self, item: Item, size: int) -> int:
        """Put an item into a free slot."""
        key, sequence, at_ms, exact, print_ = item
        if self._free:
            slot = self._free.pop()
            self._keys[slot], self._prints[slot], self._exacts[slot] = key, print_, exact
        else:
            slot = len(self._keys)
            if slot >= MOST_SLOTS:
                raise OverflowError(
                    f"the memory of prints holds {MOST_SLOTS} items; shard the prepared topic or shorten the window"
                )
            self._keys.append(key)
            self._prints.append(print_)
            self._exacts.append(exact)
            if slot >= len(self._times):
                self._times = np.concatenate((self._times, np.zeros(slot // 2, np.int64)))
                self._sizes = np.concatenate((self._sizes, np.zeros(slot // 2, np.uint8)))
        self._times[slot] = at_ms
        self._sizes[slot] = size
        self._postings.remember(slot, sequence)
        self._slots[key] = slot
        return slot

    def _candidates(self, keys: Keys, oldest: int, exclude: str | None) -> list[int]:
        """Give the slots that share most keys, those of an earlier sequence first among equals."""
        found, more = self._postings.find(keys)
        hits = found.tolist()
        for key, slots in more:
            hits += self._newest(key, slots, oldest)
        if not hits:
            return []
        sizes, times, sequences = self._sizes, self._times, self._postings.sequences
        # Few postings are shared by chance: most slots go here.
        counts = [
            (slot, count)
            for slot, count in Counter(hits).items()
            if count >= _SHARED or 3 * count >= min(int(sizes[slot]), len(keys))
        ]
        ranked = [
            (-count, int(sequences[slot]), self._keys[slot], slot)
            for slot, count in counts
            if _PART * count >= min(int(sizes[slot]), len(keys)) and times[slot] >= oldest and self._keys[slot] != exclude
        ]
        ranked.sort()
        return [slot for _, _, _, slot in ranked[:_CANDIDATES]]

    def _newest(self, key: int, slots: list[int], oldest: int) -> list[int]:
        """Give the newest items that have a key, of those within the window."""
        times, sequences = self._times, self._postings.sequences
        most = _NEWEST
        while True:
            spilled = self._postings.spilled(key, most)
            live = [slot for slot in spilled if int(times[slot]) >= oldest]
            if len(live) >= _NEWEST or len(spilled) < most:
                break
            most *= 4
        live += [slot for slot in slots if int(times[slot]) >= oldest]
        if len(live) > _NEWEST:
            live = sorted(live, key=sequences.__getitem__)[-_NEWEST:]
        return live
