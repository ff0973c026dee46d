"""
NewsML 1.2, IPTC's older XML envelope: news items with components, of which one holds the text.

A `NewsML` document may hold several `NewsItem`s; each is one item. Components of a news item are its renditions, parts (title,
lead, body) or pictures.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from worker.formats import xml
from worker.formats.dateline_place import place_of
from worker.formats.errors import FormatError
from worker.formats.inline_story import from_element
from worker.formats.subjects import keyword, subject, with_media_topics
from worker.formats.times import moment
from worker.formats.xml import LANG, Element, attribute, flat, text_of
from worker.model import Body, Decoded, Embargo, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "newsml_1_2"
CONTENT_TYPES: Final = ("application/vnd.iptc.newsml+xml", "application/newsml+xml", "text/vnd.iptc.newsml", "application/xml", "text/xml")  # fmt: skip

_STATUS: Final = {
    "usable": "usable", "embargoed": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled",
    "killed": "canceled", "kill": "canceled", "withdrawn": "canceled", "deleted": "canceled",
}  # fmt: skip
_KINDS: Final = {
    "photo": "picture",
    "picture": "picture",
    "image": "picture",
    "graphic": "graphic",
    "video": "video",
    "audio": "audio",
}
_PICTURE: Final = frozenset(_KINDS)
_VERSION: Final = re.compile(r":(\d+)([A-Z]?)$")
_WORDS: Final = {
    "correction": "correction",
    "corrected": "correction",
    "update": "update",
    "advisory": "advisory",
    "test": "test",
}


def sniff(value: bytes) -> bool:
    """Whether the first element is `NewsML`."""
    return xml.root_of(value) == "newsml"


def read(raw: Raw) -> Sequence[Decoded]:
    """Read all news items of the document."""
    root, warnings = xml.parse(raw.value, raw.content_type)
    envelope = root.find("NewsEnvelope")
    items = root.findall("NewsItem") or list(root.iter("NewsItem"))
    if not items:
        raise FormatError("no NewsItem", Reason.INVALID)
    return tuple(_item(item, envelope, root, list(warnings)) for item in items[:1000])


def _name(element: Element | None) -> str:
    """Give the `FormalName` of an element, or its text."""
    return attribute(element, "FormalName") or text_of(element)


def _components(item: Element) -> Iterator[Element]:
    """All components, outer ones first."""
    return item.iter("NewsComponent")


def _first(item: Element, path: str) -> Element | None:
    """Give the first element at `path` in any component that says anything."""
    for component in _components(item):
        for found in component.findall(path):
            if text_of(found) or found.attrib or len(found):
                return found
    return None


def _identity(item: Element) -> tuple[str, str | None]:
    """Give the id without its version, and the version with its action's letter left out."""
    identifier = item.find("Identification/NewsIdentifier")
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


def _item(item: Element, envelope: Element | None, root: Element, warnings: list[str]) -> Decoded:
    uri, version = _identity(item)
    management = item.find("NewsManagement")
    fields: dict[str, Any] = {"type": "text"}
    extra: dict[str, Any] = {}
    status, signals, embargo = _management(management, extra, warnings)
    created = _time(management, "FirstCreated", warnings)
    updated = _time(management, "ThisRevisionCreated", warnings) or created
    if updated is None and envelope is not None:
        updated = _time(envelope, "DateAndTime", warnings)
    _urgency(fields, management, envelope)
    lines = _lines(item, fields, extra)
    source, creator = _parties(item)
    language = _language(item, root)
    rights = _rights(item, lines, source)
    _description(item, fields, extra)
    body, story, pictures = _content(item, language)
    headline = lines.get("HeadLine", "") or (story.headline if story else "")
    if not headline:
        headline = lines.get("title", "")
    if story and story.byline:
        fields.setdefault("by", story.byline)
    if story and story.notes:
        fields["edNote"] = "\n".join([*([fields["edNote"]] if "edNote" in fields else []), *story.notes])
    if pictures:
        fields["associations"] = pictures
    label = text_of(item.find("Identification/NameLabel"))
    slug = lines.get("SlugLine", "") or label
    if slug:
        fields["slugline"] = slug
    if label and label != slug:
        extra["label"] = label
    if "located" not in fields and place_of(lines.get("DateLine", "")):
        fields["located"] = place_of(lines["DateLine"])
    if creator:
        extra["creator"] = creator
    return Decoded(
        format=NAME,
        uri=uri,
        version=version,
        headline=headline,
        body=body,
        language=language,
        created=created,
        updated=updated,
        embargo=embargo,
        status=status,
        signals=signals,
        source=source or None,
        rights=rights,
        item=fields,
        extra=extra,
        warnings=tuple(warnings),
    )


def _time(parent: Element | None, tag: str, warnings: list[str]) -> int | None:
    text = text_of(parent.find(tag)) if parent is not None else ""
    if not text:
        return None
    found = moment(text)
    if found is None:
        warnings.append(f"{tag} is no time")
        return None
    if not found.zoned:
        warnings.append(f"{tag} has no zone, taken as UTC")
    return found.ms


