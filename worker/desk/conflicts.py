"""
Find where two aligned texts contradict each other: other numbers, opposite sense or other names in the same place.

That, and not how alike the texts are, tells a template from a copy.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from worker.desk.alignment import Alignment
from worker.desk.codes import LESS, MONTHS, MORE, is_number, is_sense
from worker.desk.prints import HEAD, NUMBERS, Print

__all__ = ["Conflicts", "find_conflicts"]

SMALL: Final = 8  # tokens of a gap in which what stands on both sides stands for each other
_WHOLE: Final = 850


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


def find_conflicts(earlier: Print, later: Print, alignment: Alignment) -> Conflicts:
    """Find what contradicts between two aligned prints."""
    e, l = earlier.head, later.head
    e_numbers = {c for c in e if is_number(c)} | set(earlier.numbers)
    l_numbers = {c for c in l if is_number(c)} | set(later.numbers)
    e_names, l_names = _names(earlier), _names(later)
    numbers = senses = names = 0
    dated = False
    for gap_e, start, end in alignment.gaps:
        if start == end:
            continue
        there = [e[k] for k in gap_e]
        here = l[start:end]
        small = len(there) <= SMALL and len(here) <= SMALL
        ne, nl = [c for c in there if is_number(c)], [c for c in here if is_number(c)]
        if ne:
            numbers += sum(1 for c in nl if c not in ne and (small or c not in e_numbers))
            dated = dated or any(is_number(l[k]) and l[k - 1] in MONTHS and l[k] not in ne for k in range(max(1, start), end))
        if small and there:
            if not (ne and nl):
                numbers += sum(c not in e_numbers for c in nl) or sum(c not in l_numbers for c in ne)
            senses += _opposite(there, here)
            mine = {e[k] for k in gap_e if earlier.names >> k & 1} - l_names
            other = {l[k] for k in range(start, end) if later.names >> k & 1} - e_names
            names += bool(mine and other)
    if (
        min(alignment.earlier_found, alignment.later_found) >= _WHOLE
        and max(len(earlier.numbers), len(later.numbers)) < NUMBERS
    ):
        if set(earlier.numbers) - l_numbers:
            numbers += len(set(later.numbers) - e_numbers)
    title_e, title_l = ({c for c in p.headline if is_number(c)} for p in (earlier, later))
    if title_e - l_numbers - title_l:
        numbers += len(title_l - e_numbers - title_e)
    agreed = (Counter(c for c in l if is_number(c)) & Counter(c for c in e if is_number(c))).total()
    return Conflicts(numbers=numbers, senses=senses, names=names, dated=dated, agreed=agreed)


def _names(side: Print) -> set[str]:
    return {c for k, c in enumerate(side.head) if side.names >> k & 1}


def _opposite(there: list[str], here: str) -> bool:
    a, b = {c for c in there if is_sense(c)}, {c for c in here if is_sense(c)}
    if not a or not b:
        return False
    return any(a & s and b & o and not b & s and not a & o for s, o in ((MORE, LESS), (LESS, MORE)))
