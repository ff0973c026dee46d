"""
Read the rights in a footer: who holds them and since when, who distributed the text, where it comes from, how it may be used.

Rules say where a name stands in their line and how far it is to be trusted (`rank`); the best rank wins. What the item's own
structured fields say wins over the text; where both speak and differ, that is recorded.
"""

import re
from dataclasses import replace
from typing import Final

from worker.model import Conflict, Rights
from worker.stages.footers.holder import read_holder, tidy
from worker.stages.footers.judge import Verdict
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import compiled
from worker.stages.footers.tail import Found

__all__ = ["read_rights", "unite"]

_NOTHING: Final = Rights()
_HOLDER_RANK: Final = 50
_DATELINE_RANK: Final = 58
_IMPLIED_RANK: Final = 70
_HEAD: Final = 500
_DATELINE: Final = compiled(
    r"\((\pL[\w/ .&-]{1,30})\)\s?[-–—_]|/(\p{Lu}[\w ]{2,20})/\s?[-–—]|^[^\n]{3,60}, \d[^\n]{2,20}\((\p{Lu}{2,8})\)"
)
# What follows a distributor's or source's name. Nothing in it repeats, so the standard library is linear here, and faster.
_BEHIND: Final = re.compile(
    r"(?i)\son behalf\b|\sto (?:the|our|you|lexis)|\s\(|[;|]|\.\s|\.$|,? all rights\b|\sunder\b|\shttps?:|\swww\.|\sand is\b|,? copyright\b|\s-\s"
)

_HOST: Final = compiled(r"(?:https?://|\b)(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,8})\b")
# Words in front of a name that are no part of it.
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
_PARTS: Final = str.maketrans("/(),*–—[]:", " " * 10)
_OUTLETS: Final = frozenset(("name", "wire-name", "small-code", "agency-code"))
_SIGNED: Final = frozenset(
    (
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
    )
)


def read_rights(found: tuple[Found, ...], text: str, names: Names) -> Rights:
    """Read the rights in the units of a footer or head; `text` is the whole text, whose dateline may name the agency."""
    best: dict[str, tuple[int, str]] = {}
    notice, terms = [], []
    holder = year = None
    for index, one in enumerate(found):
        unit = one.unit.text
        kinds = {met.kind for met in one.verdict.met}
        if "copyright" in kinds:
            notice.append(unit)
            if holder is None:
                below = found[index + 1].unit.text if index + 1 < len(found) else ""
                holder, year = read_holder(unit, below, year)
        if "terms" in kinds:
            terms.append(unit)
        _apply(one.verdict, unit, found[index + 1 :], names, best)
    if holder is not None:
        _keep_signed(best, names)
        _offer(best, "source", _HOLDER_RANK, holder)
    if "source" not in best or best["source"][0] > _DATELINE_RANK:
        front = text[:_HEAD]
        match = _DATELINE.search(front) if (")" in front or "/" in front) else None
        if match:
            _offer(best, "source", _DATELINE_RANK, next(filter(None, match.groups())))
    source = best.get("source", (0, None))[1]
    return Rights(
        copyright_holder=holder,
        copyright_year=year,
        copyright_notice=" ".join(notice) or None,
        distributor=best.get("distributor", (0, None))[1],
        source=source and names.spelt(source),
        usage_terms=" ".join(terms) or None,
    )


def _apply(verdict: Verdict, unit: str, below: tuple[Found, ...], names: Names, best: dict[str, tuple[int, str]]) -> None:
    """Offer what the rules of one unit read in it."""
    rule = verdict.rule
    if (
        rule is not None
        and rule.id in ("dashed-agency", "byline")
        and below
        and below[0].verdict.rule
        and below[0].verdict.rule.id in _OUTLETS
    ):
        _offer(best, "source", 10, below[0].unit.text)
        return
    if rule is not None and rule.id in _SIGNED:
        signed = [part for part in unit.translate(_PARTS).split() if names.code(part)]
        if len(signed) == 1 or rule.id == "agency-initials":
            _offer(best, "source", 14, signed[0] if signed else None)
    for met in verdict.met:
        for reading in met.readings:
            if reading.field in best and best[reading.field][0] <= reading.rank:
                continue
            match = reading.pattern.search(unit)
            written = next(filter(None, match.groups()), None) if match else None
            if written:
                name = _name(written)
                _offer(best, reading.field, reading.rank, name and names.leading(name))
        for field, name in met.implies.items():
            _offer(best, field, _IMPLIED_RANK, name)
    if "http" in unit or "www." in unit:
        for host in _HOST.findall(unit):
            _offer(best, "distributor", 15, names.of_host(host))


def _name(written: str) -> str | None:
    """Read the name at the start of what a rule read: up to what cannot be part of it; of an address, its host."""
    if ("http" in written or "www." in written) and (host := _HOST.search(written)):
        if host.start() < 2:
            return str(host[1]).rsplit(".", 1)[0]
        written = written[: host.start()]
    stop = _BEHIND.search(written)
    written = written[: stop.start()] if stop and stop.start() else written
    name = tidy(written)
    while name and " " in name and name.partition(" ")[0].lower() in _WITH and name[:4] != "The ":
        name = name.partition(" ")[2]
    return name.removeprefix("l’").removeprefix("l'") if name else None


def _keep_signed(best: dict[str, tuple[int, str]], names: Names) -> None:
    """Beside a copyright line a sign-off counts as a source only if it is an agency's."""
    rank, source = best.get("source", (0, ""))
    if 10 < rank < 30 and not any(names.code(part) for part in source.replace("/", " ").replace(",", " ").split()):
        del best["source"]


def _offer(best: dict[str, tuple[int, str]], field: str, rank: int, value: str | None) -> None:
    if value and (field not in best or rank < best[field][0]):
        best[field] = (rank, value)


def unite(structured: Rights, text: Rights, names: Names) -> Rights:
    """Let structured fields win and the text fill; record where they differ, and the normal name of the holder."""
    if text == _NOTHING and structured.copyright_holder is None:
        return structured
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
