"""
Read the rights in a footer: who holds them and since when, who distributed the text, where it comes from, how it may be used.

Rules say where a name stands in their line and how far it is to be trusted (`rank`, the lower the better); the best rank wins. What
the item's own structured fields say wins over the text; where both speak and differ, that is recorded.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from worker.model import Conflict, Rights
from worker.stages.footers.holder import read_holder, tidy
from worker.stages.footers.judge import Found
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import Rule, compiled

__all__ = ["read_rights", "unite"]

_NOTHING: Final = Rights()
# Ranks of what no rule reads: the outlet under a byline, a known code in a sign-off, a distributor's address, the holder, the
# dateline, and what a house's style alone implies.
_OUTLET, _CODE, _ADDRESS, _HOLDER, _DATELINE, _IMPLIED = 10, 14, 15, 50, 58, 70
# Ranks between these two are of sign-offs.
_SIGNED_FROM, _SIGNED_TO = 10, 30
_HEAD: Final = 500
# Where a dateline names the wire that carries a release.
_WIRES: Final = ("wire", "WIRE", "Wire", "NEWS", "APO", "CNW")

_AGENCY: Final = compiled(
    r"\((\pL[\w/ .&-]{1,30})\)\s?[-–—_]|/(\p{Lu}[\w ]{2,20})/\s?[-–—]|^[^\n]{3,60}, \d[^\n]{2,20}\((\p{Lu}{2,8})\)"
)
# What follows a distributor's or source's name. Nothing in it repeats, so the standard library is linear here, and faster.
_BEHIND: Final = re.compile(
    r"(?i)\son behalf\b|\sto (?:the|our|you|lexis)|\s\(|[;|]|\.\s|\.$|,? all rights\b|\sunder\b|\shttps?:|\swww\.|\sand is\b|"
    r",? copyright\b|, an? [^\s,][^,]{1,40} company\b|\s-\s|\sfor (?:the )?ministry"
)
_HOST: Final = compiled(r"(?:https?://|\b)(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,8})\b")
_PARTS: Final = str.maketrans("/(),*–—[]:", " " * 10)
# Words in front of a name that are no part of it, and words that are no name.
_WITH: Final = frozenset(
    [
        "with",
        "mit",
        "avec",
        "con",
        "com",
        "med",
        "met",
        "by",
        "from",
        "door",
        "via",
        "por",
        "par",
        "the",
        "agencies",
        "agências",
        "agencias",
        "agences",
    ]
)
_NOBODY: Final = _WITH | frozenset(["staff", "special", "senior", "our", "reporting"])
_BYLINES: Final = frozenset(["dashed-agency", "byline"])
_OUTLETS: Final = frozenset(["name", "wire-name", "small-code", "agency-code"])
_SIGNED: Final = frozenset(
    [
        "initials",
        "agency-initials",
        "with-agency",
        "name-and-agency",
        "slashed",
        "small-code",
        "agency-code",
        "bracketed-agency",
        "dashed-agency",
        "last-label",
    ]
)


class _Readings(dict[str, tuple[int, str]]):
    """For each field the best rank so far, and what was read with it."""

    def offer(self, field: str, rank: int, value: str | None) -> None:
        """Take a value if nothing better is known."""
        if value and (field not in self or rank < self[field][0]):
            self[field] = (rank, value)

    def best(self, field: str) -> str | None:
        """Give what is known."""
        return self[field][1] if field in self else None


def read_rights(found: Sequence[Found], text: str, names: Names) -> Rights:
    """Read the rights in the units of a footer or head; `text` is the whole text, whose dateline may name the agency."""
    readings = _Readings()
    notice, terms = [], []
    holder = year = None
    for index, (unit, verdict) in enumerate(found):
        kinds = [rule.kind for rule in verdict.met]
        if "copyright" in kinds:
            notice.append(unit.text)
            if holder is None:
                below = found[index + 1].unit.text if index + 1 < len(found) else ""
                holder, year = read_holder(unit.text, below, year)
                if holder is None and index and not found[index - 1].unit.last:
                    holder = tidy(found[index - 1].unit.text)  # `Name (c) 2030`, cut at the sign
        if "terms" in kinds:
            terms.append(unit.text)
        _read_unit(found, index, names, readings)
    if holder is not None:
        rank, signed = readings.get("source", (0, ""))
        if _SIGNED_FROM < rank < _SIGNED_TO and not _codes(signed, names):
            del readings["source"]  # beside a copyright line a sign-off counts only if it is an agency's
        readings.offer("source", _HOLDER, holder)
        readings.offer("distributor", _HOLDER, names.carrier(holder))
    _read_dateline(text[:_HEAD], names, readings)
    source = readings.best("source")
    return Rights(
        copyright_holder=holder,
        copyright_year=year,
        copyright_notice=" ".join(notice) or None,
        distributor=readings.best("distributor"),
        source=names.spelt(source) if source else None,
        usage_terms=" ".join(terms) or None,
        holder_name=names.normal(holder),
    )


def _read_unit(found: Sequence[Found], index: int, names: Names, readings: _Readings) -> None:
    """Offer what the rules of one unit read in it."""
    text, verdict = found[index].unit.text, found[index].verdict
    rule = verdict.rule.id if verdict.rule is not None else ""
    if rule in _BYLINES and index + 1 < len(found) and _person(text, names):
        below = found[index + 1]
        if below.verdict.rule is not None and below.verdict.rule.id in _OUTLETS:
            readings.offer("source", _OUTLET, below.unit.text)
            return
    for offer in _offers(text, rule, verdict.met, names):
        readings.offer(*offer)


@lru_cache(maxsize=4096)
def _offers(text: str, rule: str, rules: tuple[Rule, ...], names: Names) -> tuple[tuple[str, int, str], ...]:
    """
    Read in one line whatever its rules read: fields with rank and value, the best of each.

    Wires repeat their legal lines word for word, so this is remembered.
    """
    readings = _Readings()
    if rule in _SIGNED:
        readings.offer("source", _CODE, _signature(text, rule, names))
    for met in rules:
        for reading in met.readings:
            if reading.field in readings and readings[reading.field][0] <= reading.rank:
                continue
            match = reading.pattern.search(text)
            written = next(filter(None, match.groups()), None) if match else None
            name = _name(written) if written else None
            if name and reading.field == "source":
                name = None if name.lower() in _NOBODY else names.leading(name)
            readings.offer(reading.field, reading.rank, name)
        for field, implied in met.implies.items():
            readings.offer(field, _IMPLIED, implied)
    if "http" in text or "www." in text:
        for host in _HOST.findall(text):
            readings.offer("distributor", _ADDRESS, names.of_host(host))
    return tuple((field, rank, value) for field, (rank, value) in readings.items())


def _person(text: str, names: Names) -> bool:
    """Whether a signature is a person's, not an agency's."""
    return " " in text.lstrip(" -–—") and not text.isupper() and not _codes(text, names)


def _codes(text: str, names: Names) -> list[str]:
    return [part for part in text.translate(_PARTS).split() if names.code(part)]


def _signature(text: str, rule: str, names: Names) -> str | None:
    """Read the agency in a sign-off: the one part that the table knows, or that its form sets off from initials."""
    known = _codes(text, names)
    if len(known) == 1 or (known and rule == "agency-initials"):
        return known[0]
    if known:
        return "/".join(known) if rule == "initials" else None
    if rule != "initials":
        return None
    parts = text.translate(_PARTS).split()
    capitals = [part for part in parts if part.isupper() and len(part) > 2]
    if len(capitals) == 1:
        return capitals[0]
    return parts[0] if len(parts) > 1 and len(parts[0]) > 3 and parts[0].isalpha() and max(map(len, parts[1:])) < 4 else None


def _read_dateline(front: str, names: Names, readings: _Readings) -> None:
    """Offer the agency in the dateline; one that only carries what others write is the distributor."""
    known = "source" in readings and readings["source"][0] <= _DATELINE
    if (")" not in front and "/" not in front) or (known and not any(mark in front for mark in _WIRES)):
        return
    match = _AGENCY.search(front)
    agency = next(filter(None, match.groups()), None) if match else None
    carrier = names.carrier(agency)
    readings.offer("distributor" if carrier else "source", _DATELINE, carrier or agency)


def _name(written: str) -> str | None:
    """Read the name at the start of what a rule read: up to what cannot be part of it; of an address, its host."""
    if ("http" in written or "www." in written) and (host := _HOST.search(written)):
        if host.start() < 2:
            return str(host[1]).rsplit(".", 1)[0]
        written = written[: host.start()]
    stop = _BEHIND.search(written)
    name = tidy(written[: stop.start()] if stop and stop.start() else written)
    while name and " " in name and name.partition(" ")[0].lower() in _WITH and name[:4] != "The ":
        name = name.partition(" ")[2]
    return name.removeprefix("l’").removeprefix("l'") if name else None


def unite(structured: Rights, text: Rights, names: Names) -> Rights:
    """Let structured fields win and the text fill; record where they differ, and the normal name of the holder."""
    if text == _NOTHING and structured.copyright_holder is None:
        return structured
    if structured == _NOTHING:
        return text
    values, conflicts = {}, []
    for field in ("copyright_holder", "copyright_year", "copyright_notice", "distributor", "source", "usage_terms"):
        given, read = getattr(structured, field), getattr(text, field)
        values[field] = given or read
        if given and read and field not in ("copyright_notice", "usage_terms") and _differ(given, read, names):
            conflicts.append(Conflict(field, given, read))
    return replace(structured, **values, holder_name=names.normal(values["copyright_holder"]), conflicts=tuple(conflicts))


def _differ(given: str, read: str, names: Names) -> bool:
    one, other = names.normal(given) or given, names.normal(read) or read
    return "".join(filter(str.isalnum, one.lower())) != "".join(filter(str.isalnum, other.lower()))
