"""
The desk's clock: a watermark of the items' own times.

Windows are measured against it, not against the wall clock, so that neither a quiet feed, nor a replay, nor a bad date empties
the memory, and the same items give the same decisions whenever they are run.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable
from typing import Final

__all__ = ["SPAN", "Clock"]

SPAN: Final = 101  # odd: the median is an item's own time. A hundred items outweigh a handful of bad dates.


class Clock:
    """The median of the last `SPAN` admitted times (milliseconds since 1970); never backwards once `SPAN` were seen."""

    __slots__ = ("_order", "_times", "now")

    def __init__(self, times: Iterable[int] = (), now: int = 0) -> None:
        """Start from nothing, or from the remembered times (oldest first) and watermark."""
        self._times: deque[int] = deque(times, SPAN)
        self._order = sorted(self._times)
        self.now = now

    def admit(self, time: int) -> int:
        """Take in the time of one item and return the watermark."""
        if len(self._times) == SPAN:
            del self._order[bisect_left(self._order, self._times[0])]
        self._times.append(time)
        insort(self._order, time)
        median = self._order[len(self._order) // 2]
        # Until the span is full, one bad date could set the watermark for good: let it come back.
        self.now = max(self.now, median) if len(self._times) == SPAN else median
        return self.now

    @property
    def settled(self) -> bool:
        """Whether it has seen so many items that it never goes back."""
        return len(self._times) == SPAN

    @property
    def times(self) -> list[int]:
        """The remembered times, oldest first."""
        return list(self._times)

    def copy(self) -> "Clock":
        """Make an independent clock in the same state."""
        return Clock(self._times, self.now)
