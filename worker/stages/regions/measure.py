"""
Turn mentions into a row of small integers for each country.

Votes first: names with one meaning, countries named outright, spelling and cue words say which countries the text speaks of. Then
each ambiguous name goes to the country that has most people, votes and standing for it. Then each country's names are counted by
what they are and how they stand. All counts end in buckets of powers of two.
"""

from bisect import bisect_left
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.rules.gazetteer import (
    ALTERNATE,
    CAPITAL,
    CAPITAL_ALTERNATE,
    COUNTRY,
    COUNTY,
    DEMONYM,
    DIVISION,
    GIVEN,
    INSTITUTION,
    SHORT,
    SURNAME,
    Gazetteer,
)  # fmt: skip
from worker.stages.regions.mentions import ORG, PLACED, STREET, TEAM, Mention
from worker.stages.regions.votes import cast_votes, listed_countries, settle
from worker.text import OfBlock, TextView, Tokens

__all__ = ["FEATURES", "Measured", "Measurer"]

_GROUPS: Final = ("country", "country_name", "demonym", "division", "capital", "city", "town", "name", "institution")
_STANDS: Final = ("plain", "placed", "run", "person")
_SINGLES: Final = (
    "unsure", "alternate", "org", "team", "street", "head", "head_sure", "lead", "lead_sure", "cue", "names", "first", "line", "line_here",
    "line_only", "share", "rank", "count", "count_share", "count_rank", "rivals", "votes", "home", "spelling", "length", "margin", "mass", "style",
)  # fmt: skip
FEATURES: Final = tuple(f"{group}_{stand}" for group in _GROUPS for stand in _STANDS) + _SINGLES
(
    _UNSURE, _ALTERNATE, _ORG, _TEAM, _STREET, _HEAD, _HEAD_SURE, _LEAD, _LEAD_SURE, _CUE, _NAMES, _FIRST, _LINE, _LINE_HERE, _LINE_ONLY,
    _SHARE, _RANK, _COUNT, _COUNT_SHARE, _COUNT_RANK, _RIVALS, _VOTES, _HOME, _SPELLING, _LENGTH, _MARGIN, _MASS, _STYLE,
) = range(len(FEATURES) - len(_SINGLES), len(FEATURES))  # fmt: skip
_WIDTH: Final = len(FEATURES)
_COUNTRY, _COUNTRY_NAME, _DEMONYM, _DIVISION, _CAPITAL, _CITY, _TOWN, _NAME, _INSTITUTION = range(0, 36, 4)
_GROUP_OF: Final = {
    COUNTRY: _COUNTRY, DEMONYM: _DEMONYM, DIVISION: _DIVISION, COUNTY: _DIVISION, SHORT: _DIVISION, CAPITAL: _CAPITAL,
    CAPITAL_ALTERNATE: _CAPITAL, INSTITUTION: _INSTITUTION,
}  # fmt: skip
_WORTH: Final = {
    _COUNTRY: 4,
    _COUNTRY_NAME: 3,
    _DEMONYM: 4,
    _DIVISION: 4,
    _CAPITAL: 2,
    _INSTITUTION: 2,
    _CITY: 1,
    _TOWN: 0,
    _NAME: 0,
}
_BIG: Final = 68  # the weight of a city of 130,000
_CLEAR: Final = 10  # points between the first and the second country from which a name is sure
_LEAD_TOKENS: Final = 30
_HEAD_TOKENS: Final = 12  # of a story that has no headline
_MOST_VOTES: Final = 8
_VOTE_POINTS: Final = 4  # points a vote is worth: a doubling of the people
_BUCKETS: Final = tuple(min(n.bit_length(), 5) for n in range(256))
_BUCKET_OF: Final = np.array(_BUCKETS, np.uint8)
_LOW: Final = np.uint64(0xFFFF)
_FULL: Final = 250  # mentions and cues that are counted: a byte holds them


def _bucket(count: int) -> int:
    return _BUCKETS[count] if count < 256 else 5


