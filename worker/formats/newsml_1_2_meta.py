"""Read identification, management, lines, parties and rights of a NewsML 1.2 item."""

import re
from collections.abc import Iterator
from typing import Any, Final

from worker.formats.subjects import keyword
from worker.formats.times import read_time
from worker.formats.xml import LANG, Element, attribute, below, text_of
from worker.model import Embargo, Rights

__all__ = [
    "KINDS",
    "PICTURES",
    "components",
    "identity",
    "is_picture",
    "language_of",
    "lines_of",
    "management_of",
    "name_of",
    "parties_of",
    "properties",
    "rights_of",
    "urgency_of",
]


_STATUS: Final = {
    "usable": "usable", "embargoed": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled",
    "killed": "canceled", "kill": "canceled", "withdrawn": "canceled", "deleted": "canceled",
}  # fmt: skip


_WORDS: Final = {
    "correction": "correction",
    "corrected": "correction",
    "update": "update",
    "advisory": "advisory",
    "test": "test",
}


_VERSION: Final = re.compile(r":(\d+)([A-Z]?)$")


def name_of(element: Element | None) -> str:
    """Give the `FormalName` of an element, or its text."""
    return attribute(element, "FormalName") or text_of(element)


def components(item: Element) -> Iterator[Element]:
    """All components, outer ones first."""
    return item.iter("NewsComponent")


def _first(item: Element, outer: str, inner: str) -> Element | None:
    """Give the first element `inner` of an `outer` in any component that says anything."""
    for component in components(item):
        for holder in component.findall(outer):
            for found in holder.findall(inner):
                if text_of(found) or found.attrib or len(found):
                    return found
    return None


def identity(item: Element) -> tuple[str, str | None]:
    """Give the id without its version, and the version with its action's letter left out."""
    identifier = below(item, "Identification", "NewsIdentifier")
    if identifier is None:
        return "", None
    public = text_of(identifier.find("PublicIdentifier"))
    provider, date, number = (text_of(identifier.find(tag)) for tag in ("ProviderId", "DateId", "NewsItemId"))
    revision = text_of(identifier.find("RevisionId")) or None
    if public and (not number or number in public):
        match = _VERSION.search(public)
        if match and (revision is None or match[1] == revision or match[1] + match[2] == revision):
            return public[: match.start()], revision or match[1]
        return public, revision
    if number:
        return ":".join(part for part in ("urn:newsml", provider, date, number) if part), revision
    return public, revision


def management_of(
    management: Element | None, extra: dict[str, Any], warnings: list[str]
) -> tuple[str, tuple[str, ...], Embargo | None]:
    """Read status, signals and embargo; what else management tells goes to `extra`."""
    if management is None:
        return "usable", (), None
    word = name_of(management.find("Status")).lower()
    status = _STATUS.get(word, "usable")
    if word and word not in _STATUS:
        extra["status"] = word
    signals = []
    kind = name_of(management.find("NewsItemType"))
    if kind and kind.lower() != "news":
        extra["type"] = kind
    for instruction in management.findall("Instruction"):
        name = name_of(instruction).lower()
        if name in _WORDS:
            signals.append(_WORDS[name])
        elif name:
            extra.setdefault("instructions", []).append(name)
    if kind.lower() in _WORDS:
        signals.append(_WORDS[kind.lower()])
    related = {}
    for tag in ("DerivedFrom", "AssociatedWith"):
        found = [attribute(one, "NewsItem") for one in management.findall(tag)]
        if any(found):
            related[tag] = [one for one in found if one]
    if related:
        extra["related"] = related
    change = management.find("StatusWillChange")
    embargo = None
    if change is not None and _STATUS.get(name_of(change.find("FutureStatus")).lower()) == "usable":
        until = read_time(text_of(change.find("DateAndTime")) if change is not None else "", "DateAndTime", warnings)
        embargo = Embargo(until=until, text=text_of(change.find("DateAndTime")) or "embargoed")
        status = "usable"
    elif word == "embargoed":
        embargo = Embargo(until=None, text="embargoed")
    return status, tuple(dict.fromkeys(signals)), embargo


def urgency_of(fields: dict[str, Any], management: Element | None, envelope: Element | None) -> None:
    """Read the urgency, else the priority of item or envelope."""
    level = name_of(management.find("Urgency")) if management is not None else ""
    if not level:
        level = name_of(management.find("Priority")) if management is not None else ""
    if not level and envelope is not None:
        level = name_of(envelope.find("Priority"))
    if level.isdecimal() and 1 <= int(level[:3]) <= 9:
        fields["urgency"] = int(level)


