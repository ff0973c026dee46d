"""Read `rightsInfo`, `itemMeta` and `contentMeta` of a NewsML-G2 item."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from worker.formats.dateline_place import place_of
from worker.formats.g2_subjects import assertions, genre_of, members_of, named, subjects_of
from worker.formats.times import iso, moment, read_time
from worker.formats.xml import LANG, Element, text_of
from worker.model import Embargo

__all__ = ["Meta", "RightsInfo", "read_meta", "read_rights"]

_STATUS: Final = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
}
# Codes of signals, IPTC's (`sig:correction`) and those that agencies use instead (`edStat:C`), by what follows the colon.
_SIGNALS: Final = {
    "update": "update", "correction": "correction", "corrected": "correction", "advisory": "advisory", "test": "test",
}  # fmt: skip
_EDIT_STATUS: Final = {"u": "update", "c": "correction"}
_KINDS: Final = frozenset({"text", "audio", "video", "picture", "graphic", "composite", "planning", "event", "component"})


@dataclass(slots=True)
class Meta:
    """What was found; empty text or None if the item does not tell."""

    headline: str = ""
    language: str | None = None
    created: int | None = None
    updated: int | None = None
    embargo: Embargo | None = None
    status: str = "usable"
    signals: tuple[str, ...] = ()
    source: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class RightsInfo:
    """Holder, notice and terms; the first that is given in the item's language."""

    holder: str = ""
    notice: str = ""
    terms: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def _spoken(elements: Iterable[Element], language: str | None) -> list[str]:
    """Give the texts in the item's language, else all of them."""
    found = [(text, (one.get(LANG) or "")[:2].lower()) for one in elements if (text := text_of(one))]
    own = (language or "")[:2].lower()
    fitting = [text for text, spoken in found if spoken in {"", own}]
    return fitting or [text for text, _ in found]


def read_rights(item: Element, language: str | None) -> RightsInfo:
    """Read all `rightsInfo` elements that speak of the whole item."""
    found = RightsInfo()
    for info in item.findall("rightsInfo"):
        holder = info.find("copyrightHolder")
        found.holder = found.holder or named(holder)
        notices = _spoken(info.findall("copyrightNotice"), language)
        terms = [text for text in _spoken(info.findall("usageTerms"), language) if text.lower() not in {"none", "null", "n/a"}]
        found.notice = found.notice or (notices[0] if notices else "")
        found.terms = found.terms or " ".join(terms)
        links = [one.get("href", "") for one in info.findall("link") if one.get("href")]
        if links:
            found.extra["rights_links"] = links
    return found


def read_meta(item: Element, header: Element | None, warnings: list[str]) -> Meta:
    """Read both meta blocks; the header of a message fills gaps."""
    found = Meta()
    item_meta, content = item.find("itemMeta"), item.find("contentMeta")
    language = content.find("language") if content is not None else None
    tag = (language.get("tag") or "") if language is not None else ""
    found.language = tag.strip() or (item.get(LANG) or "").strip() or None
    found.fields["type"] = "composite" if item.tag == "packageItem" else "text"
    if item_meta is not None:
        _administration(found, item_meta, warnings)
    if content is not None:
        _content(found, content)
    if not found.headline and item_meta is not None:
        found.headline = text_of(item_meta.find("title"))
    if not found.source and header is not None:
        found.source = text_of(header.find("sender"))
    if found.updated is None:
        found.updated = (
            found.created
            if header is None
            else found.created or read_time(text_of(header.find("sent")) if header is not None else "", "sent", warnings)
        )
    members_of(item, found.fields)
    assertions(item, found.fields, found.extra)
    return found


def _administration(found: Meta, meta: Element, warnings: list[str]) -> None:
    fields, extra = found.fields, found.extra
    kind = _code(meta.find("itemClass"))
    if kind in _KINDS:
        fields["type"] = kind
    elif kind:
        extra["class"] = kind
    found.source = named(meta.find("provider"))
    found.updated = read_time(text_of(meta.find("versionCreated")) if meta is not None else "", "versionCreated", warnings)
    found.created = read_time(text_of(meta.find("firstCreated")) if meta is not None else "", "firstCreated", warnings)
    embargo = meta.find("embargoed")
    if embargo is not None:
        words = text_of(embargo)
        time = moment(words) if words else None
        if time is not None and not time.zoned:
            warnings.append("embargoed has no zone, taken as UTC")
        if words:
            found.embargo = Embargo(until=time.ms if time else None, text=words)
        else:
            warnings.append("embargoed without a time")
            found.embargo = Embargo(until=None, text="embargoed")
    status = _code(meta.find("pubStatus"))
    found.status = _STATUS.get(status, "usable")
    expires = read_time(text_of(meta.find("expires")) if meta is not None else "", "expires", warnings)
    if expires is not None:
        fields["expires"] = iso(expires)
    if text_of(meta.find("title")):
        fields["title"] = text_of(meta.find("title"))
    if text_of(meta.find("profile")):
        fields["profile"] = text_of(meta.find("profile"))
    notes = [text for note in meta.findall("edNote") if "notepad" not in (note.get("role") or "") and (text := text_of(note))]
    if notes:
        fields["edNote"] = "\n".join(dict.fromkeys(notes))
    _signals(found, meta)
    services = [named(one) for one in meta.findall("service")]
    if any(services):
        extra["services"] = [service for service in services if service]
    links = [
        {key: value for key in ("rel", "residref", "href", "version", "contenttype") if (value := link.get(key))}
        for link in meta.findall("link")
    ]
    if links:
        extra["links"] = links


