"""
Find the names of places in a text and say how each stands in its sentence.

One walk over the capitalised tokens of the shared view, longest name first. What stands beside a name decides its standing: "in
Paris" and "Paris, Texas" are places, "Mr Paris", "Paris Hilton" and "Paris Street" most likely not.
"""

import re
from bisect import bisect_left
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.rules.gazetteer import (
    ANY_LANGUAGE,
    CITY,
    COUNTRY,
    DEMONYM,
    DIVISION,
    GIVEN,
    LANGUAGES,
    MIXED,
    MULTIPLIER,
    PREFIX,
    SHORT,
    SHORTS,
    SURNAME,
    WORD,
    Gazetteer,
    Name,
    Sense,
    join_keys,
)  # fmt: skip
from worker.text import ALLCAPS, CAPITAL, START, OfBlock, TextView, Tokens

__all__ = ["ORG", "PERSON", "PLACED", "PLAIN", "RUN", "STREET", "TEAM", "Finder", "Mention"]

# How a name stands.
PLAIN: Final = 0  # nothing beside it says anything
PLACED: Final = 1  # behind a preposition, at the comma of "City, State", before "County"
RUN: Final = 2  # within other capitalised words: a company, a team, a title
PERSON: Final = 3  # behind a title or a given name, or the same word stood so elsewhere
# Why a name is in a run.
STREET: Final = 1
ORG: Final = 2
TEAM: Final = 4

_LONGEST: Final = 5
_MOST: Final = 400  # words that are looked at: enough for a long read, and an end for a list of all towns
_SHIFT: Final = np.uint64(29)  # with the multiplier, `join_keys` for whole arrays
_MULTIPLIER: Final = np.uint64(MULTIPLIER)
_JOINTS: Final = frozenset((" ", "-", "\n", "\u00a0", ". ", "-\n"))
_NEAR: Final = frozenset((" ", "\n", ". "))
_COMMAS: Final = frozenset((", ", " , ", ",\n", "., "))
_CONTAINERS: Final = (COUNTRY, DIVISION, SHORT)
_CODE: Final = 5  # letters of the longest abbreviation that is taken for one
_SHORT_END: Final = re.compile(r", (?:[A-Z]{2}\b|[A-Z][A-Za-z.]{0,5}\.)")
_CASES: Final = 7  # tenths of a headline's words that are capitalised when capitals say nothing


class Mention(NamedTuple):
    """
    Tokens `first` to `last` (inclusive) of the view read as `name`.

    `container` is the country and subdivision behind the comma of "City, State"; `run` says what kind of run it stands in; `start` and
    `end` are offsets into the view's text.
    """

    first: int
    last: int
    key: int
    name: Name
    senses: tuple[Sense, ...]
    standing: int
    container: tuple[int, int] | None
    run: int
    start: int
    end: int


# A name as found: first token, last token, key, name, its senses.
_Found = tuple[int, int, int, Name, tuple[Sense, ...]]


