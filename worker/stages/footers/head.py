"""
Find what distributors put in front of a story.

That is "FOR IMMEDIATE RELEASE", a copyright line above the dateline, a block that is not for publication. Lines about an embargo
stay, the desk reads them.
"""

from itertools import islice
from typing import Final

from worker.stages.footers.judge import ANCHOR, Found, judge
from worker.stages.footers.rulebook import Rule, RuleBook
from worker.stages.footers.shape import BLANKS
from worker.stages.footers.units import Unit, units_forwards

__all__ = ["HEAD", "find_head"]

# Heads are a few short lines.
HEAD: Final = 600
_MOST_LINES: Final = 8
_FIRST: Final = 160
_STRONG: Final = 35
# A headline, a slug or a paper's name may stand above a head; it stays.
_ABOVE: Final = 3
_LONGEST_ABOVE: Final = 120
_SURE: Final = 45
_WEAK: Final = ("contact", "endmark", "terms")
_STOPS: Final = ".!?:…"


def find_head(book: RuleBook, text: str) -> tuple[Found, ...]:
    """Give the units of the head in their order; none if the text has none."""
    window = text[:HEAD]
    if not _may_have_one(book, window):
        return ()
    found: list[Found] = []
    kept = skipped = 0
    for unit in units_forwards(window, _MOST_LINES):
        if unit.end >= HEAD:
            break
        verdict = judge(book, unit, last=False)
        rule = verdict.rule
        strong = rule is not None and rule.head and _strong(rule, verdict.points, below_title=skipped > 0)
        if strong or (found and rule is not None and verdict.points >= 0 and rule.kind in _WEAK):
            found.append(Found(unit, verdict))
            if verdict.points >= ANCHOR or verdict.contact:
                kept = len(found)
        elif found or skipped == _ABOVE or not _is_title(unit):
            break
        else:
            skipped += 1
    if not kept or found[kept - 1].unit.end + 120 > len(text):
        return ()
    return tuple(found[:kept]) if found[kept - 1].unit.last else ()


def _may_have_one(book: RuleBook, window: str) -> bool:
    """Whether one of the first short lines starts like a head; most texts start with a long one."""
    lines = (line for line in window.lstrip(BLANKS).split("\n", 2 * _MOST_LINES) if not line.isspace() and line)
    for line in islice(lines, _ABOVE + 1):
        if len(line) >= _FIRST:
            return False
        if book.opens_head(line):
            return True
    return False


def _strong(rule: Rule, points: int, *, below_title: bool) -> bool:
    """Whether a line is surely of a head; below a title it may be a label of the story, so a source does not count."""
    return points >= _SURE and rule.kind != "source" if below_title else points >= _STRONG


def _is_title(unit: Unit) -> bool:
    """Whether a line can be a headline above a head."""
    return unit.own and unit.last and len(unit.text) <= _LONGEST_ABOVE and unit.text[-1] not in _STOPS