def _code(element: Element | None) -> str:
    """Tell what follows the colon of a code, in lower case."""
    if element is None:
        return ""
    return (
        (element.get("qcode") or element.get("uri") or element.get("literal") or "")
        .strip()
        .replace("/", ":")
        .rpartition(":")[2]
        .lower()
    )


def _signals(found: Meta, meta: Element) -> None:
    signals, others = [], []
    for signal in meta.findall("signal"):
        code = (signal.get("qcode") or signal.get("uri") or "").strip()
        scheme, _, word = code.replace("/", ":").rpartition(":")
        if word.lower() in _SIGNALS:
            signals.append(_SIGNALS[word.lower()])
        elif scheme.lower() in {"edstat", "editstatus"} and word.lower() in _EDIT_STATUS:
            signals.append(_EDIT_STATUS[word.lower()])
        elif code:
            others.append(code)
    found.signals = tuple(dict.fromkeys(signals))
    if others:
        found.extra["signals"] = others


def _content(found: Meta, meta: Element) -> None:
    fields, extra = found.fields, found.extra
    lines = _spoken(sorted(meta.findall("headline"), key=_rank), found.language)
    if lines:
        found.headline = lines[0]
        rest = [text for text in lines[1:] if text != lines[0]]
        if rest:
            fields["headlines"] = [{"value": text} for text in rest]
    slug = text_of(meta.find("slugline"))
    if slug:
        fields["slugline"] = slug
    level = text_of(meta.find("urgency"))
    if level.isdecimal() and 1 <= int(level[:3]) <= 9:
        fields["urgency"] = int(level)
    _people(found, meta)
    _scene(found, meta)
    created = read_time(text_of(meta.find("contentCreated")), "contentCreated", [])
    if created is not None:
        fields["contentCreated"] = iso(created)
    credit = text_of(meta.find("creditline"))
    if credit:
        extra["credit"] = credit
    lists = {
        "descriptions": [
            {"role": _role(one), "value": text} if _role(one) else {"value": text}
            for one in meta.findall("description")
            if (text := text_of(one))
        ],
        "infoSources": [
            {"name": named(one), "role": _role(one) or "source"} for one in meta.findall("infoSource") if named(one)
        ],
        "genres": [genre for one in meta.findall("genre") if (genre := genre_of(one))],
        "altIds": [
            {"role": one.get("type") or "altId", "value": text} for one in meta.findall("altId") if (text := text_of(one))
        ],
    }
    fields.update((name, entries) for name, entries in lists.items() if entries)
    audience = [name for one in meta.findall("audience") if (name := named(one))]
    if audience:
        extra["audience"] = audience
    subjects_of(meta, found.language, fields)


def _scene(found: Meta, meta: Element) -> None:
    """Read where the story was filed: the `located` element before the dateline."""
    line = text_of(meta.find("dateline"))
    if line:
        found.extra["dateline"] = line
    located = meta.find("located")
    place = named(located)
    if located is not None and place and place.lower() != "poi":
        found.fields["located"] = place
    elif line and place_of(line):
        found.fields["located"] = place_of(line)


def _rank(element: Element) -> tuple[bool, int]:
    """Order headlines: those without a role or called main before others, then by rank."""
    role = (element.get("role") or "").rpartition(":")[2].lower()
    rank = element.get("rank") or ""
    return role not in {"", "main", "headline", "title"}, int(rank) if rank.isdecimal() and len(rank) < 6 else 0


def _role(element: Element) -> str:
    return (element.get("role") or "").rpartition(":")[2]


def _people(found: Meta, meta: Element) -> None:
    """Give the byline; without one a creator with the name of a person, not of a login or an agency."""
    by = text_of(meta.find("by"))
    creators = [(named(one), one) for one in meta.findall("creator")]
    if not by:
        for name, one in creators:
            if (
                " " in name
                and one.get("literal") is None
                and one.get("qcode") is None
                and name != found.source
                and not name.isupper()
            ):
                by = name
                break
    if by:
        found.fields["by"] = by
    names = [name for name, _ in creators if name and name != by]
    names += [named(one) for one in meta.findall("contributor") if named(one)]
    if names:
        found.extra["contributors"] = list(dict.fromkeys(names))