class Finder:
    """Finds mentions with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Prepare the classes of context words."""
        self._gazetteer = gazetteer
        self._capitals = OfBlock(lambda tokens: self._scan(tokens, (tokens.flags & CAPITAL) > 0))
        self._words = OfBlock(lambda tokens: self._scan(tokens, np.ones(len(tokens.flags), np.bool_)))
        bit = {name: 1 << at for at, name in enumerate(gazetteer.classes)}
        self._title, self._before = bit.get("title", 0), bit.get("before", 0)
        self._admin, self._nature = bit.get("admin", 0), bit.get("nature", 0)
        self._street, self._org, self._team = bit.get("street", 0), bit.get("org", 0), bit.get("team", 0)

    def find(self, view: TextView, language: str | None) -> list[Mention]:
        """All mentions in the order of the text."""
        if not len(view):
            return []
        found = self._names(view, language)
        if not found:
            return []
        mentions = self._stand(view, found, language)
        # Once "Paris, Texas", the Paris of the whole text is that one; once "Mr Paris", the bare Paris is he.
        settled = {m.key: m.container for m in mentions if m.container is not None}
        people = {m.key for m in mentions if m.standing == PERSON and m.name.flags & (GIVEN | SURNAME)}
        if settled:
            mentions = [
                m._replace(container=settled[m.key]) if m.key in settled and m.container is None else m for m in mentions
            ]
        if people:
            mentions = [m._replace(standing=PERSON) if m.key in people and m.standing == PLAIN else m for m in mentions]
        return mentions

    def _names(self, view: TextView, language: str | None) -> list[_Found]:
        # Outside English adjectives have no capital ("russe"); other names without one are left out below.
        places, words, pairs = (self._capitals if language == "en" else self._words).get(view)
        start = bisect_left(places, view.first)
        end = min(bisect_left(places, view.first + len(view), start), start + _MOST)
        bit = 1 << LANGUAGES.index(language) if language in LANGUAGES else ANY_LANGUAGE
        names, get = self._gazetteer.names, self._gazetteer.get
        found: list[_Found] = []
        reach = -1
        for place, key, pair in zip(places[start:end], words[start:end], pairs[start:end], strict=True):
            first = place - view.first
            if first <= reach:
                continue
            name = names.get(key)
            if isinstance(name, int):
                name = get(key)  # not unpacked yet
            if name is None:
                continue
            last = first
            if name.flags & PREFIX and pair in names:
                last, key, name = self._longest(view, first, key, name)  # noqa: PLW2901 - the longer name takes its place
            senses = name.senses
            if name.flags & MIXED:
                senses = tuple([s for s in senses if s.languages & bit])
            if not senses:
                continue
            if language != "en" and not view.flags[first] & CAPITAL:
                senses = tuple([s for s in senses if s.kind == DEMONYM])
                if not senses:
                    continue
            found.append((first, last, key, name, senses))
            reach = last
        return found

    def _scan(self, tokens: Tokens, wanted: npt.NDArray[np.bool_]) -> tuple[list[int], list[int], list[int]]:
        """Find which wanted tokens may begin a name: their numbers, their keys, and those of the pairs with the next."""
        hashes = tokens.hashes
        at = (wanted & self._gazetteer.maybe(hashes)).nonzero()[0]
        here = hashes.take(at)
        pairs = (here ^ (here >> _SHIFT)) * _MULTIPLIER + hashes.take(at + 1, mode="clip")
        return at.tolist(), here.tolist(), pairs.tolist()

    def _longest(self, view: TextView, first: int, key: int, name: Name) -> tuple[int, int, Name]:
        best = (first, key, name)
        last, size, text = first, len(view), view.text
        while name.flags & PREFIX and last + 1 < size and last - first < _LONGEST:
            key = join_keys(key, int(view.hashes[last + 1]))
            longer = self._gazetteer.get(key)
            if longer is None or text[view.ends[last] : view.starts[last + 1]] not in _JOINTS:
                break
            last, name = last + 1, longer
            if name.senses:
                best = (last, key, name)
        return best

    def _stand(  # noqa: C901, PLR0912, PLR0915 - one loop: a call for each step costs more than the step
        self, view: TextView, found: list[_Found], language: str | None
    ) -> list[Mention]:
        size, count, text = len(view), len(found), view.text
        firsts, lasts = [f[0] for f in found], [f[1] for f in found]
        tokens = np.array([*firsts, *lasts, *[first - 1 for first in firsts], *[last + 1 for last in lasts]])
        starts, ends, hashes, flags = [
            array.take(tokens, mode="clip").tolist() for array in (view.starts, view.ends, view.hashes, view.flags)
        ]
        loud_until = view.body_token if _is_loud(view.flags[: view.body_token]) else 0
        if language == "de":
            loud_until = size  # all nouns have capitals
        story = view.story_token
        out: list[Mention] = []
        reach = -1  # last token of the name before
        title, before = self._title, self._before
        words = self._gazetteer.words
        for i, (first, last, key, name, listed) in enumerate(found):
            start, end, left, right = starts[i], ends[count + i], 2 * count + i, 3 * count + i
            flag, senses = flags[i], listed
            gap = text[ends[left] : start] if first else "\n"
            comma = gap in _COMMAS and flags[left] & CAPITAL > 0
            if name.flags & SHORTS:
                whole = end - start != 2 or flag & ALLCAPS > 0 or text[end : end + 1] == "."
                senses = _fitting(listed, comma=comma, whole=whole)
            if not senses:
                continue
            kind = senses[0].kind
            if kind == COUNTRY and text[end : end + 1] == "$":
                continue  # a price in US$
            loud = first < loud_until
            # What stands before it.
            standing, run, in_run = PLAIN, 0, False
            word = words.get(hashes[left], 0) if gap in _NEAR else 0
            if word & before:
                standing = PLACED
            elif flags[left] & CAPITAL and gap in _NEAR and gap != "\n":
                if word & title:
                    standing = PERSON
                elif not word and not loud:
                    initial = ends[left] - starts[left] == 1
                    standing = self._behind_capital(hashes[left], spaced=gap == " ", initial=initial)
                    free = first - 1 != reach and first - 1 != story and not flags[left] & START
                    in_run = free and gap == " " and standing == PLAIN
            # What stands behind it.
            reach, following, container = last, None, None
            if i + 1 < count and found[i + 1][0] == last + 1:
                following = found[i + 1]
            if flags[right] & CAPITAL and last + 1 < size:
                gap = text[end : starts[right]]
                if gap in (" ", "\n"):
                    word = words.get(hashes[right], 0)
                    if word:
                        run = self._kinds(word)
                        if standing == PLAIN and (word & self._admin or (word & self._nature and not in_run)):
                            standing = PLACED
                    elif gap == " " and following is None and not loud:
                        in_run = True
                        if name.flags & GIVEN:
                            standing = PERSON
                elif following is not None and gap in _COMMAS and kind > DEMONYM:
                    container = _container(following, senses, text, end)
            if standing != PERSON and (run or in_run):
                standing = RUN
            if name.flags & WORD and (loud or flag & START) and standing <= PLACED and kind == CITY and first == last:
                standing = RUN  # a capital says nothing here, and the word has other meanings
            if container is not None or (comma and kind in _CONTAINERS):
                standing = PLACED
            elif (
                flag & ALLCAPS and standing != PLACED and kind in (CITY, DIVISION) and not loud and _is_code(flag, end - start)
            ):
                continue
            out.append(Mention(first, last, key, name, senses, standing, container, run, start, end))
        return out

    def _behind_capital(self, word: int, *, spaced: bool, initial: bool) -> int:
        """Tell a person: behind a given name, or behind an initial as in "James B. Washington"."""
        if not spaced:
            return PERSON if initial else PLAIN
        other = self._gazetteer.get(word)
        return PERSON if other is not None and other.flags & GIVEN else PLAIN

    def _kinds(self, word: int) -> int:
        kinds = ORG * (word & self._org > 0) | TEAM * (word & self._team > 0)
        return kinds | STREET * (word & self._street > 0 and not word & self._title)


