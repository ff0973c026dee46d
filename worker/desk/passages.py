"""
Find what a later text adds to an earlier one, and where: in front of it, inside it or behind it.

Those who carry another's text put captions and a line of their own before it, links to other stories between its paragraphs and
their own boilerplate behind it. Those who update it write into it.
"""

from dataclasses import dataclass
from typing import Final

from worker.desk.alignment import Alignment, Gap
from worker.desk.codes import is_number
from worker.desk.prints import HEAD, NUMBERS, Print

__all__ = ["PASSAGE", "Passages", "find_passages", "has_new_lead"]

PASSAGE: Final = 8  # tokens that make a passage of their own
_INTACT: Final = 3  # tokens that may be missing at the earlier text's start if it is to count as there
_FEW: Final = 4  # samples that do not say enough
_OLD_LEAD, _NEW_LEAD = 20, 12  # tokens
_RUN: Final = 2  # unknown samples in a row that show a passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """
    Tokens of the passages that only the later text has.

    `inside` are all between the start and the end; `upper` and `lower` the longest of them in the head and behind it. `figures`
    counts numbers of the later text, but for the passage before it, that the earlier one does not have.
    """

    before: int = 0
    inside: int = 0
    upper: int = 0
    lower: int = 0
    behind: int = 0
    figures: int = 0

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.before or self.inside or self.behind)


def find_passages(earlier: Print, later: Print, side: Alignment) -> Passages:
    """Find the passages of `later` that `earlier` does not have; behind the head they are estimated from the samples."""
    before = inside = upper = lower = behind = 0
    open_end = 0
    size = len(later.head)
    for gap in _joined(side):
        if not _is_passage(gap) or _stands_behind(earlier, side, gap.start, gap.end, size):
            continue
        length = gap.end - gap.start
        if gap.end == size:
            open_end = length
        elif gap.start == 0 and side.runs and side.runs[0].earlier <= _INTACT:
            before = length
        else:
            inside += length
            upper = max(upper, length)
    runs = _unknown_runs(later, side, open_end)
    for at_end, length in runs:
        if at_end:
            behind = length
        else:
            inside += length
            lower = max(lower, length)
    figures = _new_figures(earlier, later, before)
    return Passages(before=before, inside=inside, upper=upper, lower=lower, behind=behind, figures=figures)


def _new_figures(earlier: Print, later: Print, before: int) -> int:
    if len(earlier.numbers) >= NUMBERS:
        return 0
    known = {*earlier.head, *earlier.numbers, *earlier.headline}
    return len({c for c in (*later.head[before:], *later.numbers) if is_number(c)} - known)


def _joined(side: Alignment) -> list[Gap]:
    """Join gaps between which only a few words stand that are found far away in the earlier text: those are chance."""
    strays = {
        run.later
        for before, run, after in zip(side.runs, side.runs[1:], side.runs[2:], strict=False)
        if run.size < PASSAGE and (run.earlier < before.earlier or run.earlier > after.earlier)
    }
    joined: list[Gap] = []
    for gap in side.gaps:
        if joined and joined[-1].end in strays and gap.start - joined[-1].end < PASSAGE:
            last = joined.pop()
            joined.append(Gap(last.earlier + gap.earlier, last.start, gap.end))
        else:
            joined.append(gap)
    return joined


def has_new_lead(earlier: Print, later: Print, side: Alignment) -> bool:
    """Say whether a text begins with words that the earlier one does not have, in place of its beginning."""
    there = sum(min(run.earlier + run.size, _OLD_LEAD) - run.earlier for run in side.runs if run.earlier < _OLD_LEAD)
    here = sum(min(run.later + run.size, _NEW_LEAD) - run.later for run in side.runs if run.later < _NEW_LEAD)
    return (
        len(earlier.head) >= 2 * _OLD_LEAD and 3 * there <= _OLD_LEAD and 3 * here <= _NEW_LEAD and len(later.head) > _NEW_LEAD
    )


def _is_passage(gap: Gap) -> bool:
    length = gap.end - gap.start
    return length - len(gap.earlier) >= PASSAGE or length >= 2 * PASSAGE


def _unknown_runs(later: Print, side: Alignment, open_end: int) -> list[tuple[bool, int]]:
    """Give the passages behind the head, each with whether it reaches the end; the first may have begun in the head."""
    behind = later.total - HEAD
    if behind <= 0:
        return [(True, open_end)] if open_end else []
    flags = side.rest_known
    if not flags:
        return [(True, open_end + side.tail)] if open_end or side.tail >= PASSAGE else []
    each = behind // len(flags)
    found = []
    length = open_end
    for index, known in enumerate((*flags, True)):
        if not known:
            length += each
            continue
        at_end = index == len(flags)
        if length >= max(PASSAGE, _RUN * each) or (length and length >= open_end > 0):
            found.append((at_end, length))
        length = 0
    return found


def _stands_behind(earlier: Print, side: Alignment, start: int, end: int, size: int) -> bool:
    """Say whether a passage of the later head stands in the earlier text behind its head, as far as the samples show."""
    mask = (1 << earlier.rate) - 1
    seen = [g in side.earlier_grams for g in side.later_grams[start : max(start, end - 2)] if not g & mask]
    if len(seen) < _FEW and end == size:
        return side.goes_on >= end - start - PASSAGE
    return 2 * sum(seen) > len(seen)