class Measured(NamedTuple):
    """The candidate countries, a table with a row of `FEATURES` for each (buckets, 0 to 8), their mentions in the text's order."""

    countries: list[int]
    table: npt.NDArray[np.uint8]
    evidence: dict[int, list[Mention]]
    subs: dict[int, dict[int, int]]


class Measurer:
    """Measures with one gazetteer."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Prepare a small table that tells fast which words can be cues."""
        self._gazetteer = gazetteer
        self._hints = OfBlock(self._scan)
        self._maybe = np.zeros(1 << 16, np.bool_)
        for key in (*gazetteer.cues, *gazetteer.spelling):
            self._maybe[key & 0xFFFF] = True
        self._british = frozenset(c for c in gazetteer.priors.get("en", {}) if gazetteer.countries[c].code != "US")
        self._american = frozenset(c for c, country in enumerate(gazetteer.countries) if country.code == "US")

    def measure(self, view: TextView, mentions: list[Mention], line: int | None, style: int, language: str | None) -> Measured:
        """
        Measure one text.

        Args:
            view: the text.

            mentions: its names, in order.

            line: the country of the dateline.

            style: 0 no dateline, 1 one that names its agency, 2 one that does not.

            language: of the text.
        """
        cues, spelling = self._cues(view)
        home = self._gazetteer.priors.get(language or "en", {})
        votes, subs = cast_votes(mentions, cues)
        listed = listed_countries(mentions)
        for meaning in listed.values():
            votes[meaning[0]] = votes.get(meaning[0], 0) + 4
        if line is not None:
            votes[line] = votes.get(line, 0) + 4
        tilt = dict(home)
        if spelling and (language or "en") == "en":
            for country in self._british if spelling > 0 else self._american:
                tilt[country] = tilt.get(country, 0) + min(abs(spelling) * 4, 12)
        for country, count in votes.items():
            tilt[country] = tilt.get(country, 0) + _VOTE_POINTS * (min(_MOST_VOTES, count))
        tally = _Tally(view, cues)
        meanings = dict(listed)
        for mention in mentions[:_FULL]:
            known = meanings.get(mention.key)
            if known is None or mention.container is not None:
                known = meanings[mention.key] = settle(mention, tilt, subs)
            tally.add(mention, known)
        tally.finish(line, votes, home, spelling, style)
        table = np.frombuffer(b"".join(tally.rows.values()), np.uint8).reshape(-1, _WIDTH).copy()
        table[:, :_NAMES] = _BUCKET_OF[table[:, :_NAMES]]
        return Measured(list(tally.rows), table, tally.evidence, tally.subs)

    def _cues(self, view: TextView) -> tuple[dict[int, int], int]:
        found: dict[int, int] = {}
        spelling = 0
        cues, ways = self._gazetteer.cues, self._gazetteer.spelling
        places, words = self._hints.get(view)
        start = bisect_left(places, view.first)
        for key in words[start : bisect_left(places, view.first + len(view), start)]:
            for country in cues.get(key, ()):
                found[country] = found.get(country, 0) + 1
            spelling += ways.get(key, 0)
        return found, spelling

    def _scan(self, tokens: Tokens) -> tuple[list[int], list[int]]:
        """Find which tokens can be cues: their numbers and keys."""
        at = self._maybe.take((tokens.hashes & _LOW).view(np.int64)).nonzero()[0]
        return at.tolist(), tokens.hashes.take(at).tolist()