def _fitting(senses: tuple[Sense, ...], *, comma: bool, whole: bool) -> tuple[Sense, ...]:
    """Short forms of states behind a comma only, and there only they."""
    short = comma and whole
    return tuple([sense for sense in senses if (sense.kind == SHORT) == short])


def _is_code(flag: int, size: int) -> bool:
    """Tell an abbreviation in capitals within a sentence, such as ALMA."""
    return flag & ALLCAPS > 0 and size <= _CODE and not flag & START


def _is_loud(flags: npt.NDArray[np.uint8]) -> bool:
    """Whether most words of a headline are capitalised, so that capitals say nothing."""
    return bool(len(flags)) and int(np.count_nonzero(flags & CAPITAL)) * 10 >= len(flags) * _CASES


def _container(following: _Found, senses: tuple[Sense, ...], text: str, end: int) -> tuple[int, int] | None:
    """Read the country and subdivision of "City, X"; one that is known to hold such a city first."""
    outer = [sense for sense in following[4] if sense.kind in _CONTAINERS]
    for sense in outer:
        for inner in senses:
            if inner.country == sense.country and (not sense.sub or not inner.sub or inner.sub == sense.sub):
                return sense.country, sense.sub
    # The place may be a village that is not listed; but "Smith, Me" is no place in Maine.
    for sense in outer:
        if sense.kind != SHORT or _SHORT_END.match(text, end):
            return sense.country, sense.sub
    return None
