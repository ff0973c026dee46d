"""Read holder and year in a copyright line."""

import re
from functools import lru_cache
from typing import Final

__all__ = ["read_holder", "tidy"]

# Nothing that follows the sign has to match, so nothing is tried twice: linear with the standard library.
_SIGN: Final = re.compile(
    r"(?i)(?:©|ⓒ|\(c\)|copyright|copr\.|\bc\.)(?:[\s.]{0,3}(?:©|ⓒ|\(c\)|copyright|\?|™|by\b|of\b|:))*\s*"
    r"((?:19|20)\d\d(?:\s?[-–,/]\s?(?:(?:19|20)?\d\d))?)?,?\s*(?:by |of |[-–—|] )?([^\n\r]*)"
)
_BARE: Final = re.compile(r"((?:19|20)\d\d),? ([^\W\d_][^\n]{2,80}?),? (?i:all rights reserved|distributed by)")
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
# Where the holder's name ends. Nothing in it repeats without bound, so the standard library is linear here, and faster.
_STOP: Final = re.compile(
    r"(?i)[.,;:]?\s?\(?(?:all rights|all copyrights|alle rechte|alle auteurs|todos los|todos os|tous droits|toute reproduction|reproduction |tutti i|все права|"
    r"riproduzione|reproducci|v[sš]etk[yý] pr[aá]va|v[sš]echna pr[aá]va|sva prava|minden jog|toate drepturile|tüm hakları|alla rättigheter|alle rettigh|kaikki oikeudet|content created|jede |eftertryck|reservados|está expres|wszelkie prawa|this (?:material|content|story|article)|as distributed|distributed|provided|"
    r"syndicated|visit\b|no part|no portion|reproduction|click|licensed|used (?:with|by)|may not|jointly|a joint|to contact|nachdruck|dilarang|"
    r"무단|無断|дата)|[>;|]|(?<=[^\W\d_A-Z.][^\W\d_A-Z.])(?<!\bSt)(?<!\bMt)(?<!\bDr)\.\s|\.$|\s[-–—]\s|,? (?:dpa|id): ?\d|, (?:[^\W\d_]{2,12}tag|am \d)|\s{3}|[,.]?\s\(?(?:19|20)\d\d\b|https?://|\s\(?www\.|, an? [^\s,][^,]{1,40} company\b"
)
# How far a bracket in a name may go on behind a full stop: `(Fairmont, W.Va.)`.
_LONGEST_BRACKET: Final = 8
_EDGES: Final = " \t\r\n.,;:*<>()[]-–—_\"'“”|©™"


def tidy(name: str) -> str | None:
    """Take signs off both ends; a bracket that the name itself opened stays."""
    kept = name.strip(_EDGES)
    if kept.count("(") > kept.count(")") and f"{kept})" in name:
        kept += ")"
    return kept or None


@lru_cache(maxsize=2048)
def read_holder(unit: str, below: str, year: str | None) -> tuple[str | None, str | None]:
    """
    Read a copyright line.

    Args:
        unit: the line.

        below: the line below it, which carries the name where the sign and the year stand alone.

        year: a year that was found before.
    """
    match = _SIGN.search(unit)
    if match is None:
        bare = _BARE.search(unit)
        return (tidy(bare[2]), bare[1]) if bare else (None, year)
    found, rest = match[1], match[2]
    if not found:
        other = _YEAR.search(unit)
        found = other[1] if other else year
    name = _name(rest) or _before(unit[: match.start()])
    if name is None and not rest.strip(_EDGES):
        name = _name(below)
    return name, found.replace(" ", "") if found else None


def _name(rest: str) -> str | None:
    """Read the name at the start of what follows the sign."""
    rest = rest.lstrip(" \t.,:;-–—|")
    stop = _STOP.search(rest)
    while stop is not None and stop.start() == 0 and stop.end():
        rest = rest[stop.end() :].lstrip(" \t.,:;-–—|")
        if stop[0].strip(" ,.(")[:2] not in ("19", "20"):
            return None
        stop = _STOP.search(rest)
    name = tidy(_closed(rest, stop.start()) if stop else rest)
    return name if name and len(name) > 1 and len(name) < 160 else None


def _closed(rest: str, end: int) -> str:
    """Give the front of `rest`, and what is left of a bracket that is open there."""
    front = rest[:end]
    if front.count("(") > front.count(")") and (close := rest.find(")", end, end + _LONGEST_BRACKET)) >= 0:
        return rest[: close + 1]
    return front


def _before(front: str) -> str | None:
    """Read the name in front of the sign, as in `Name © 2030`."""
    name = tidy(front)
    return name if name and 2 < len(name) < 80 and len(name.split()) < 9 else None
