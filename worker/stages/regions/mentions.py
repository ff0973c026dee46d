"""
Find the names of places in a text and say how each stands in its sentence.

One walk over the capitalised tokens of the shared view, longest name first. What stands beside a name decides its `Standing`: "in
Paris" and "Paris, Texas" are places, "Mr Paris", "Paris Hilton" and "Paris Street" most likely not.
"""

from typing import Final, NamedTuple

import numpy as np

from worker.rules.gazetteer import (
    ALTERNATE, CAPITAL_ALTERNATE, COUNTRY, COUNTY, DEMONYM, DIVISION, GIVEN, LANGUAGES, PREFIX, SHORT, SURNAME, WORD, Gazetteer, Name,
    Sense, join_keys,
)  # fmt: skip
from worker.text import ALLCAPS, CAPITAL, START, TextView

__all__ = ["FOREIGN", "PLAIN", "PLACED", "SUSPECT", "Mention", "find_mentions"]

# How a name stands.
PLAIN: Final = 0  # nothing beside it says anything
PLACED: Final = 1  # behind a preposition, before or behind the comma of "City, State", before "County"
SUSPECT: Final = 2  # part of the name of a person, a street, a company, a team

_LONGEST: Final = 5
_JOINTS: Final = frozenset((" ", "-", "\n", "\u00a0", ". ", "’ ", "' "))
_COMMA: Final = frozenset((", ", " , ", ",\n", "., "))


class Mention(NamedTuple):
    """Tokens `first` to `last` (inclusive) read as `name`; `standing` as above; `container` is the country behind its comma."""

    first: int
    last: int
    key: int
    name: Name
    senses: tuple[Sense, ...]
    standing: int
    container: tuple[int, int] | None
    in_title: bool
    bits: int = 0


# Bits that say why.
B_TITLE, B_GIVEN, B_PREVCAP, B_NEXTCAP, B_STREET, B_ORG, B_TEAM, B_WORDSTART, B_BEFORE, B_ADMIN, B_NATURE, B_COMMA, B_VERB, B_POSS = (
    1 << i for i in range(14)
)