def lines_of(item: Element, fields: dict[str, Any], extra: dict[str, Any]) -> dict[str, str]:
    """Read the news lines of the outermost component that has each."""
    found: dict[str, str] = {}
    words: dict[str, None] = {}
    for component in components(item):
        lines = component.find("NewsLines")
        if lines is not None and not (found and is_picture(component)):
            for line in lines:
                _line(line, found, words, extra)
    for tag, target, name in (("ByLine", fields, "by"), ("DateLine", extra, "dateline"), ("SeriesLine", extra, "series")):
        if found.get(tag):
            target[name] = found[tag]
    if found.get("SubHeadLine"):
        fields["headlines"] = [{"role": "subhead", "value": found["SubHeadLine"]}]
    fields["subjects"] = [keyword(word) for word in words]
    return found


def _line(line: Element, found: dict[str, str], words: dict[str, None], extra: dict[str, Any]) -> None:
    text = text_of(line)
    if line.tag == "NewsLine":
        name, value = name_of(line.find("NewsLineType")), text_of(line.find("NewsLineText"))
        if value:
            extra.setdefault("lines", {}).setdefault(name or "line", value)
    elif text and line.tag == "KeywordLine":
        words[text] = None
    elif text:
        found.setdefault(line.tag, text)


def parties_of(item: Element) -> tuple[str, str]:
    """Give the agency, and the person or desk that made the item."""
    names: dict[str, str] = {}
    for component in components(item):
        metadata = component.find("AdministrativeMetadata")
        if metadata is None:
            continue
        for role in ("Provider", "Source", "Creator"):
            for holder in metadata.findall(role):
                for party in holder.findall("Party"):
                    if name_of(party):
                        names.setdefault(role, name_of(party))
    source = names.get("Provider") or names.get("Source") or text_of(item.find("Identification/NewsIdentifier/ProviderId"))
    return source, names.get("Creator", "")


def language_of(item: Element, root: Element) -> str | None:
    """Name the language that the item declares, else that of the nearest element."""
    declared = _first(item, "DescriptiveMetadata", "Language")
    language = name_of(declared) if declared is not None else ""
    if not language:
        language = next((found for one in (item, *components(item), root) if (found := one.get(LANG))), "")
    return language.lower() if len(language) == 2 else language or None


def rights_of(item: Element, lines: dict[str, str], source: str) -> Rights:
    """Read the rights metadata; the copyright line stands in for a notice."""
    notice = lines.get("CopyrightLine", "")
    holder = year = terms = ""
    for component in components(item):
        metadata = component.find("RightsMetadata")
        if metadata is None:
            continue
        holder = (
            holder
            or text_of(below(metadata, "Copyright", "CopyrightHolder"))
            or name_of(metadata.find("Copyright/CopyrightHolder/Party"))
        )
        year = year or text_of(below(metadata, "Copyright", "CopyrightDate"))[:4]
        parts = [
            text_of(one)
            for usage in metadata.findall("UsageRights")
            for one in usage
            if one.tag in {"UsageType", "Limitations", "Geography"}
        ]
        terms = terms or " ".join(part for part in parts if part)
    terms = terms or lines.get("RightsLine", "")
    return Rights(
        copyright_holder=holder or None,
        copyright_year=year or None,
        copyright_notice=notice or None,
        source=source or None,
        usage_terms=terms or None,
    )


def properties(metadata: Element) -> Iterator[tuple[str, str]]:
    """Give the properties that have a value, by name."""
    for one in metadata.findall("Property"):
        value = attribute(one, "Value") or text_of(one.find("Value"))
        if value:
            yield attribute(one, "FormalName"), value


KINDS: Final = {
    "photo": "picture",
    "picture": "picture",
    "image": "picture",
    "graphic": "graphic",
    "video": "video",
    "audio": "audio",
}


PICTURES: Final = frozenset(KINDS)


def is_picture(component: Element) -> bool:
    """Say whether a component is a picture, a film or a sound."""
    role = name_of(component.find("Role")).lower()
    kind = name_of(below(component, "ContentItem", "MediaType")).lower()
    return kind in PICTURES or role in PICTURES