def _management(
    management: Element | None, extra: dict[str, Any], warnings: list[str]
) -> tuple[str, tuple[str, ...], Embargo | None]:
    if management is None:
        return "usable", (), None
    word = _name(management.find("Status")).lower()
    status = _STATUS.get(word, "usable")
    if word and word not in _STATUS:
        extra["status"] = word
    signals = []
    kind = _name(management.find("NewsItemType"))
    if kind and kind.lower() != "news":
        extra["type"] = kind
    for instruction in management.findall("Instruction"):
        name = _name(instruction).lower()
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
    if change is not None and _STATUS.get(_name(change.find("FutureStatus")).lower()) == "usable":
        until = _time(change, "DateAndTime", warnings)
        embargo = Embargo(until=until, text=text_of(change.find("DateAndTime")) or "embargoed")
        status = "usable"
    elif word == "embargoed":
        embargo = Embargo(until=None, text="embargoed")
    return status, tuple(dict.fromkeys(signals)), embargo


def _urgency(fields: dict[str, Any], management: Element | None, envelope: Element | None) -> None:
    level = _name(management.find("Urgency")) if management is not None else ""
    if not level:
        level = _name(management.find("Priority")) if management is not None else ""
    if not level and envelope is not None:
        level = _name(envelope.find("Priority"))
    if level.isdecimal() and 1 <= int(level[:3]) <= 9:
        fields["urgency"] = int(level)


def _lines(item: Element, fields: dict[str, Any], extra: dict[str, Any]) -> dict[str, str]:
    """Give the news lines of the outermost component that has each."""
    found: dict[str, str] = {}
    words: dict[str, None] = {}
    for component in _components(item):
        lines = component.find("NewsLines")
        if lines is None:
            continue
        if found and _is_picture(component):
            continue
        for line in lines:
            text = text_of(line)
            if line.tag == "KeywordLine":
                if text:
                    words[text] = None
            elif line.tag == "NewsLine":
                name, value = _name(line.find("NewsLineType")), text_of(line.find("NewsLineText"))
                if value:
                    extra.setdefault("lines", {}).setdefault(name or "line", value)
            elif text:
                found.setdefault(line.tag, text)
    if found.get("ByLine"):
        fields["by"] = found["ByLine"]
    if found.get("DateLine"):
        extra["dateline"] = found["DateLine"]
    if found.get("SubHeadLine"):
        fields["headlines"] = [{"role": "subhead", "value": found["SubHeadLine"]}]
    if found.get("SeriesLine"):
        extra["series"] = found["SeriesLine"]
    fields["subjects"] = [keyword(word) for word in words]
    return found


def _parties(item: Element) -> tuple[str, str]:
    """Give the agency, and the person or desk that made the item."""
    names: dict[str, str] = {}
    for component in _components(item):
        metadata = component.find("AdministrativeMetadata")
        if metadata is None:
            continue
        for role in ("Provider", "Source", "Creator"):
            for party in metadata.findall(f"{role}/Party"):
                if _name(party):
                    names.setdefault(role, _name(party))
    source = names.get("Provider") or names.get("Source") or text_of(item.find("Identification/NewsIdentifier/ProviderId"))
    return source, names.get("Creator", "")


def _language(item: Element, root: Element) -> str | None:
    declared = _first(item, "DescriptiveMetadata/Language")
    language = _name(declared) if declared is not None else ""
    if not language:
        language = next((found for one in (item, *_components(item), root) if (found := one.get(LANG))), "")
    return language.lower() if len(language) == 2 else language or None


def _rights(item: Element, lines: dict[str, str], source: str) -> Rights:
    notice = lines.get("CopyrightLine", "")
    holder = year = terms = ""
    for component in _components(item):
        metadata = component.find("RightsMetadata")
        if metadata is None:
            continue
        holder = (
            holder
            or text_of(metadata.find("Copyright/CopyrightHolder"))
            or _name(metadata.find("Copyright/CopyrightHolder/Party"))
        )
        year = year or text_of(metadata.find("Copyright/CopyrightDate"))[:4]
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


def _properties(metadata: Element) -> Iterator[tuple[str, str]]:
    for one in metadata.findall("Property"):
        value = attribute(one, "Value") or text_of(one.find("Value"))
        if value:
            yield attribute(one, "FormalName"), value


