"""
Find where the footer starts: walk backwards over the units, sum their points, and cut where the sum is greatest.

The sum lets a strong legal line carry weak lines above it – a byline, a rule of dashes – and stops a footer-like line in the middle
of a story from pulling the story's end along. The walk ends when the text above is clearly story, so a text without a footer costs
one unit.
"""

from typing import Final, NamedTuple

from worker.stages.footers.judge import ANCHOR, Verdict, judge
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.units import Unit, units_backwards

__all__ = ["Found", "find_footer"]

# The walk gives up this many points below its best.
_PATIENCE: Final = 60
_MOST, _LEAST = 60, -80
# A name may stand above a legal line, and its outlet, and a place, if a finished sentence stands above them; four of them, or names
# under something else, are the end of a list.
_NAMES: Final = 3
_FINISHED: Final = '.!?…。！？"”»“’'
_DASHES: Final = "-–—•*·"
_LISTABLE: Final = frozenset(("dashed-agency", "byline", "bullet"))
# A story of less than this may not be all that is left.
_SHORTEST_STORY: Final = 120


class Found(NamedTuple):
    """One unit of a footer or a head."""

    unit: Unit
    verdict: Verdict


def find_footer(book: RuleBook, text: str) -> tuple[Found, ...]:
    """Give the units of the footer in their order, none if the text has none."""
    seen: list[Found] = []
    total = best = kept = names = contacts = 0
    before_names = best, kept
    anchored = False
    below: int | None = None
    for unit in units_backwards(text):
        verdict = judge(book, unit, last=len(seen) == 0)
        seen.append(Found(unit, verdict))
        points = verdict.points
        contacts += verdict.contact
        anchored = anchored or points >= ANCHOR or contacts > 1
        names = names + 1 if verdict.rule is not None and verdict.rule.id in ("name", "byline") else 0
        if names == 1:
            before_names = best, kept
        if names > _NAMES:
            points = -10
            best, kept = before_names
        elif unit.text[0] in _DASHES and _listed(seen):
            points = -10 - (below or 0)
        total += max(_LEAST, min(_MOST, points))
        below = points
        if total > best and anchored and points > 0 and (not names or unit.before in _FINISHED):
            best, kept = total, len(seen)
        if total <= best - _PATIENCE:
            break
    if not kept:
        return ()
    found = seen[kept - 1 :: -1]
    start = found[0].unit.start
    while start and text[start - 1] < " " and not text[start - 1].isspace():
        start -= 1
    if start != found[0].unit.start:
        found[0] = Found(found[0].unit._replace(start=start), found[0].verdict)
    if start < _SHORTEST_STORY and 100 * start < 15 * len(text.strip()):
        return ()
    return tuple(found)


def _listed(seen: list[Found]) -> bool:
    """Whether the last two units are points of a list: dashes in front of both, and neither says what a footer says."""
    if len(seen) < 2:
        return False
    if seen[-1].unit.text[:2] != seen[-2].unit.text[:2] and " " in (seen[-1].unit.text[1:2], seen[-2].unit.text[1:2]):
        return False
    return all(
        one.unit.own and one.unit.text[0] in _DASHES and one.verdict.rule is not None and one.verdict.rule.id in _LISTABLE
        for one in seen[-2:]
    )
