"""
Read what the source itself says of places: ninjs `places`, whose country is given by code, by name in any of many languages, or in `literal`.

A place that the source gives as where the story was written is listed as a dateline, behind all else. Places that stand for a provider's
bureau are left out; which ones is data (`[[bureau]]` in the rules).
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from worker.model import Draft, Region
from worker.rules.country_names import country_named
from worker.rules.gazetteer import COUNTRY, Gazetteer
from worker.rules.load import RuleFile, Rules

__all__ = ["Provided"]

_SURE: Final = 1000
_WRITTEN_AT: Final = frozenset(("originates", "created", "origin", "bureau", "rel:created", "location"))
_FIELDS: Final = ("code", "literal", "uri", "name")
_CLEAR: Final = 16  # points by which the first country of a name must lead: sixteen times the people


class Provided:
    """Reads the provider's regions with one set of rules."""

    def __init__(self, rules: Rules, gazetteer: Gazetteer) -> None:
        """
        Take the bureaus from `rules`.

        Raises:
            RuleError: a `[[bureau]]` has no provider or no names.
        """
        self._gazetteer = gazetteer
        self._by_code = {country.code: at for at, country in enumerate(gazetteer.countries)}
        self._by_code |= {country.alpha3: at for at, country in enumerate(gazetteer.countries) if country.alpha3}
        self._bureaus = [entry for file in rules.files("regions") for entry in _bureaus(file)]

    def read(self, draft: Draft) -> tuple[Region, ...]:
        """Read the provider's countries, in its order; one is primary if it is the only one that the story is about."""
        places = draft.decoded.item.get("places")
        if not isinstance(places, list) or not places:
            return ()
        provider = f"{draft.provider} {draft.decoded.source or ''}".lower()
        bureaus = {name for who, names in self._bureaus if who in provider for name in names}
        found: dict[int, str] = {}
        written_at: list[int] = []
        for place in places:
            if not isinstance(place, Mapping):
                continue
            if str(place.get("name", "")).lower() in bureaus:
                continue
            country = self._country(place)
            if country is not None and str(place.get("rel", "")).lower() in _WRITTEN_AT:
                written_at.append(country)
            elif country is not None:
                role = "mention" if place.get("rel") == "mentions" else "scene"
                found[country] = "scene" if "scene" in (role, found.get(country)) else role
        scenes = [country for country, role in found.items() if role == "scene"]
        made = []
        for at, role in (found | {at: "dateline" for at in written_at if at not in found}).items():
            known = self._gazetteer.countries[at]
            primary = len(scenes) == 1 and at == scenes[0]
            made.append(Region(known.code, known.name, known.m49, primary, role, _SURE, (), "provider"))
        return tuple(made)

    def _country(self, place: Mapping[str, Any]) -> int | None:
        words = [str(place[field]) for field in _FIELDS if isinstance(place.get(field), str)]
        for word in words:
            code = word.replace("/", ":").rsplit(":", 1)[-1].strip()
            if code.upper() in self._by_code and (code.isupper() or ":" in word or word != place.get("name")):
                return self._by_code[code.upper()]
        for word in words:
            own = country_named(word)
            if own is not None and own in self._by_code:
                return self._by_code[own]
            name = self._gazetteer.find(word)
            if name is not None and name.senses:
                first = name.senses[0]
                rival = next((sense for sense in name.senses if sense.country != first.country), None)
                if (
                    rival is None
                    or first.weight - rival.weight >= _CLEAR
                    or (first.kind == COUNTRY and rival.kind != first.kind)
                ):
                    return first.country
        return None


def _bureaus(file: RuleFile) -> Iterator[tuple[str, frozenset[str]]]:
    for at, entry in enumerate(file.table.get("bureau", ())):
        if not entry.get("provider") or not entry.get("names"):
            raise file.error(f"bureau {at + 1}", 'write provider = "part of its name" and names = ["place"]')
        yield str(entry["provider"]).lower(), frozenset(str(name).lower() for name in entry["names"])
