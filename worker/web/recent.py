"""What the status page shows of the last minutes: decisions with their reasons, and counts by outcome."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["LONGEST", "Decided", "Recent", "shortened"]

_KEPT: Final = 50
_MINUTES: Final = 10
LONGEST: Final = 160
"""Characters of a headline that are shown: a feed may send a whole story as one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """
    One decision as the page shows it. `at` is seconds since 1970, `similarity` per mille.

    The texts are as the feed wrote them: not escaped.
    """

    at: float
    relation: str
    outcome: str
    provider: str
    headline: str
    of: str
    method: str
    similarity: int


class Recent:
    """
    The last decisions, and counts of the last minutes.

    It is written in the worker's hot path, so it costs one append and one addition for an item, and never grows.
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._last: deque[Decided] = deque(maxlen=_KEPT)
        self._minutes: deque[tuple[int, Counter[str]]] = deque(maxlen=_MINUTES)
        self.letters: Counter[str] = Counter()
        """Dead letters by reason, since the start."""

    def decided(self, decided: Decided) -> None:
        """Remember a decision."""
        self._last.append(decided)
        self._minute(decided.at)[decided.outcome] += 1

    def read(self, at: float, records: int) -> None:
        """Count source records that were committed."""
        self._minute(at)["records"] += records

    def rejected(self, reason: str) -> None:
        """Count a dead letter."""
        self.letters[reason] += 1

    @property
    def last(self) -> Iterator[Decided]:
        """The last decisions, the newest first."""
        return reversed(self._last)

    def rates(self, now: float) -> dict[str, float]:
        """Give what came in a second, by outcome, over the last full minutes; empty if there was none."""
        minute = int(now // 60)
        full = [(number, counts) for number, counts in self._minutes if minute - _MINUTES < number < minute]
        if not full:
            return {}
        total: Counter[str] = Counter()
        for _, counts in full:
            total += counts
        # Minutes without anything have no counter; they count all the same.
        seconds = 60.0 * (minute - min(number for number, _ in full))
        return {name: count / seconds for name, count in sorted(total.items())}

    def _minute(self, at: float) -> Counter[str]:
        number = int(at // 60)
        if not self._minutes or self._minutes[-1][0] != number:
            self._minutes.append((number, Counter()))
        return self._minutes[-1][1]


def shortened(text: str) -> str:
    """Cut a headline to what a line of the page holds."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