def _description(item: Element, fields: dict[str, Any], extra: dict[str, Any]) -> None:
    """Subjects, genres, places and keywords of all components."""
    subjects: dict[str, dict[str, Any]] = {}
    genres: dict[str, None] = {}
    places: list[dict[str, Any]] = []
    words: dict[str, None] = {}
    interests: dict[str, None] = {}
    for component in _components(item):
        metadata = component.find("DescriptiveMetadata")
        if metadata is None:
            continue
        for group in metadata.findall("SubjectCode"):
            for one in group:
                code = attribute(one, "FormalName")
                if code and one.tag in {"Subject", "SubjectMatter", "SubjectDetail"}:
                    old = len(code) == 8 and code.isdecimal()
                    subjects.setdefault(code, subject(code, scheme=("medtop" if code[0] == "2" else "subj") if old else None))
        for genre in metadata.findall("Genre"):
            if _name(genre):
                genres[_name(genre)] = None
        for place in metadata.findall("Location"):
            _place(place, places, fields)
        for name, value in _properties(metadata):
            if name.lower() in {"keyword", "keywords"}:
                words[value] = None
        for one in metadata.findall("OfInterestTo"):
            if _name(one):
                interests[_name(one)] = None
    given = [*subjects.values(), *fields.pop("subjects", ())]
    known = {one.get("name") for one in given}
    given += [keyword(word) for word in words if word not in known]
    if given:
        fields["subjects"] = with_media_topics(given)
    if genres:
        fields["genres"] = [{"name": genre} for genre in genres]
    if places:
        fields["places"] = places
    if interests:
        extra["of_interest_to"] = list(interests)
    management = item.find("NewsComponent/AdministrativeMetadata")
    for name, value in _properties(management) if management is not None else ():
        if name.lower() in {"ednote", "editorialnote", "editorialinfo", "editorsnote", "note"}:
            fields["edNote"] = value


def _place(place: Element, places: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    parts = {name.lower(): value for name, value in _properties(place)}
    name = parts.get("city") or parts.get("sublocation") or parts.get("countryarea") or parts.get("country") or text_of(place)
    if not name:
        return
    origin = (place.get("HowPresent") or "").lower() == "origin"
    made: dict[str, Any] = {"name": name, "rel": "originates" if origin else "about"}
    if parts.get("country"):
        made["literal"] = parts["country"]
    try:
        made["geoJSON"] = {"type": "Point", "coordinates": [float(parts["longitude"]), float(parts["latitude"])]}
    except (KeyError, ValueError):
        pass
    if made not in places:
        places.append(made)
    if parts.get("city") and "located" not in fields:
        fields["located"] = parts["city"]


def _is_picture(component: Element) -> bool:
    role = _name(component.find("Role")).lower()
    kind = _name(component.find("ContentItem/MediaType")).lower()
    return kind in _PICTURE or role in _PICTURE


def _content(item: Element, language: str | None) -> tuple[Body | None, Any, list[dict[str, Any]]]:
    """Give the text and the pictures: of several texts the parts called lead and body, else the longest in the item's language."""
    found: list[tuple[str, Body, Any]] = []
    pictures: list[dict[str, Any]] = []
    top = item.find("NewsComponent")
    for component in _components(item):
        role = _name(component.find("Role")).lower()
        spoken = (component.get(LANG) or "").lower()
        if spoken and language and spoken[:2] != language[:2].lower() and component is not top:
            continue
        for content in component.findall("ContentItem"):
            kind = _name(content.find("MediaType")).lower()
            if kind in _PICTURE or content.get("Href"):
                _picture(component, content, kind, pictures)
                continue
            data = content.find("DataContent")
            made = from_element(data) if data is not None else (None, None)
            if made[0] is not None and role not in {"title", "headline", "caption"} and not _inside_picture(item, component):
                found.append((role, made[0], made[1]))
    if not found:
        return None, None, pictures
    lead = next((one for one in found if one[0] == "lead"), None)
    main = next((one for one in found if one[0] in {"body", "main", "main text", "text"}), None) or max(
        found, key=lambda one: len(one[1].value)
    )
    body = main[1]
    if lead is not None and lead is not main and lead[1].content_type == body.content_type and lead[1].value not in body.value:
        gap = "\n\n" if body.content_type == "text/plain" else "\n"
        body = Body(field=body.field, content_type=body.content_type, value=lead[1].value + gap + body.value)
    return body, main[2], pictures


def _inside_picture(item: Element, component: Element) -> bool:
    return any(
        _is_picture(outer) and any(one is component for one in outer.iter("NewsComponent")) for outer in _components(item)
    )


def _picture(component: Element, content: Element, kind: str, pictures: list[dict[str, Any]]) -> None:
    href = attribute(content, "Href")
    if not href or any(one.get("uri") == href for one in pictures) or len(pictures) >= 100:
        return
    made: dict[str, Any] = {"name": f"media{len(pictures) + 1}", "uri": href, "type": _KINDS.get(kind, "picture")}
    rendition: dict[str, Any] = {"name": _name(component.find("Role")) or "main", "href": href}
    mime = _name(content.find("MimeType"))
    if mime:
        rendition["contentType"] = mime
    made["renditions"] = [rendition]
    headline = flat(text_of(component.find("NewsLines/HeadLine")))
    if headline:
        made["headlines"] = [{"value": headline}]
    pictures.append(made)
