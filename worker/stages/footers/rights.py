"""
Read the rights in a footer: who holds them and since when, who distributed the text, where it comes from, how it may be used.

Rules say where a name stands in their line and how far it is to be trusted (`rank`); the best rank wins. What the item's own
structured fields say wins over the text; where both speak and differ, that is recorded.
"""

from dataclasses import replace
from typing import Final

from worker.model import Conflict, Rights
from worker.stages.footers.holder import read_holder, tidy
from worker.stages.footers.judge import Verdict
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import compiled
from worker.stages.footers.tail import Found

__all__ = ["read_rights", "unite"]

_HOLDER_RANK: Final = 50
_DATELINE_RANK: Final = 58
_IMPLIED_RANK: Final = 70
_HEAD: Final = 700
_DATELINE: Final = compiled(
    r"\((\p{Lu}[\w/ .&-]{1,30})\)\s?(?:[-–—_.:]|\s)|/(\p{Lu}[\w ]{2,20})/|\((BUSINESS WIRE|[A-Z][A-Z ]{2,25})\)\s?-|^[^\n]{3,60}, \d[^\n]{2,20}\((\p{Lu}{2,8})\)"
)
# What follows a distributor's or source's name.
_BEHIND: Final = compiled(r"(?i)\son behalf\b|\sto (?:the|our|you|lexis)|\s\(|[;|]|\.\s|\.$|,? all rights\b|\sunder\b|\shttps?:|\swww\.|\sand is\b|,? copyright\b|\s-\s")


def read_rights(found: tuple[Found, ...], text: str, names: Names) -> Rights:
    """Read the rights in the units of a footer or head; `text` is the whole text, whose dateline may name the agency."""
    best: dict[str, tuple[int, str]] = {}
    notice, terms = [], []
    holder = year = None
    for index, one in enumerate(found):
        rule = one.verdict.rule
        if rule is None:
            continue
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
        match = _DATELINE.search(text[:_HEAD]) if "(" in text[:_HEAD] or "/" in text[:_HEAD] else None
        if match:
            _offer(best, "source", _DATELINE_RANK, next(filter(None, match.groups())))
    return Rights(
        copyright_holder=holder,
        copyright_year=year,
        copyright_notice=" ".join(notice) or None,
        distributor=best.get("distributor", (0, None))[1],
        source=best.get("source", (0, None))[1],
        usage_terms=" ".join(terms) or None,
    )


def _apply(verdict: Verdict, unit: str, below: tuple[Found, ...], names: Names, best: dict[str, tuple[int, str]]) -> None:
    """Offer what the rules of one unit read in it."""
    rule = verdict.rule
    assert rule is not None  # noqa: S101 - the caller leaves out units without
    if rule.id in ("dashed-agency", "byline") and below and below[0].verdict.rule and below[0].verdict.rule.id == "name":
        _offer(best, "source", 10, below[0].unit.text)
        return
    if rule.id in ("initials", "agency-initials", "with-agency", "name-and-agency"):
        signed = [part for part in unit.replace("/", " ").replace("(", " ").replace(")", " ").split() if names.code(part)]
        if signed:
            _offer(best, "source", 14, signed[0])
    for met in verdict.met:
        for reading in met.readings:
            match = reading.pattern.search(unit)
            written = next(filter(None, match.groups()), None) if match else None
            if written:
                stop = _BEHIND.search(written)
                _offer(best, reading.field, reading.rank, tidy(written[: stop.start()] if stop and stop.start() else written))
        for field, name in met.implies.items():
            _offer(best, field, _IMPLIED_RANK, name)


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
