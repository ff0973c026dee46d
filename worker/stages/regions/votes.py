"""
Let the clear names of a text decide what its ambiguous ones mean.

Names with one meaning, countries named outright and cue words have votes, by their kind and standing. An ambiguous name goes to the
country with most points: people, votes, and what the language and the spelling say.
"""

from typing import Final

from worker.rules.gazetteer import CAPITAL, CITY, COUNTRY, COUNTY, DEMONYM, DIVISION, GIVEN, INSTITUTION, SHORT, SURNAME, WORD
from worker.stages.regions.mentions import RUN, Mention

__all__ = ["cast_votes", "listed_countries", "settle"]

_APART: Final = 3  # tokens between neighbours in a list

_VOTE: Final = {COUNTRY: 6, DEMONYM: 4, DIVISION: 5, SHORT: 6, CAPITAL: 3, COUNTY: 3, INSTITUTION: 3}
_HEAVIER: Final = 16  # points by which the first of several countries leads to have a vote: sixteen times the people


def cast_votes(mentions: list[Mention], cues: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Count the votes for countries, and for subdivisions."""
    votes: dict[int, int] = {}
    subs: dict[int, int] = {}
    seen: set[int] = set()
    for mention in mentions:
        if mention.container is not None:
            country, sub = mention.container
            votes[country] = votes.get(country, 0) + 3
            if sub:
                subs[sub] = subs.get(sub, 0) + 3
            continue
        senses = mention.senses
        top = senses[0]
        points = 0
        home = top.country
        rivals = [sense for sense in senses if sense.country != home] if len(senses) > 1 else ()
        if not rivals:
            points = _VOTE.get(top.kind, 0) or (1 if mention.name.flags & (WORD | GIVEN | SURNAME) else 2)
        elif top.kind <= DEMONYM and not [sense for sense in rivals if sense.kind <= DIVISION]:
            points = 4
        elif top.weight - rivals[0].weight >= _HEAVIER:
            points = 1
        if mention.standing >= RUN:
            points = min(points, 1) if mention.standing == RUN and top.kind in _VOTE else 0
        if points and mention.key in seen:
            points = 1  # saying it again is not another voice
        if points:
            seen.add(mention.key)
            votes[home] = votes.get(home, 0) + points
            if top.sub:
                subs[top.sub] = subs.get(top.sub, 0) + points
    for country, count in cues.items():
        votes[country] = votes.get(country, 0) + min(count, 6)
    return votes, subs


def listed_countries(mentions: list[Mention]) -> dict[int, tuple[int, int, int, int, int]]:
    """Find names that stand among countries ("Armenia, Georgia and Iraq"): there they mean the country."""
    found: dict[int, tuple[int, int, int, int, int]] = {}
    for at, mention in enumerate(mentions):
        top = mention.senses[0]
        if top.kind != COUNTRY or mention.container is not None or len(mention.senses) == 1:
            continue
        if not [sense for sense in mention.senses if sense.kind == DIVISION]:
            continue  # no rival of its own rank: points decide
        for other in mentions[max(at - 1, 0) : at + 2]:
            near = -_APART <= other.first - mention.first <= _APART and other is not mention
            if near and other.senses[0].kind == COUNTRY and not [s for s in other.senses if s.kind == DIVISION]:
                found[mention.key] = (top.country, COUNTRY, top.weight, 0, 40)
    return found


def settle(mention: Mention, tilt: dict[int, int], subs: dict[int, int]) -> tuple[int, int, int, int, int]:
    """Country, kind, weight, subdivision that the name means here, and by how many points before the next country."""
    senses = mention.senses
    if mention.container is not None:
        country, sub = mention.container
        for sense in senses:
            if sense.country == country and (not sub or sense.sub == sub):
                return country, sense.kind, sense.weight, sub, 40
        return country, CITY, 60, sub, 40
    if len(senses) == 1:
        top = senses[0]
        return top.country, top.kind, top.weight, top.sub, 40
    points = [sense.weight + tilt.get(sense.country, 0) + (4 if sense.sub and sense.sub in subs else 0) for sense in senses]
    high = max(points)
    chosen = senses[points.index(high)]
    home = chosen.country
    second = max([score for score, sense in zip(points, senses, strict=True) if sense.country != home], default=high - 40)
    return home, chosen.kind, chosen.weight, chosen.sub, high - second
