"""
Find where two aligned texts contradict each other: other numbers, opposite sense or other names in the same place.

That, and not how alike the texts are, tells a template from a copy.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from worker.desk.alignment import Alignment, Gap
from worker.desk.codes import LESS, MONTHS, MORE, is_number, is_sense
from worker.desk.prints import NUMBERS, Print

__all__ = ["Conflicts", "find_conflicts"]

SMALL: Final = 8  # tokens of a gap in which what stands on both sides stands for each other
_WHOLE: Final = 850  # per mille
_NEARLY: Final = 900
_LEAD, _LONG = 30, 120  # tokens
_DENSE: Final = 4  # a table: one token in so many is a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """
    What differs in the same place.

    `numbers` counts other numbers, `senses` opposite senses, `names` places with other names. `dated` says that the day behind a
    month's name differs. `agreed` counts numbers that are the same.
    """

    numbers: int
    senses: int
    names: int
    dated: bool
    agreed: int

    def __bool__(self) -> bool:
        """Say whether there is any contradiction."""
        return bool(self.numbers or self.senses or self.names)


class _Side:
    """What is asked of one text again and again."""

    def __init__(self, side: Print) -> None:
        self.head = side.head
        self.name_bits = side.names
        self.in_head = [c for c in side.head if is_number(c)]
        self.numbers = {*self.in_head, *side.numbers}
        self.names = {c for k, c in enumerate(side.head) if side.names >> k & 1}
        self.headline = {c for c in side.headline if is_number(c)}
        self.dense = _DENSE * len(self.in_head) >= len(side.head)


def find_conflicts(earlier: Print, later: Print, alignment: Alignment) -> Conflicts:
    """Find what contradicts between two aligned prints."""
    before, after = _Side(earlier), _Side(later)
    numbers = senses = names = styled = 0
    dated = False
    for gap in alignment.gaps:
        if gap.start == gap.end:
            continue
        there, here = [before.head[k] for k in gap.earlier], after.head[gap.start : gap.end]
        small = len(there) <= SMALL and len(here) <= SMALL
        numbers += _other_numbers(before, after, there, here, small)
        dated = dated or _other_date(there, after.head, gap)
        if small and there:
            senses += _opposite(there, here)
            mine = {before.head[k] for k in gap.earlier if before.name_bits >> k & 1} - after.names
            other = {after.head[k] for k in range(gap.start, gap.end) if after.name_bits >> k & 1} - before.names
            if mine and other:
                names += 1
                styled += gap.start >= _LEAD
    if names == styled == 1 and min(earlier.total, later.total) >= _LONG and _alike(alignment, _NEARLY):
        names = 0  # Britain for Britons, say: in a long copy one other name far from the lead is house style
    numbers += _elsewhere(earlier, later, before, after, alignment)
    agreed = (Counter(after.in_head) & Counter(before.in_head)).total()
    return Conflicts(numbers=numbers, senses=senses, names=names, dated=dated, agreed=agreed)


def _other_numbers(before: _Side, after: _Side, there: list[str], here: str, small: bool) -> int:
    """Count numbers that stand where the earlier text has others."""
    mine, other = [c for c in there if is_number(c)], [c for c in here if is_number(c)]
    if mine and other:
        return sum(c not in mine and (small or c not in before.numbers) for c in other)
    if small and there:  # a number that became words, or words that became a number
        return sum(c not in before.numbers for c in other) or sum(c not in after.numbers for c in mine)
    return 0


def _other_date(there: list[str], head: str, gap: Gap) -> bool:
    mine = [c for c in there if is_number(c)]
    return bool(mine) and any(
        is_number(head[k]) and head[k - 1] in MONTHS and head[k] not in mine for k in range(max(1, gap.start), gap.end)
    )


def _elsewhere(earlier: Print, later: Print, before: _Side, after: _Side, alignment: Alignment) -> int:
    """Count numbers that differ without a place: in tables, behind the heads of full copies, and in the headlines."""
    count = 0
    if before.dense and after.dense and not earlier.numbers:
        count += len({*after.in_head} - before.numbers)
    if (
        _alike(alignment, _WHOLE)
        and max(len(earlier.numbers), len(later.numbers)) < NUMBERS
        and {*earlier.numbers} - after.numbers
    ):
        count += len({*later.numbers} - before.numbers)
    if before.headline - after.numbers - after.headline:
        count += len(after.headline - before.numbers - before.headline)
    return count


def _alike(alignment: Alignment, least: int) -> bool:
    return min(alignment.earlier_found, alignment.later_found) >= least


def _opposite(there: list[str], here: str) -> bool:
    a, b = {c for c in there if is_sense(c)}, {c for c in here if is_sense(c)}
    if not a or not b:
        return False
    return any(a & s and b & o and not b & s and not a & o for s, o in ((MORE, LESS), (LESS, MORE)))
