"""
Find the names of places in a text and say how each stands in its sentence.

One walk over the capitalised tokens of the shared view, longest name first. What stands beside a name decides its standing: "in
Paris" and "Paris, Texas" are places, "Mr Paris", "Paris Hilton" and "Paris Street" most likely not.
"""

import re
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
    SURNAME,
    WORD,
    Gazetteer,
    Name,
    Sense,
    join_keys,
)  # fmt: skip
from worker.text import ALLCAPS, CAPITAL, START, TextView

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


class _Beside(NamedTuple):
    """What stands on one side of a name: its hash, its flags, and the text between."""

    word: int
    flags: int
    gap: str
    free: bool  # not part of another name
    initial: bool  # one letter


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
        hashes = view.hashes
        if language == "en":
            at = np.flatnonzero(view.flags & CAPITAL)
            at = at[self._gazetteer.maybe(hashes[at])][:_MOST]
        else:  # adjectives have no capital ("russe"); other names without one are left out below
            at = np.flatnonzero(self._gazetteer.maybe(hashes))[:_MOST]
        here = hashes[at]
        pairs = (here ^ (here >> _SHIFT)) * _MULTIPLIER + hashes[np.minimum(at + 1, len(view) - 1)]
        bit = 1 << LANGUAGES.index(language) if language in LANGUAGES else ANY_LANGUAGE
        names, get = self._gazetteer.names, self._gazetteer.get
        found: list[_Found] = []
        reach = -1
        for first, key, pair in zip(at.tolist(), here.tolist(), pairs.tolist(), strict=True):
            if first <= reach or key not in names:
                continue
            name = get(key)
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

    def _stand(self, view: TextView, found: list[_Found], language: str | None) -> list[Mention]:
        size, count, text = len(view), len(found), view.text
        tokens = np.array([f[0] for f in found] + [f[1] for f in found])
        tokens = np.concatenate((tokens, np.maximum(tokens[:count] - 1, 0), np.minimum(tokens[count:] + 1, size - 1)))
        starts, ends = view.starts[tokens].tolist(), view.ends[tokens].tolist()
        hashes, flags = view.hashes[tokens].tolist(), view.flags[tokens].tolist()
        loud_until = view.body_token if _is_loud(view.flags[: view.body_token]) else 0
        if language == "de":
            loud_until = size  # all nouns have capitals
        story = view.story_token
        out: list[Mention] = []
        reach = -1  # last token of the name before
        for i, (first, last, key, name, listed) in enumerate(found):
            start, end, before, behind = starts[i], ends[count + i], 2 * count + i, 3 * count + i
            gap = text[ends[before] : start] if first else "\n"
            free = first - 1 != reach and first - 1 != story
            reach = last
            left = _Beside(hashes[before], flags[before], gap, free, ends[before] - starts[before] == 1)
            following = found[i + 1] if i + 1 < count and found[i + 1][0] == last + 1 else None
            gap = text[end : starts[behind]] if last + 1 < size else "\n"
            right = _Beside(hashes[behind], flags[behind], gap, following is None, initial=False)
            flag = flags[i]
            comma = left.gap in _COMMAS and left.flags & CAPITAL > 0
            senses = listed
            if name.flags & MIXED:
                whole = end - start != 2 or flag & ALLCAPS > 0 or text[end : end + 1] == "."
                senses = _fitting(listed, comma=comma, whole=whole)
            if not senses or self._is_no_place(key, senses[0], text[end : end + 1]):
                continue
            loud = first < loud_until
            standing, run = self._standing(name, left, right, loud=loud)
            if name.flags & WORD and first == last and (loud or flag & START) and standing <= PLACED and senses[0].kind == CITY:
                standing = RUN  # a capital says nothing here, and the word has other meanings
            container = None
            if following is not None and gap in _COMMAS and senses[0].kind > DEMONYM:
                container = _container(following, senses, text, end)
            if container is not None or (comma and senses[0].kind in _CONTAINERS):
                standing = PLACED
            if senses[0].kind in (CITY, DIVISION) and standing != PLACED and _is_code(flag, end - start) and not loud:
                continue
            out.append(Mention(first, last, key, name, senses, standing, container, run, start, end))
        return out

    def _is_no_place(self, key: int, sense: Sense, sign: str) -> bool:
        """Months, and the US of a price."""
        if sense.kind == COUNTRY:
            return sign == "$"
        return self._gazetteer.words.get(key, 0) & self._time > 0

    def _standing(self, name: Name, left: _Beside, right: _Beside, *, loud: bool) -> tuple[int, int]:
        placed, person, run = self._before_it(left, loud=loud)
        kinds = 0
        if right.gap in (" ", "\n") and right.flags & CAPITAL:
            word = self._gazetteer.words.get(right.word, 0)
            if word:
                placed = placed or word & self._admin > 0 or (word & self._nature > 0 and not run)
                if word & self._street and not word & self._title:
                    kinds |= STREET
                kinds |= ORG * (word & self._org > 0) | TEAM * (word & self._team > 0)
            elif right.gap == " " and right.free and not loud:
                run = True
                person = person or name.flags & GIVEN > 0
        if person:
            return PERSON, kinds
        if kinds or run:
            return RUN, kinds
        return (PLACED if placed else PLAIN), kinds

    def _before_it(self, left: _Beside, *, loud: bool) -> tuple[bool, bool, bool]:
        """Whether the words before a name say place, person, part of a longer name."""
        if left.gap not in (" ", "\n", ". "):
            return False, False, False
        word = self._gazetteer.words.get(left.word, 0)
        if word & self._before:
            return True, False, False
        if not left.flags & CAPITAL or left.gap == "\n":
            return False, False, False
        if word & self._title:
            return False, True, False
        if word or loud:
            return False, False, False
        if left.gap == ". ":
            return False, left.initial, False  # "James B. Washington"
        other = self._gazetteer.get(left.word)
        if other is not None and other.flags & GIVEN:
            return False, True, False
        return False, False, left.free and not left.flags & START


def _fitting(senses: tuple[Sense, ...], *, comma: bool, whole: bool) -> tuple[Sense, ...]:
    """Short forms of states behind a comma only, and there only they."""
    if SHORT not in [sense.kind for sense in senses]:
        return senses
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
