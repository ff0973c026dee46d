"""Read `rightsInfo`, `itemMeta` and `contentMeta` of a NewsML-G2 item."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from worker.formats.dateline_place import place_of
from worker.formats.subjects import concept_uri, keyword, subject, with_media_topics
from worker.formats.times import iso, moment
from worker.formats.xml import LANG, Element, flat, text_of
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
_PLACES: Final = frozenset({"poi", "geoarea", "city", "country", "statprov", "place", "location", "geofeature"})
_PEOPLE: Final = frozenset({"person"})
_ORGANISATIONS: Final = frozenset({"organisation", "organization", "company"})
_EVENTS: Final = frozenset({"event"})


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


def _named(element: Element | None) -> str:
    """Give the name of a party or concept: its `name`, literal, or what follows the colon of its code."""
    if element is None:
        return ""
    for child in element:
        if child.tag == "name" and text_of(child):
            return text_of(child)
    literal = element.get("literal")
    if literal:
        return flat(literal)
    code = element.get("qcode")
    return flat(code).rpartition(":")[2] if code else ""


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
        found.holder = found.holder or _named(holder)
        notices = _spoken(info.findall("copyrightNotice"), language)
        terms = [text for text in _spoken(info.findall("usageTerms"), language) if text.lower() not in {"none", "null", "n/a"}]
        found.notice = found.notice or (notices[0] if notices else "")
        found.terms = found.terms or " ".join(terms)
        links = [one.get("href", "") for one in info.findall("link") if one.get("href")]
        if links:
            found.extra["rights_links"] = links
    return found


def _time(parent: Element | None, tag: str, warnings: list[str]) -> int | None:
    text = text_of(parent.find(tag)) if parent is not None else ""
    if not text:
        return None
    time = moment(text)
    if time is None:
        warnings.append(f"{tag} is no time")
        return None
    if not time.zoned:
        warnings.append(f"{tag} has no zone, taken as UTC")
    return time.ms


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
        _content(found, content, warnings)
    if not found.headline and item_meta is not None:
        found.headline = text_of(item_meta.find("title"))
    if not found.source and header is not None:
        found.source = text_of(header.find("sender"))
    if found.updated is None:
        found.updated = found.created if header is None else found.created or _time(header, "sent", warnings)
    _members(found, item)
    _assertions(found, item)
    return found


def _administration(found: Meta, meta: Element, warnings: list[str]) -> None:
    fields, extra = found.fields, found.extra
    kind = _code(meta.find("itemClass"))
    if kind in _KINDS:
        fields["type"] = kind
    elif kind:
        extra["class"] = kind
    found.source = _named(meta.find("provider"))
    found.updated = _time(meta, "versionCreated", warnings)
    found.created = _time(meta, "firstCreated", warnings)
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
    expires = _time(meta, "expires", warnings)
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
    services = [_named(one) for one in meta.findall("service")]
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


def _content(found: Meta, meta: Element, warnings: list[str]) -> None:
    fields, extra = found.fields, found.extra
    heads = meta.findall("headline")
    lines = _spoken(heads, found.language)
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
    line = text_of(meta.find("dateline"))
    if line:
        extra["dateline"] = line
    located = meta.find("located")
    if located is not None and (place := _named(located)) and place.lower() != "poi":
        fields["located"] = place
    elif line and place_of(line):
        fields["located"] = place_of(line)
    created = _time(meta, "contentCreated", [])
    if created is not None:
        fields["contentCreated"] = iso(created)
    credit = text_of(meta.find("creditline"))
    if credit:
        extra["credit"] = credit
    descriptions = [
        {"role": _role(one), "value": text} if _role(one) else {"value": text}
        for one in meta.findall("description")
        if (text := text_of(one))
    ]
    if descriptions:
        fields["descriptions"] = descriptions
    sources = [{"name": _named(one), "role": _role(one) or "source"} for one in meta.findall("infoSource") if _named(one)]
    if sources:
        fields["infoSources"] = sources
    genres = [_genre(one) for one in meta.findall("genre")]
    if any(genres):
        fields["genres"] = [genre for genre in genres if genre]
    ids = [{"role": (one.get("type") or "altId"), "value": text} for one in meta.findall("altId") if (text := text_of(one))]
    if ids:
        fields["altIds"] = ids
    audience = [_named(one) for one in meta.findall("audience")]
    if any(audience):
        extra["audience"] = [one for one in audience if one]
    _subjects(found, meta)


def _role(element: Element) -> str:
    return (element.get("role") or "").rpartition(":")[2]


def _genre(element: Element) -> dict[str, str]:
    made = {}
    code, name = element.get("qcode") or element.get("literal"), _named(element)
    if name:
        made["name"] = name
    if code:
        made["literal"] = code
        uri = concept_uri(code)
        if uri:
            made["uri"] = uri
    return made


def _people(found: Meta, meta: Element) -> None:
    """Give the byline; without one a creator with the name of a person, not of a login or an agency."""
    by = text_of(meta.find("by"))
    creators = [(_named(one), one) for one in meta.findall("creator")]
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
    names += [_named(one) for one in meta.findall("contributor") if _named(one)]
    if names:
        found.extra["contributors"] = list(dict.fromkeys(names))


def _subjects(found: Meta, meta: Element) -> None:
    fields = found.fields
    subjects: list[dict[str, Any]] = []
    own = (found.language or "")[:2].lower()
    for one in meta.findall("subject"):
        code = (one.get("qcode") or one.get("uri") or one.get("literal") or "").strip()
        name = _name_in(one, own)
        kind = (one.get("type") or "").rpartition(":")[2].lower()
        if not code and not name:
            continue
        made = subject(code, name) if code else {"name": name, "rel": "about"}
        if made.get("literal", "").startswith(("http://", "https://")):
            del made["literal"]
        if kind in _PLACES:
            fields.setdefault("places", []).append(made | {"rel": "about"})
        elif kind in _PEOPLE:
            fields.setdefault("people", []).append(made)
        elif kind in _ORGANISATIONS:
            fields.setdefault("organisations", []).append(made)
        elif kind in _EVENTS:
            fields.setdefault("events", []).append(made)
        else:
            subjects.append(made)
            subjects += [
                subject(same, name) for link in one.findall("sameAs") if (same := link.get("qcode") or "").startswith("medtop:")
            ]
    subjects += [keyword(text) for one in meta.findall("keyword") if (text := text_of(one))]
    if subjects:
        fields["subjects"] = with_media_topics(subjects)


def _name_in(element: Element, own: str) -> str:
    """Give the name in the item's language, else the first."""
    names = [(text, (one.get(LANG) or "")[:2].lower()) for one in element.findall("name") if (text := text_of(one))]
    for text, spoken in names:
        if spoken == own:
            return text
    return names[0][0] if names else ""


def _members(found: Meta, item: Element) -> None:
    """Give the links of a package, as associations."""
    if item.tag != "packageItem":
        return
    members: list[dict[str, Any]] = []
    for one in list(item.iter("itemRef"))[:200]:
        uri = flat(one.get("residref")) or flat(one.get("href"))
        if not uri:
            continue
        made: dict[str, Any] = {"name": f"member{len(members) + 1}", "uri": uri}
        title = text_of(one.find("headline")) or text_of(one.find("title"))
        if title:
            made["headlines"] = [{"value": title}]
        members.append(made)
    if members:
        found.fields["associations"] = members


def _assertions(found: Meta, item: Element) -> None:
    """Tell what `assert` tells of the place that `located` only names by a code."""
    for one in item.findall("assert"):
        details = one.find("POIDetails")
        if details is None:
            continue
        city = text_of(details.find("address/locality/name"))
        country = details.find("address/country/name")
        if city:
            found.fields.setdefault("located", city)
            place: dict[str, Any] = {"name": city, "rel": "about"}
            if country is not None:
                found.extra.setdefault("country", text_of(country))
            found.fields.setdefault("places", []).append(place)