class _Tally:
    """Counts the mentions of each country."""

    def __init__(self, view: TextView, cues: dict[int, int]) -> None:
        self.rows: dict[int, bytearray] = {}
        self.evidence: dict[int, list[Mention]] = {}
        self.subs: dict[int, dict[int, int]] = {}
        self._names: dict[int, set[int]] = {}
        self._mass: dict[int, int] = {}
        self._counts: dict[int, int] = {}
        self._cues = cues
        self._size = len(view)
        self._body, self._story = view.body_token, view.story_token
        self._head = view.body_token or view.story_token + _HEAD_TOKENS
        self._lead = view.story_token + _LEAD_TOKENS

    def _row(self, country: int) -> bytearray:
        row = self.rows.get(country)
        if row is None:
            row = self.rows[country] = bytearray(_WIDTH)
            row[_FIRST] = 7
            self._names[country] = set()
            self.evidence[country] = []
        return row

    def add(self, mention: Mention, meaning: tuple[int, int, int, int, int]) -> None:
        country, kind, weight, sub, margin = meaning
        row = self._row(country)
        self.evidence[country].append(mention)
        if sub and mention.standing <= PLACED:
            subs = self.subs.setdefault(country, {})
            subs[sub] = subs.get(sub, 0) + 1
        first = mention.first
        if self._body <= first < self._story:
            row[_LINE_HERE] = 1
            return
        self._names[country].add(mention.key)
        flags = mention.name.flags
        group = _GROUP_OF.get(kind)
        if group is None:
            group = _NAME if flags & (GIVEN | SURNAME) else _CITY if weight >= _BIG else _TOWN
        elif group == _COUNTRY and flags & (GIVEN | SURNAME):
            group = _COUNTRY_NAME
        standing = mention.standing
        worth = 1
        if margin < _CLEAR and group >= _CAPITAL:
            row[_UNSURE] += 1
        else:
            row[group + standing] += 1
            if standing <= PLACED:
                worth = 4 + _WORTH[group]
                self._counts[country] = self._counts.get(country, 0) + 1
        row[_MARGIN] = max(row[_MARGIN], min(margin // 8, 5))
        if kind == ALTERNATE:
            row[_ALTERNATE] += 1
        if mention.run:
            row[_ORG] += mention.run & ORG > 0
            row[_TEAM] += mention.run & TEAM > 0
            row[_STREET] += mention.run & STREET > 0
        sure = standing <= PLACED and group not in (_TOWN, _NAME)
        if first < self._head:
            row[_HEAD] += 1
            row[_HEAD_SURE] += sure
            worth += 4 if self._body else 2
        if self._story <= first < self._lead:
            row[_LEAD] += 1
            row[_LEAD_SURE] += sure
            worth += 2
        if row[_FIRST] == 7 and standing <= PLACED:
            row[_FIRST] = min(6, max(0, first - self._story).bit_length() // 2) if first >= self._body else 0
        self._mass[country] = self._mass.get(country, 0) + worth

    def finish(self, line: int | None, votes: dict[int, int], home: dict[int, int], spelling: int, style: int) -> None:
        for country, count in self._cues.items():
            if country in self.rows or count > 1 or not self._mass:
                self._row(country)[_CUE] = min(count, _FULL)
        if line is not None:
            self._row(line)[_LINE] = 1
        masses = sorted(self._mass.values(), reverse=True)
        counts = sorted(self._counts.values(), reverse=True)
        top_mass, top_count = (masses or [0])[0], (counts or [0])[0]
        length = min(self._size.bit_length() // 2, 5)
        way = 2 + (spelling > 0) + (spelling > 2) - (spelling < 0) - (spelling < -2)
        for country, row in self.rows.items():
            mass, count = self._mass.get(country, 0), self._counts.get(country, 0)
            row[_NAMES] = _bucket(len(self._names[country]))
            row[_LINE_ONLY] = int(mass == 0 and row[_LINE] > 0)
            row[_SHARE] = 8 * mass // top_mass if top_mass else 0
            row[_RANK] = min(masses.index(mass), 5) if mass else 6  # `masses` fall: as many are greater
            row[_COUNT] = _bucket(count)
            row[_COUNT_SHARE] = 8 * count // top_count if top_count else 0
            row[_COUNT_RANK] = min(counts.index(count), 5) if count else 6
            row[_RIVALS] = _bucket(len(masses))
            row[_VOTES] = _bucket(votes.get(country, 0))
            row[_HOME] = home.get(country, 0) // 2
            row[_SPELLING] = way
            row[_LENGTH] = length
            row[_MASS] = _bucket(mass // 2)
            row[_STYLE] = style
