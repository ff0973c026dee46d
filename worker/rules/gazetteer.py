"""
Names of places and what they can mean, looked up by the hashes of the shared text view.

The packaged file `gazetteer.npz` (built by `tools/build_gazetteer.py`) holds cities and divisions; countries, subdivisions,
institutions and cues come from the rule files of the kind `regions`, the package's and then the operator's. A name of several
words has a key made of its words' hashes, and each beginning of it is marked `PREFIX`, so that a reader knows when to go on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.rules.load import RuleFile, Rules
from worker.text import TextView

__all__ = ["GIVEN", "KINDS", "PREFIX", "SURNAME", "WORD", "Country", "Gazetteer", "Name", "Sense", "join_keys", "phrase_keys"]

PACKAGED: Final = Path(__file__).parent / "gazetteer.npz"

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
_STARTER_BITS: Final = 20
_STARTER_MASK: Final = np.uint64((1 << _STARTER_BITS) - 1)

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt")
ANY_LANGUAGE: Final = (1 << len(LANGUAGES)) - 1
_STRONG: Final = 104  # the weight of a name that has one meaning for a newsroom
_KNOWN: Final = 84  # of a place that papers name without its country: as a city of two millions
_NATIONAL: Final = (COUNTRY, DEMONYM, CAPITAL)
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


@dataclass(slots=True)
class Gazetteer:
    """
    All names.

    `countries` are in the order of `Sense.country`, `subs` in that of `Sense.sub`. `cues` maps a word's hash to countries it hints
    at, `words` to the classes of context words that it belongs to (a bit each, in the order of `classes`).
    """

    countries: list[Country] = field(default_factory=list)
    subs: list[str] = field(default_factory=lambda: [""])
    sub_names: dict[str, str] = field(default_factory=dict)
    cues: dict[int, tuple[int, ...]] = field(default_factory=dict)
    words: dict[int, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    languages: frozenset[str] = frozenset()
    priors: dict[str, dict[int, int]] = field(default_factory=dict)
    spelling: dict[int, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)  # national agencies' names, case folded, and their countries
    names: dict[int, Name | int] = field(default_factory=dict)  # a number is a row of the packaged file, not unpacked yet
    starters: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(1 << _STARTER_BITS, np.bool_))
    packed: "_Packed" = field(default_factory=lambda: _Packed(b"", [0], b"", b"", b"", b"", []))

    @classmethod
    def from_rules(cls, rules: Rules) -> "Gazetteer":
        """
        Read the packaged file and the rules.

        Raises:
            RuleError: a rule file names an unknown country or has a value of the wrong shape.
        """
        return _load(rules)

    def maybe(self, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        """Tell which hashes can be the first word of a name: quick, never wrong about a no, seldom about a yes."""
        found: npt.NDArray[np.bool_] = self.starters.take((hashes & _STARTER_MASK).view(np.int64))
        return found

    def get(self, key: int) -> Name | None:
        """Look up a key; None if no name has it."""
        name = self.names.get(key)
        if isinstance(name, int):
            name = self.names[key] = self.packed.name(name)
        return name

    def find(self, words: str) -> Name | None:
        """Look up a name, however it is written."""
        keys = phrase_keys([words])[0]
        return self.get(keys[-1]) if keys else None


class _Packed(NamedTuple):
    """The packaged file's columns: `starts` tells which senses a row has, `country_of` the number of its country codes."""

    flags: bytes
    starts: list[int]
    country: bytes
    kind: bytes
    weight: bytes
    sub: bytes
    country_of: list[int]

    def name(self, row: int) -> Name:
        """Unpack one row."""
        senses = [
            Sense(self.country_of[self.country[at]], self.kind[at], self.weight[at], self.sub[at])
            for at in range(self.starts[row], self.starts[row + 1])
        ]
        return Name(self.flags[row], tuple(sorted((s for s in senses if s.country >= 0), key=_order)))


def _order(sense: Sense) -> tuple[int, int, int]:
    return -sense.weight, sense.kind, sense.country


@lru_cache(maxsize=4)
def _load(rules: Rules) -> Gazetteer:
    made = Gazetteer()
    files = rules.files("regions")
    number: dict[str, int] = {}
    for file in files:
        for code, entry in _table(file, "countries", file.table.get("countries", {})).items():
            at = number.setdefault(code, len(made.countries))
            if at == len(made.countries):
                made.countries.append(Country(code, code, ""))
            old = made.countries[at]
            made.countries[at] = Country(
                code, entry.get("name", old.name), str(entry.get("m49", old.m49)), entry.get("alpha3", old.alpha3)
            )
    _unpack(made, number)
    listed: list[tuple[str, Sense]] = []
    for file in files:
        listed += _names_of_countries(file, number)
        listed += _names_of_subdivisions(file, number, made)
        listed += _places(file, number)
        listed += _exonyms(file, number)
        _read_words(file, number, made)
    _add(made, listed)
    for file in files:
        _remove(made, phrase_keys(file.table.get("remove", {}).get("names", ())))
        _remove(made, phrase_keys(file.table.get("words", {}).get("time", ())))  # months and days that are also villages
    for file in files:
        _forget_ordinary(made, file)
    return made


def _unpack(made: Gazetteer, number: Mapping[str, int]) -> None:
    with np.load(PACKAGED) as arrays:
        keys = arrays["keys"]
        made.names = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        made.starters[keys & _STARTER_MASK] = True
        made.subs = arrays["subs"].tolist()
        country, kind, weight, sub = (arrays[name].tobytes() for name in ("country", "kind", "weight", "sub"))
        country_of = [number.get(code, -1) for code in arrays["countries"].tolist()]
        made.packed = _Packed(arrays["flags"].tobytes(), arrays["starts"].tolist(), country, kind, weight, sub, country_of)


