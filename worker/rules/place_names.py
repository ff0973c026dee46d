"""
What a name of a place can mean, the keys of names, and the names that rule files list.

Rule files of the kind `regions` name countries, subdivisions, institutions, and what languages call places elsewhere. A name of several
words has a key made of its words' hashes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from worker.rules.load import RuleFile
from worker.text import TextView

__all__ = [
    "ALTERNATE", "ANY_LANGUAGE", "CAPITAL", "CAPITAL_ALTERNATE", "CITY", "COUNTRY", "COUNTY", "DEMONYM", "DIVISION", "GIVEN", "INSTITUTION",
    "KINDS", "LANGUAGES", "MIXED", "MULTIPLIER", "PREFIX", "SHORT", "SHORTS", "SURNAME", "WORD", "Country", "Name", "Sense", "country_number",
    "join_keys", "listed_names", "phrase_keys", "table_of",
]  # fmt: skip

# What a name can stand for. The order is part of the packaged file's format.
KINDS: Final = (
    "country", "demonym", "division", "county", "capital", "city", "capital_alternate", "alternate", "institution", "short",
)  # fmt: skip
COUNTRY, DEMONYM, DIVISION, COUNTY, CAPITAL, CITY, CAPITAL_ALTERNATE, ALTERNATE, INSTITUTION, SHORT = range(10)

# Flags of a name.
PREFIX: Final = 1  # a longer name starts with it
GIVEN: Final = 2  # a given name
SURNAME: Final = 4
WORD: Final = 8  # an ordinary lower-case word
MIXED: Final = 16  # some senses are of one language
SHORTS: Final = 32  # some senses are short forms of states

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt")
ANY_LANGUAGE: Final = (1 << len(LANGUAGES)) - 1
_STRONG: Final = 104  # the weight of a name that has one meaning for a newsroom
_KNOWN: Final = 84  # of a place that papers name without its country: as a city of two millions
_MASK: Final = (1 << 64) - 1
MULTIPLIER: Final = 0xD1342543DE82EF95


def join_keys(key: int, word: int) -> int:
    """Make the key of a phrase that has one more word."""
    return (((key ^ (key >> 29)) * MULTIPLIER) + word) & _MASK


def phrase_keys(names: Sequence[str]) -> list[list[int]]:
    """For each name the keys of its beginnings, the whole name last; empty for a name without a word."""
    view = TextView("", "\n\n".join(name.replace("\n", " ") for name in names))
    ends = np.cumsum([len(name) + 2 for name in names])
    cuts = np.searchsorted(view.starts, ends).tolist()
    hashes: list[int] = view.hashes.tolist()
    found, at = [], 0
    for cut in cuts:
        keys: list[int] = []
        for word in hashes[at:cut]:
            keys.append(join_keys(keys[-1], word) if keys else word)
        found.append(keys)
        at = cut
    return found


class Sense(NamedTuple):
    """One thing a name can mean: index of the country, kind, weight (four times the binary logarithm of the people), subdivision."""

    country: int
    kind: int
    weight: int
    sub: int
    languages: int = ANY_LANGUAGE


class Name(NamedTuple):
    """A name's flags and its senses, heaviest first."""

    flags: int
    senses: tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """A country as records name it; `m49` is the code of its region in the United Nations' list."""

    code: str
    name: str
    m49: str
    alpha3: str = ""


def listed_names(
    file: RuleFile, number: Mapping[str, int], subs: list[str], sub_names: dict[str, str]
) -> Iterable[tuple[str, Sense]]:
    """
    Give each name that a rule file lists with what it means; `subs` and `sub_names` take the subdivisions that it adds.

    Raises:
        RuleError: it names an unknown country or language, or has a value of the wrong shape.
    """
    yield from _names_of_countries(file, number)
    yield from _names_of_subdivisions(file, number, subs, sub_names)
    yield from _places(file, number)
    yield from _exonyms(file, number)


def _names_of_countries(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for code, entry in file.table.get("countries", {}).items():
        for key, kind in (("names", COUNTRY), ("adjectives", DEMONYM)):
            for language, names in table_of(file, f"countries.{code}.{key}", entry.get(key, {})).items():
                if language not in LANGUAGES:
                    raise file.error(f"countries.{code}.{key}.{language}", f"write one of the languages {', '.join(LANGUAGES)}")
                bit = 1 << LANGUAGES.index(language)
                for name in names:
                    yield name, Sense(number[code], kind, _STRONG, 0, bit)


def _names_of_subdivisions(
    file: RuleFile, number: Mapping[str, int], subs: list[str], sub_names: dict[str, str]
) -> Iterable[tuple[str, Sense]]:
    for code, entry in file.table.get("subdivisions", {}).items():
        country = country_number(file, f"subdivisions.{code}", code.split("-")[0], number)
        if code not in subs:
            subs.append(code)
        sub = subs.index(code)
        sub_names[code] = entry["name"]
        for name in entry.get("names", ()):
            yield name, Sense(country, DIVISION, 96, sub)
        for name in entry.get("short", ()):
            yield name, Sense(country, SHORT, 96, sub)


def _places(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for code, names in file.table.get("places", {}).items():
        country = country_number(file, f"places.{code}", code, number)
        for name in names:
            yield name, Sense(country, INSTITUTION, _KNOWN, 0)


def _exonyms(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for language, table in file.table.get("exonyms", {}).items():
        if language not in LANGUAGES:
            raise file.error(f"exonyms.{language}", f"write one of the languages {', '.join(LANGUAGES)}")
        bit = 1 << LANGUAGES.index(language)
        for code, names in table_of(file, f"exonyms.{language}", table).items():
            country = country_number(file, f"exonyms.{language}.{code}", code, number)
            for name in names:
                yield name, Sense(country, INSTITUTION, _KNOWN, 0, bit)


def country_number(file: RuleFile, where: str, code: str, number: Mapping[str, int]) -> int:
    """
    Give a country's number.

    Raises:
        RuleError: no file has a table for it.
    """
    if code not in number:
        raise file.error(where, f"write the two letters of a country that a [countries.{code}] table names")
    return number[code]


def table_of(file: RuleFile, where: str, value: Any) -> Mapping[str, Any]:
    """
    Take a value that must be a table.

    Raises:
        RuleError: it is none.
    """
    if not isinstance(value, Mapping):
        raise file.error(where, 'write a table, such as { en = ["Germany"] }')
    return value
