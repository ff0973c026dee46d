"""
Find what distributors put in front of a story.

That is "FOR IMMEDIATE RELEASE", a copyright line above the dateline, a block that is not for publication. Lines about an embargo
stay, the desk reads them.
"""

from typing import Final

from worker.stages.footers.judge import judge
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.shape import BLANKS
from worker.stages.footers.tail import Found
from worker.stages.footers.units import units_forwards

__all__ = ["HEAD", "find_head"]

# Heads are a few short lines.
HEAD: Final = 600
_MOST_LINES: Final = 8
_FIRST: Final = 160
_STRONG: Final = 35


def find_head(book: RuleBook, text: str) -> tuple[Found, ...]:
    """Give the units of the head in their order; none if the text has none."""
    window = text[:HEAD]
    first = window.lstrip(BLANKS)[:_FIRST].partition("\n")[0]
    if len(first) == _FIRST or not book.opens_head(first):
        return ()
    found: list[Found] = []
    kept = 0
    for unit in units_forwards(window, _MOST_LINES):
        verdict = judge(book, unit, last=False)
        rule = verdict.rule
        if rule is None or verdict.points < 0 or unit.end >= HEAD:
            break
        strong = rule.head and verdict.points >= _STRONG
        if not strong and not (rule.kind in ("contact", "endmark", "terms") and found):
            break
        found.append(Found(unit, verdict))
        if strong or verdict.contact:
            kept = len(found)
    if not kept or found[kept - 1].unit.end + 120 > len(text):
        return ()
    return tuple(found[:kept]) if found[kept - 1].unit.last else ()
