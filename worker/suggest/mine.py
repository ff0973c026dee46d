"""Find the lines that recur at the ends and starts of a feed's stories."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from worker.model import Draft
from worker.stages.footers.units import Unit, units_backwards, units_forwards
from worker.suggest.lines import SLOTS, Word, form, is_telling, read

__all__ = ["Recurring", "Seen", "Sight", "mine"]

_TAIL: Final = 5  # units at the end that are looked at: below a footer's first line there are few
_HEAD: Final = 3
_LONGEST: Final = 700  # the longest standing text that footer rules know
_SHORTEST: Final = 6
_OPEN: Final = frozenset(("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"))
_ENDS: Final = '.!?…。！？"”»“’)]*_-–—:|#'


class Seen(NamedTuple):
    """An item behind today's rules: `story` is the same for copies and versions of one story, `source` says where the item stood."""

    draft: Draft
    story: str
    source: str


class Sight(NamedTuple):
    """
    A line at one place.

    `item` is the number of the item, `own` says that it starts a line of its own, `fresh` that what is above it has
    ended, `ends` that it ends before what is below it.
    """

    item: int
    story: str
    text: str
    words: tuple[Word, ...]
    own: bool
    fresh: bool
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """
    A line that recurs.

    `words` are those of one sight, `fixed` says which of them are the same in all, `head` that it stands at the start.
    """

    words: tuple[Word, ...]
    fixed: tuple[bool, ...]
    head: bool
    sights: tuple[Sight, ...]

    @property
    def stories(self) -> int:
        """The number of stories that have it."""
        return len({sight.story for sight in self.sights})

    @property
    def items(self) -> frozenset[int]:
        """The numbers of the items that have it."""
        return frozenset(sight.item for sight in self.sights)

    @property
    def examples(self) -> tuple[str, ...]:
        """The line as written, the most frequent first."""
        counts = Counter(sight.text for sight in self.sights)
        return tuple(text for text, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def values(self, at: int) -> list[str]:
        """Give what stands at a word's place, in all sights."""
        return [sight.words[at].text for sight in self.sights]


def mine(items: Sequence[Seen], minimum: int) -> list[Recurring]:
    """
    Find lines that stand at the end, or at the start, of several stories.

    Args:
        items: all items; copies and versions of a story count once.

        minimum: the least number of stories.

    Returns:
        What recurs, the most frequent first; ends before starts.
    """
    found: list[Recurring] = []
    for head in (False, True):
        groups: defaultdict[tuple[str, ...], list[Sight]] = defaultdict(list)
        for number, seen in enumerate(items):
            for sight in _sights(number, seen, head=head):
                groups[form(sight.words)].append(sight)
        for sights in groups.values():
            found += _resolve(sights, minimum, head=head)
    return sorted(found, key=lambda one: (one.head, -one.stories, one.examples[0]))


def _sights(number: int, seen: Seen, *, head: bool) -> Iterator[Sight]:
    text = seen.draft.text
    units = (
        list(units_forwards(text[:2000], _HEAD))[:_HEAD]
        if head
        else [unit for unit, _ in zip(units_backwards(text), range(_TAIL), strict=False)]
    )
    known = set()
    for unit in units:
        if _SHORTEST <= len(unit.text) <= _LONGEST and unit.text not in known:
            known.add(unit.text)
            fresh = unit.blank or not unit.before or unit.before in _ENDS
            yield Sight(number, seen.story, unit.text, read(unit.text), unit.own, fresh, _ends(text, unit, head=head))


def _ends(text: str, unit: Unit, *, head: bool) -> bool:
    """Whether a unit ends before the line below it, which in copy of fixed width it may not."""
    behind = text[unit.end : unit.end + 40]
    next_line = behind.lstrip()
    if unit.text[-1] in _ENDS or not next_line or behind[: len(behind) - len(next_line)].count("\n") > 1 or unit.text.isupper():
        return True
    return not (head or next_line[0].islower() or unit.text[-1] == "," or unit.text.split()[-1] in _OPEN)


def _resolve(sights: Sequence[Sight], minimum: int, *, head: bool) -> Iterator[Recurring]:
    """Tell names that belong to the line from names that change, and part lines that only look alike."""
    if _stories(sights) < minimum:
        return
    first = sights[0].words
    fixed = [word.kind not in SLOTS for word in first]
    if not is_telling(first, fixed):
        # Nothing but names: only what recurs word for word is a line.
        for same in _by(sights, range(len(first))):
            if _stories(same) >= minimum and is_telling(first := same[0].words, all_fixed := _fixed(first)):
                yield Recurring(words=first, fixed=all_fixed, head=head, sights=tuple(same))
        return
    for at, word in enumerate(first):
        if word.kind not in SLOTS or word.kind == "year":
            continue
        groups = _by(sights, (at,))
        if len(groups) == 1:
            fixed[at] = True
            continue
        most = max(groups, key=_stories)
        if _stories(most) >= minimum and 2 * _stories(most) > _stories(sights):
            yield from _resolve(most, minimum, head=head)
            yield from _resolve([sight for group in groups if group is not most for sight in group], minimum, head=head)
            return
    yield Recurring(words=first, fixed=tuple(fixed), head=head, sights=tuple(sights))


def _fixed(words: Sequence[Word]) -> tuple[bool, ...]:
    return tuple(word.kind != "year" for word in words)


def _by(sights: Iterable[Sight], places: Iterable[int]) -> list[list[Sight]]:
    """Group sights by what stands at some places; years are all alike."""
    places = tuple(places)
    groups: defaultdict[tuple[str, ...], list[Sight]] = defaultdict(list)
    for sight in sights:
        groups[tuple("" if sight.words[at].kind == "year" else sight.words[at].fold for at in places)].append(sight)
    return list(groups.values())


def _stories(sights: Iterable[Sight]) -> int:
    return len({sight.story for sight in sights})
