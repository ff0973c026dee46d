"""Find texts that are alike."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from worker.desk.compare import Verdict, compare
from worker.desk.prints import Print, decode_print, shingles
from worker.outcome import Relation

__all__ = ["Match", "NearMemory"]

_RANK: Final = {Relation.DUPLICATE: 3, Relation.CORRECTION: 2, Relation.UPDATE: 1}


class Match(NamedTuple):
    """The nearest text: its key, and how the later text stands to it."""

    key: str
    verdict: Verdict


class _Item(NamedTuple):
    sequence: int
    at_ms: int
    exact: bytes
    print: Print
    grams: frozenset[int]


def _grams(print_: Print) -> frozenset[int]:
    head = shingles(np.frombuffer(print_.head.encode("utf-16-le"), "<u2")).tolist() if len(print_.head) > 2 else []
    return frozenset((*head, *print_.rest))


class NearMemory:
    def __init__(self, window_ms: int) -> None:
        self._window = window_ms
        self._items: dict[str, _Item] = {}
        self._postings: dict[int, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, key: str, sequence: int, at_ms: int, exact: bytes, print_: bytes) -> None:
        if not print_:
            return
        read = decode_print(print_)
        grams = _grams(read)
        self._items[key] = _Item(sequence, at_ms, exact, read, grams)
        for gram in grams:
            self._postings[gram].add(key)

    def remove(self, key: str) -> None:
        item = self._items.pop(key, None)
        if item is not None:
            for gram in item.grams:
                self._postings[gram].discard(key)

    def find(self, exact: bytes, print_: bytes, at_ms: int, now_ms: int, exclude: str | None = None) -> Match | None:
        if not print_:
            return None
        later = decode_print(print_)
        grams = _grams(later)
        hits = Counter(key for gram in grams for key in self._postings.get(gram, ()))
        best = None
        found = [
            (-count, item.sequence, key)
            for key, count in hits.items()
            if count >= 3
            and key != exclude
            and now_ms - (item := self._items[key]).at_ms <= self._window
            and 5 * count >= min(len(grams), len(item.grams))
        ]
        for _, sequence, key in sorted(found)[:8]:
            item = self._items[key]
            verdict = compare(item.print, later, abs(at_ms - item.at_ms))
            if verdict is not None:
                rank = (-_RANK[verdict.relation], -verdict.similarity, sequence, key)
                if best is None or rank < best[0]:
                    best = rank, Match(key, verdict)
        return best[1] if best else None

    def load(self, items: Iterable[tuple[str, int, int, bytes, bytes]]) -> None:
        for item in items:
            self.add(*item)

    def expire(self, now_ms: int) -> None:
        for key in [k for k, item in self._items.items() if now_ms - item.at_ms > self._window]:
            self.remove(key)