def _names_of_countries(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for code, entry in file.table.get("countries", {}).items():
        for key, kind in (("names", COUNTRY), ("adjectives", DEMONYM)):
            for language, names in _table(file, f"countries.{code}.{key}", entry.get(key, {})).items():
                if language not in LANGUAGES:
                    raise file.error(f"countries.{code}.{key}.{language}", f"write one of the languages {', '.join(LANGUAGES)}")
                bit = 1 << LANGUAGES.index(language)
                for name in names:
                    yield name, Sense(number[code], kind, _STRONG, 0, bit)


def _names_of_subdivisions(file: RuleFile, number: Mapping[str, int], made: Gazetteer) -> Iterable[tuple[str, Sense]]:
    for code, entry in file.table.get("subdivisions", {}).items():
        country = _country(file, f"subdivisions.{code}", code.split("-")[0], number)
        if code not in made.subs:
            made.subs.append(code)
        sub = made.subs.index(code)
        made.sub_names[code] = entry["name"]
        for name in entry.get("names", ()):
            yield name, Sense(country, DIVISION, 96, sub)
        for name in entry.get("short", ()):
            yield name, Sense(country, SHORT, 96, sub)


def _places(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for code, names in file.table.get("places", {}).items():
        country = _country(file, f"places.{code}", code, number)
        for name in names:
            yield name, Sense(country, INSTITUTION, _KNOWN, 0)


def _exonyms(file: RuleFile, number: Mapping[str, int]) -> Iterable[tuple[str, Sense]]:
    for language, table in file.table.get("exonyms", {}).items():
        if language not in LANGUAGES:
            raise file.error(f"exonyms.{language}", f"write one of the languages {', '.join(LANGUAGES)}")
        bit = 1 << LANGUAGES.index(language)
        for code, names in _table(file, f"exonyms.{language}", table).items():
            country = _country(file, f"exonyms.{language}.{code}", code, number)
            for name in names:
                yield name, Sense(country, INSTITUTION, _KNOWN, 0, bit)


def _read_words(file: RuleFile, number: Mapping[str, int], made: Gazetteer) -> None:
    for code, cues in file.table.get("cues", {}).items():
        country = _country(file, f"cues.{code}", code, number)
        for keys in phrase_keys(cues):
            made.cues[keys[-1]] = (*made.cues.get(keys[-1], ()), country)
    classes = list(made.classes)
    for name, words in file.table.get("words", {}).items():
        if name not in classes:
            classes.append(name)
        for keys in phrase_keys(words):
            made.words[keys[0]] = made.words.get(keys[0], 0) | 1 << classes.index(name)
    made.classes = tuple(classes)
    for language, priors in file.table.get("languages", {}).items():
        made.priors[language] = {
            _country(file, f"languages.{language}", code, number): points for code, points in priors.items()
        }
    made.languages = frozenset(made.priors)
    for code, agencies in file.table.get("agencies", {}).items():
        made.agencies |= dict.fromkeys([name.casefold() for name in agencies], _country(file, f"agencies.{code}", code, number))
    for way, sign in (("british", 1), ("american", -1)):
        for keys in phrase_keys(file.table.get("spelling", {}).get(way, ())):
            made.spelling[keys[0]] = sign


def _add(made: Gazetteer, listed: Sequence[tuple[str, Sense]]) -> None:
    for (_, sense), keys in zip(listed, phrase_keys([name for name, _ in listed]), strict=True):
        if not keys:
            continue
        made.starters[keys[0] & int(_STARTER_MASK)] = True
        for key in keys[:-1]:
            old = made.get(key) or _NO_NAME
            if not old.flags & PREFIX:
                made.names[key] = Name(old.flags | PREFIX, old.senses)
        old = made.get(keys[-1]) or _NO_NAME
        senses = {(s.country, s.kind): s for s in old.senses}
        known = senses.get((sense.country, sense.kind))
        bits = sense.languages | (known.languages if known else 0)
        senses[sense.country, sense.kind] = sense._replace(languages=bits)
        flags = old.flags | MIXED * (bits != ANY_LANGUAGE) | SHORTS * (sense.kind == SHORT)
        made.names[keys[-1]] = Name(flags, tuple(sorted(senses.values(), key=_order)))


_NO_NAME: Final = Name(0, ())


def _remove(made: Gazetteer, listed: Iterable[list[int]]) -> None:
    for keys in listed:
        old = made.get(keys[-1])
        if old is not None:
            made.names[keys[-1]] = Name(old.flags, ())


def _forget_ordinary(made: Gazetteer, file: RuleFile) -> None:
    """Take the places that an ordinary word of a language means elsewhere out of that language; countries and capitals stay."""
    for language, words in file.table.get("ordinary", {}).items():
        if language not in LANGUAGES:
            raise file.error(f"ordinary.{language}", f"write one of the languages {', '.join(LANGUAGES)}")
        bit = 1 << LANGUAGES.index(language)
        for keys in phrase_keys(words):
            old = made.get(keys[-1]) or _NO_NAME
            senses = [s if s.kind in _NATIONAL else s._replace(languages=s.languages & ~bit) for s in old.senses]
            made.names[keys[-1]] = Name(old.flags | MIXED, tuple(s for s in senses if s.languages))


def _country(file: RuleFile, where: str, code: str, number: Mapping[str, int]) -> int:
    if code not in number:
        raise file.error(where, f"write the two letters of a country that a [countries.{code}] table names")
    return number[code]


def _table(file: RuleFile, where: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise file.error(where, 'write a table, such as { en = ["Germany"] }')
    return value
