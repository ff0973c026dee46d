"""
Find the names of places in a text and say how each stands in its sentence.

One walk over the capitalised tokens of the shared view, longest name first. What stands beside a name decides its standing: "in
Paris" and "Paris, Texas" are places, "Mr Paris", "Paris Hilton" and "Paris Street" most likely not.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.rules.gazetteer import (
    ANY_LANGUAGE, CITY, COUNTRY, DEMONYM, DIVISION, GIVEN, LANGUAGES, PREFIX, SHORT, SURNAME, WORD, Gazetteer, Name, Sense, join_keys,
)  # fmt: skip
from worker.text import ALLCAPS, CAPITAL, START, TextView

__all__ = ["ORG", "PERSON", "PLACED", "PLAIN", "RUN", "STREET", "TEAM", "Mention", "find_mentions"]

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
_JOINTS: Final = frozenset((" ", "-", "\n", "\u00a0", ". ", "-\n"))
_COMMAS: Final = frozenset((", ", " , ", ",\n", "., "))
_CASES: Final = 7  # tenths of a headline's words that are capitalised when capitals say nothing


class Mention(NamedTuple):
    """
    Tokens `first` to `last` (inclusive) of the view read as `name`.

    `container` is the country and subdivision behind the comma of "City, State"; `run` says what kind of run it stands in.
    """

    first: int
    last: int
    key: int
    name: Name
    senses: tuple[Sense, ...]
    standing: int
    container: tuple[int, int] | None
    run: int


class _Found(NamedTuple):
    first: int
    last: int
    key: int
    name: Name
    senses: tuple[Sense, ...]


class Finder:
    """Finds mentions with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Prepare the classes of context words."""
        self._gazetteer = gazetteer
        bit = {name: 1 << at for at, name in enumerate(gazetteer.classes)}
        self._title, self._before, self._time = bit.get("title", 0), bit.get("before", 0), bit.get("time", 0)
        self._admin, self._nature = bit.get("admin", 0), bit.get("nature", 0)
        self._street, self._org, self._team = bit.get("street", 0), bit.get("org", 0), bit.get("team", 0)

    def find(self, view: TextView, language: str | None) -> list[Mention]:
        """All mentions in the order of the text."""
        if not len(view):
            return []
        found = self._names(view, language)
        if not found:
            return []
        return self._stand(view, found)

    def _names(self, view: TextView, language: str | None) -> list[_Found]:
        capital = view.flags & CAPITAL
        lower = language is not None and language != "en"  # adjectives such as "russe" have no capital
        at = np.arange(len(view)) if lower else np.flatnonzero(capital)
        bit = 1 << LANGUAGES.index(language) if language in LANGUAGES else ANY_LANGUAGE
        names, get = self._gazetteer.names, self._gazetteer.get
        found: list[_Found] = []
        reach = -1
        for first, key in zip(at.tolist(), view.hashes[at].tolist(), strict=True):
            if first <= reach or key not in names:
                continue
            name = get(key)
            if name is None:
                continue
            last, best_key, best = first, key, name
            if name.flags & PREFIX:
                last, best_key, best = self._longest(view, first, key, name)
            senses = best.senses
            if not senses:
                continue
            if senses[0].languages != ANY_LANGUAGE or len(senses) > 1:
                senses = tuple([s for s in senses if s.languages & bit])
            if lower and not capital[first]:
                senses = tuple([s for s in senses if s.kind == DEMONYM])
            if senses:
                found.append(_Found(first, last, best_key, best, senses))
                reach = last
        return found

    def _longest(self, view: TextView, first: int, key: int, name: Name) -> tuple[int, int, Name]:
        best = (first, key, name)
        known: Name | None = name
        last, size, text = first, len(view), view.text
        while known is not None and known.flags & PREFIX and last + 1 < size and last - first < _LONGEST:
            if text[view.ends[last] : view.starts[last + 1]] not in _JOINTS:
                break
            last += 1
            key = join_keys(key, int(view.hashes[last]))
            known = self._gazetteer.get(key)
            if known is not None and known.senses:
                best = (last, key, known)
        return best

    def _stand(self, view: TextView, found: list[_Found]) -> list[Mention]:
        size, text, words = len(view), view.text, self._gazetteer.words
        firsts = np.array([f.first for f in found])
        lasts = np.array([f.last for f in found])
        before, behind = np.maximum(firsts - 1, 0), np.minimum(lasts + 1, size - 1)
        start, end = view.starts[firsts].tolist(), view.ends[lasts].tolist()
        prev_end, next_start = view.ends[before].tolist(), view.starts[behind].tolist()
        prev_hash, next_hash = view.hashes[before].tolist(), view.hashes[behind].tolist()
        prev_flag, flag, next_flag = view.flags[before].tolist(), view.flags[firsts].tolist(), view.flags[behind].tolist()
        loud_head = _is_loud(view.flags[: view.body_token])
        taken = {token for f in found for token in range(f.first, f.last + 1)}
        people: set[int] = set()
        out: list[Mention] = []
        for i, (first, last, key, name, senses) in enumerate(found):
            loud = loud_head and first < view.body_token
            gap = text[prev_end[i] : start[i]] if first else ""
            comma = gap in _COMMAS and bool(prev_flag[i] & CAPITAL)
            if senses[0].kind == SHORT or any(s.kind == SHORT for s in senses):
                short = comma and (end[i] - start[i] != 2 or flag[i] & ALLCAPS or text[end[i] : end[i] + 1] == ".")
                senses = tuple([s for s in senses if (s.kind == SHORT) == short])
                if not senses:
                    continue
            top = senses[0].kind
            standing, run = PLAIN, 0
            nearby = prev_flag[i] & CAPITAL and gap in (" ", ". ")
            prev = words.get(prev_hash[i], 0) if gap in (" ", ". ", "\n") else 0
            person = placed = in_run = False
            if prev & self._before:
                placed = True
            elif prev & self._title and nearby:
                person = True
            elif nearby and not prev and not loud:
                other = self._gazetteer.get(prev_hash[i]) if prev_hash[i] in self._gazetteer.names else None
                if other is not None and other.flags & GIVEN:
                    person = True
                elif gap == ". " and start[i] - prev_end[i] == 2 and first > 1 and view.ends[first - 1] - view.starts[first - 1] == 1:
                    person = True  # an initial: "James B. Washington"
                elif gap == " " and (first - 1) not in taken and not prev_flag[i] & START:
                    in_run = True
            container = None
            if last + 1 < size:
                gap = text[end[i] : next_start[i]]
                if gap in (" ", "\n"):
                    following = words.get(next_hash[i], 0)
                    if next_flag[i] & CAPITAL:
                        if following & self._admin:
                            placed = True
                        elif following & self._nature:
                            placed = placed or not in_run
                        if following & self._street and not following & self._title:
                            run |= STREET
                        if following & self._org:
                            run |= ORG
                        if following & self._team:
                            run |= TEAM
                        if not following and gap == " " and not loud and (last + 1) not in taken:
                            in_run = True
                            if name.flags & GIVEN:
                                person = True
                elif gap in _COMMAS and i + 1 < len(found) and found[i + 1].first == last + 1 and top not in (COUNTRY, DEMONYM):
                    container = _container(found[i + 1], senses, bool(next_flag[i] & ALLCAPS), text)
            if name.flags & (GIVEN | SURNAME) and (person or (in_run and nearby)):
                people.add(key)
            if name.flags & WORD and first == last and (loud or flag[i] & START):
                in_run = True
            if container is not None or (comma and top in (COUNTRY, DIVISION, SHORT)):
                standing = PLACED
            elif person:
                standing = PERSON
            elif run or in_run:
                standing = RUN
            elif placed:
                standing = PLACED
            if top in (CITY, DIVISION) and standing != PLACED:
                if flag[i] & ALLCAPS and not loud and end[i] - start[i] <= 5 and not flag[i] & START and first >= view.story_token:
                    continue  # an abbreviation
            if words.get(key, 0) & self._time and container is None:
                continue
            if senses[0].kind == COUNTRY and text[end[i] : end[i] + 1] == "$":
                continue  # US$
            out.append(Mention(first, last, key, name, senses, standing, container, run))
        if people:
            out = [m._replace(standing=PERSON) if m.standing == PLAIN and m.key in people else m for m in out]
        return out


def _is_loud(flags: npt.NDArray[np.uint8]) -> bool:
    """Whether most words of a headline are capitalised, so that capitals say nothing."""
    return bool(len(flags)) and int(np.count_nonzero(flags & CAPITAL)) * 10 >= len(flags) * _CASES


def _container(following: _Found, senses: tuple[Sense, ...], loud: bool, text: str) -> tuple[int, int] | None:
    """The country and subdivision that "City, X" names; one that is known to hold such a city first."""
    outer = [s for s in following.senses if s.kind in (COUNTRY, DIVISION, SHORT)]
    if not outer:
        return None
    for sense in outer:
        for inner in senses:
            if inner.country == sense.country and (not sense.sub or not inner.sub or inner.sub == sense.sub):
                return sense.country, sense.sub
    # A short form that is also a word, as in "Smith, In", must fit; a country or state may hold a village that is not listed.
    sense = outer[0]
    return None if sense.kind == SHORT and not following.name.flags == 0 and not loud and following.name.flags & WORD else (sense.country, sense.sub)
