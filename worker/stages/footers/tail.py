"""
Find where the footer starts: walk backwards over the units, sum their points, and cut where the sum is greatest.

The sum lets a strong legal line carry weak lines above it – a byline, a rule of dashes – and stops a footer-like line in the middle
of a story from pulling the story's end along. The walk ends when the text above is clearly story, so a text without a footer costs
one unit. Where it found nothing because of what stands below a footer – links to other stories, a line about an app – it looks a
little further up for a line that closes the story (`closing`).
"""

from itertools import chain
from typing import Final

from worker.stages.footers.closing import closing_line, ends_above, leads, led, passes, stranger
from worker.stages.footers.judge import ANCHOR, Found, Verdict, judge
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.units import Unit, units_backwards

__all__ = ["find_footer"]

# The walk gives up this many points below its best.
_PATIENCE: Final = 60
_MOST, _LEAST = 60, -80
# A name may stand above a legal line, and its outlet, and a place, if a finished sentence stands above them; four of them, or names
# under something else, are the end of a list.
_FINISHED: Final = '.!?…。！？"”»“’'
_DASHES: Final = "-–—•*·"
_LISTABLE: Final = frozenset(("dashed-agency", "byline", "bullet"))
_NAMED: Final = frozenset(("name", "byline"))
# Three names with a code behind them are a table: horses and their countries, players and their clubs.
_TABLED: Final = frozenset(("name-and-agency",))
_RUNS: Final = (3, 2)
# A story of less than this may not be all that is left.
_SHORTEST_STORY: Final = 120
# What is added to a line about a person whom the story does not name .
_STRANGER: Final = 15


def find_footer(book: RuleBook, text: str) -> tuple[Found, ...]:
    """Give the units of the footer in their order, none if the text has none."""
    walk = _Walk(book, text)
    walk.go_up()
    if not walk.kept and walk.look_for_closing():
        walk.go_up()
    end = ends_above(book, text, walk.start)
    if end is not None:
        walk.take_to(end)
        walk.go_up()
    return walk.footer()


class _Walk:
    """The way up: the units seen so far, from the last one on, and the best cut among them."""

    __slots__ = (
        "_anchored",
        "_before",
        "_below",
        "_best",
        "_book",
        "_contacts",
        "_runs",
        "_seen",
        "_talks",
        "_text",
        "_total",
        "_units",
        "kept",
    )

    def __init__(self, book: RuleBook, text: str) -> None:
        self._book, self._text = book, text
        self._units = units_backwards(text)
        self._seen: list[Found] = []
        self._total = self._best = self._contacts = self._talks = 0
        self._anchored = False
        self._below = 0
        # How many lines of names or of one table there are in a row, and the best cut below each such run.
        self._runs = [0, 0]
        self._before = [(0, 0), (0, 0)]
        self.kept = 0

    @property
    def start(self) -> int:
        """Where the footer found so far starts; the end of the text, if none is."""
        return self._seen[self.kept - 1].unit.start if self.kept else len(self._text)

    def go_up(self) -> None:
        """Walk until the text above is clearly story."""
        for unit in self._units:
            verdict = judge(self._book, unit, last=len(self._seen) == 0)
            self._seen.append(Found(unit, verdict))
            points = self._points(unit, verdict)
            self._total += max(_LEAST, min(_MOST, points))
            self._below = points
            if self._total > self._best and self._anchored and points > 0 and (not self._runs[0] or unit.before in _FINISHED):
                self._best, self.kept = self._total, len(self._seen)
            if self._total <= self._best - _PATIENCE:
                return

    def _points(self, unit: Unit, verdict: Verdict) -> int:
        """Weigh a unit by its place: behind a legal line, in a list, under a name."""
        rule, points = verdict.rule, verdict.points
        if rule is None:
            self._contacts += verdict.contact
            self._anchored = self._anchored or points >= ANCHOR or self._contacts > 1
            self._runs[:] = 0, 0
            if points < 0 and not unit.last and leads(self._book, unit, self._seen[-2]):
                return 1
            return 0 if points < 0 and not unit.own and led(self._book, self._text, unit) else points
        if rule.talk is not None and len(verdict.met) == 1 and self.kept and unit.own and not unit.blank:
            return -10  # pages put a blank line between what they say and a legal line; a story's own last line may stand there
        if rule.stranger and 0 < points < ANCHOR and unit.blank and stranger(self._text, unit):
            points += _STRANGER
        self._contacts += verdict.contact
        self._talks += rule.talk is not None
        self._anchored = self._anchored or points >= ANCHOR or self._contacts > 1 or self._talks > 1
        for index, member in enumerate((rule.id in _NAMED, rule.id in _TABLED)):
            self._runs[index] = self._runs[index] + 1 if member else 0
            if self._runs[index] == 1:
                self._before[index] = self._best, self.kept
            if self._runs[index] > _RUNS[index]:
                self._best, self.kept = self._before[index]
                return -10
        if unit.text[0] in _DASHES and _listed(self._seen):
            return -10 - self._below
        return points

    def look_for_closing(self) -> bool:
        """Look above short lines that are no footer by themselves for a line that closes the story; whether there is one."""
        book, end = self._book, len(self._text)
        judged = (Found(unit, judge(book, unit, last=False)) for unit in self._units)
        for below, one in enumerate(chain(self._seen, judged)):
            if closing_line(book, one, below):
                self.take_to(one.unit.start)
                return True
            if not passes(book, one, end):
                return False
        return False

    def take_to(self, start: int) -> None:
        """Take all units from `start` on."""
        self._units, self._seen = units_backwards(self._text), []
        for unit in self._units:
            self._seen.append(Found(unit, judge(self._book, unit, last=len(self._seen) == 0)))
            if unit.start <= start:
                break
        self.kept = len(self._seen)
        self._total = self._best = ANCHOR
        self._anchored = True

    def footer(self) -> tuple[Found, ...]:
        """Give the footer in the order of the text, with the controls above it."""
        if not self.kept:
            return ()
        text, found = self._text, self._seen[self.kept - 1 :: -1]
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
