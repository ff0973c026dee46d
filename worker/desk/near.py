"""Find texts that are alike."""

from collections.abc import Iterable
from typing import NamedTuple

from worker.outcome import Relation

__all__ = ["Match", "NearMemory", "Verdict"]


class Verdict(NamedTuple):
    """How a later text stands to an earlier one."""

    relation: Relation
    method: str
    similarity: int
    differs: tuple[str, ...] = ()


class Match(NamedTuple):
    """The nearest text."""

    key: str
    verdict: Verdict


class NearMemory:
    """Exact copies only, for now."""

    def __init__(self, window_ms: int) -> None:
        self._window, self._items = window_ms, dict[str, tuple[int, int, bytes]]()

    def add(self, key: str, sequence: int, at_ms: int, exact: bytes, print_: bytes) -> None:
        self._items[key] = (sequence, at_ms, exact)

    def remove(self, key: str) -> None:
        self._items.pop(key, None)

    def find(self, exact: bytes, print_: bytes, at_ms: int, now_ms: int) -> Match | None:
        return None

    def load(self, items: Iterable[tuple[str, int, int, bytes, bytes]]) -> None:
        for item in items:
            self.add(*item)

    def expire(self, now_ms: int) -> None:
        pass