def find_mentions(view: TextView, gazetteer: Gazetteer, language: str | None) -> list[Mention]:
    """All mentions in the order of the text."""
    count = len(view)
    if not count:
        return []
    bit = 1 << LANGUAGES.index(language) if language in LANGUAGES else (1 << len(LANGUAGES)) - 1
    flags = view.flags.tolist()
    hashes = view.hashes.tolist()
    starts, ends, text = view.starts.tolist(), view.ends.tolist(), view.text
    classes = {name: 1 << i for i, name in enumerate(gazetteer.classes)}
    c_title, c_street, c_org, c_team = classes["title"], classes["street"], classes["org"], classes["team"]
    c_admin, c_nature, c_before, c_verb = classes["admin"], classes["nature"], classes["before"], classes["verb"]
    words = gazetteer.words
    get = gazetteer.get
    title_zone = _zone(flags, view.body_token)
    found: list[tuple[int, int, int, Name, tuple[Sense, ...]]] = []
    i = 0
    english = language in ("en", "de", None)
    while i < count:
        flag = flags[i]
        if not flag & CAPITAL and english:
            i += 1
            continue
        key = hashes[i]
        name = get(key)
        if name is None:
            i += 1
            continue
        last, best_key, best = i, key, name if name.senses else None
        if name.flags & PREFIX:
            k, j, n = key, i, name
            while n is not None and n.flags & PREFIX and j + 1 < count and j - i < _LONGEST:
                if text[ends[j] : starts[j + 1]] not in _JOINTS:
                    break
                j += 1
                k = join_keys(k, hashes[j])
                n = get(k)
                if n is not None and n.senses and (flags[j] & CAPITAL or not english):
                    last, best_key, best = j, k, n
        if best is not None:
            senses = tuple(s for s in best.senses if s.languages & bit and s.country >= 0)
            if not flag & CAPITAL:
                senses = tuple(s for s in senses if s.kind == DEMONYM)
            if senses:
                found.append((i, last, best_key, best, senses))
        i = last + 1
    taken = {t for f in found for t in range(f[0], f[1] + 1)}
    out: list[Mention] = []
    persons: set[int] = set()
    for index, (first, last, key, name, senses) in enumerate(found):
        bits = 0
        zone = title_zone if first < view.body_token else 0
        container = None
        # shorts only behind a comma
        behind_comma = first > 0 and text[ends[first - 1] : starts[first]] in _COMMA and bool(flags[first - 1] & CAPITAL)
        if any(s.kind == SHORT for s in senses):
            ok = behind_comma and (ends[last] - starts[first] != 2 or flags[first] & ALLCAPS or text[ends[last] : ends[last] + 1] == ".")
            senses = tuple(s for s in senses if (s.kind == SHORT) == ok)
            if not senses:
                continue
        top = senses[0].kind
        if first > 0:
            gap = text[ends[first - 1] : starts[first]]
            prev = words.get(hashes[first - 1], 0)
            if gap in (" ", "\n", ". "):
                if prev & c_before:
                    bits |= B_BEFORE
                if prev & c_title and flags[first - 1] & CAPITAL:
                    bits |= B_TITLE
                elif gap == " " and flags[first - 1] & CAPITAL and not prev and not zone:
                    p = get(hashes[first - 1])
                    if p is not None and p.flags & GIVEN:
                        bits |= B_GIVEN
                    elif first - 1 not in taken and not (flags[first - 1] & START):
                        bits |= B_PREVCAP
        if last + 1 < count:
            gap = text[ends[last] : starts[last + 1]]
            nxt = words.get(hashes[last + 1], 0)
            if gap == " " or gap == "\n" or (gap == "-" and False):
                cap = flags[last + 1] & CAPITAL
                if cap or zone:
                    if nxt & c_street and not nxt & c_title:
                        bits |= B_STREET
                    if nxt & c_org:
                        bits |= B_ORG
                    if nxt & c_team:
                        bits |= B_TEAM
                    if nxt & c_admin:
                        bits |= B_ADMIN
                    if nxt & c_nature:
                        bits |= B_NATURE
                if nxt & c_verb:
                    bits |= B_VERB
                if cap and not nxt and gap == " " and last + 1 not in taken and not zone:
                    bits |= B_NEXTCAP
            elif gap in _COMMA and index + 1 < len(found) and found[index + 1][0] == last + 1 and top not in (COUNTRY, DEMONYM):
                container = _container(found[index + 1], senses, text, ends, flags)
                if container is not None:
                    bits |= B_COMMA
            elif gap.startswith(("'s", "’s")):
                bits |= B_POSS
        if behind_comma and top in (COUNTRY, DIVISION, SHORT):
            bits |= B_COMMA
        if name.flags & WORD and first == last and (flags[first] & START or zone):
            bits |= B_WORDSTART
        if bits & (B_TITLE | B_GIVEN):
            persons.add(key)
        if bits & B_NEXTCAP and name.flags & GIVEN:
            persons.add(key)
        suspect = bits & (B_TITLE | B_GIVEN | B_PREVCAP | B_NEXTCAP | B_STREET | B_ORG | B_TEAM | B_WORDSTART)
        if container is not None or (bits & B_COMMA) or (bits & B_ADMIN and not suspect & (B_TITLE | B_GIVEN)):
            standing = PLACED
        elif suspect:
            standing = SUSPECT
        elif bits & (B_BEFORE | B_NATURE):
            standing = PLACED
        else:
            standing = PLAIN
        out.append(Mention(first, last, key, name, senses, standing, container, first < view.body_token, bits))
    if persons:
        out = [m._replace(standing=SUSPECT) if m.key in persons and m.standing == PLAIN else m for m in out]
    return out


def _zone(flags: list[int], end: int) -> int:
    """1 if most words of the headline are capitalised, so that capitals say nothing there."""
    if end == 0:
        return 0
    return int(sum(1 for f in flags[:end] if f & CAPITAL) * 10 >= end * 7)


def _container(
    following: tuple[int, int, int, Name, tuple[Sense, ...]], senses: tuple[Sense, ...], text: str, ends: list[int], flags: list[int]
) -> tuple[int, int] | None:
    """The country and subdivision that "City, X" names, if X can contain the city."""
    first, last, _, _, outer = following
    for sense in outer:
        if sense.kind == SHORT and ends[last] - 2 == ends[first - 1] and not flags[first] & ALLCAPS:
            continue
        if sense.kind in (COUNTRY, DIVISION, SHORT):
            for inner in senses:
                if inner.country == sense.country and (not sense.sub or not inner.sub or inner.sub == sense.sub):
                    return sense.country, sense.sub
    for sense in outer:
        if sense.kind in (COUNTRY, DIVISION, SHORT):
            return sense.country, sense.sub
    return None
