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
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from worker.rules.load import RuleFile, Rules
from worker.rules.place_names import (
    ALTERNATE,
    ANY_LANGUAGE,
    CAPITAL,
    CAPITAL_ALTERNATE,
    CITY,
    COUNTRY,
    COUNTY,
    DEMONYM,
    DIVISION,
    GIVEN,
    INSTITUTION,
    KINDS,
    LANGUAGES,
    MIXED,
    MULTIPLIER,
    PREFIX,
    SHORT,
    SHORTS,
    SURNAME,
    WORD,
    Country,
    Name,
    Sense,
    country_number,
    join_keys,
    listed_names,
    phrase_keys,
    table_of,
)  # fmt: skip

__all__ = [
    "ALTERNATE", "ANY_LANGUAGE", "CAPITAL", "CAPITAL_ALTERNATE", "CITY", "COUNTRY", "COUNTY", "DEMONYM", "DIVISION", "GIVEN", "INSTITUTION",
    "KINDS", "LANGUAGES", "MIXED", "MULTIPLIER", "PREFIX", "SHORT", "SHORTS", "SURNAME", "WORD", "Country", "Gazetteer", "Name", "Sense",
    "join_keys", "phrase_keys",
]  # fmt: skip

PACKAGED: Final = Path(__file__).parent / "gazetteer.npz"

_NATIONAL: Final = (COUNTRY, DEMONYM, CAPITAL)  # what an ordinary word still means
_STARTER_BITS: Final = 20
_STARTER_MASK: Final = np.uint64((1 << _STARTER_BITS) - 1)


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
        for code, entry in table_of(file, "countries", file.table.get("countries", {})).items():
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
        listed += listed_names(file, number, made.subs, made.sub_names)
        _read_words(file, number, made)
    _add(made, listed)
    for file in files:
        _remove(made, phrase_keys(file.table.get("remove", {}).get("names", ())))
        _remove(made, phrase_keys(file.table.get("words", {}).get("time", ())))  # months and days that are also villages
        for code, names in file.table.get("remove", {}).get("from", {}).items():
            _part(made, phrase_keys(names), country_number(file, f"remove.from.{code}", code, number))
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


def _read_words(file: RuleFile, number: Mapping[str, int], made: Gazetteer) -> None:
    for code, cues in file.table.get("cues", {}).items():
        country = country_number(file, f"cues.{code}", code, number)
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
            country_number(file, f"languages.{language}", code, number): points for code, points in priors.items()
        }
    made.languages = frozenset(made.priors)
    for code, agencies in file.table.get("agencies", {}).items():
        made.agencies |= dict.fromkeys(
            [name.casefold() for name in agencies], country_number(file, f"agencies.{code}", code, number)
        )
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


def _part(made: Gazetteer, listed: Iterable[list[int]], country: int) -> None:
    """Take one country from what the names can mean."""
    for keys in listed:
        old = made.get(keys[-1])
        if old is not None:
            made.names[keys[-1]] = Name(old.flags, tuple(s for s in old.senses if s.country != country))


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
