"""
NewsML 1.2, IPTC's older XML envelope: news items with components, of which one holds the text.

A `NewsML` document may hold several `NewsItem`s; each is one item. Components of a news item are its renditions, parts (title,
lead, body) or pictures.
"""

from collections.abc import Sequence
from typing import Any, Final

from worker.formats import xml
from worker.formats.dateline_place import place_of
from worker.formats.errors import FormatError
from worker.formats.inline_story import from_element
from worker.formats.newsml_1_2_meta import (
    KINDS,
    PICTURES,
    components,
    identity,
    is_picture,
    language_of,
    lines_of,
    management_of,
    name_of,
    parties_of,
    rights_of,
    urgency_of,
)
from worker.formats.newsml_1_2_subjects import description_of
from worker.formats.times import read_time
from worker.formats.xml import LANG, Element, attribute, below, flat, text_of
from worker.model import Body, Decoded, Raw
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "newsml_1_2"
CONTENT_TYPES: Final = ("application/vnd.iptc.newsml+xml", "application/newsml+xml", "text/vnd.iptc.newsml", "application/xml", "text/xml")  # fmt: skip


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


def _item(item: Element, envelope: Element | None, root: Element, warnings: list[str]) -> Decoded:
    uri, version = identity(item)
    management = item.find("NewsManagement")
    fields: dict[str, Any] = {"type": "text"}
    extra: dict[str, Any] = {}
    status, signals, embargo = management_of(management, extra, warnings)
    created = read_time(text_of(management.find("FirstCreated")) if management is not None else "", "FirstCreated", warnings)
    updated = (
        read_time(
            text_of(management.find("ThisRevisionCreated")) if management is not None else "", "ThisRevisionCreated", warnings
        )
        or created
    )
    if updated is None and envelope is not None:
        updated = read_time(text_of(envelope.find("DateAndTime")) if envelope is not None else "", "DateAndTime", warnings)
    urgency_of(fields, management, envelope)
    lines = lines_of(item, fields, extra)
    source, creator = parties_of(item)
    language = language_of(item, root)
    rights = rights_of(item, lines, source)
    description_of(item, fields, extra)
    body, story, pictures = _content(item, language)
    headline = lines.get("HeadLine", "") or (story.headline if story else "")
    if not headline:
        headline = lines.get("title", "")
    if story and story.dateline:
        extra.setdefault("dateline", story.dateline)
    if story and story.place:
        fields.setdefault("located", story.place)
    if story and story.byline:
        fields.setdefault("by", story.byline)
    if story and story.notes:
        fields["edNote"] = "\n".join([*([fields["edNote"]] if "edNote" in fields else []), *story.notes])
    if pictures:
        fields["associations"] = pictures
    label = text_of(below(item, "Identification", "NameLabel"))
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


def _content(item: Element, language: str | None) -> tuple[Body | None, Any, list[dict[str, Any]]]:
    """Give the text and the pictures: of several texts the parts called lead and body, else the longest in the item's language."""
    found: list[tuple[str, Body, Any]] = []
    captions: list[tuple[str, Body, Any]] = []
    pictures: list[dict[str, Any]] = []
    top = item.find("NewsComponent")
    parts = list(components(item))
    shown = {id(one) for outer in parts if is_picture(outer) for one in components(outer)}  # a picture, and what belongs to it
    for component in parts:
        role = name_of(component.find("Role")).lower()
        spoken = (component.get(LANG) or "").lower()
        if spoken and language and spoken[:2] != language[:2].lower() and component is not top:
            continue
        for content in component.findall("ContentItem"):
            kind = name_of(content.find("MediaType")).lower()
            if kind in PICTURES or content.get("Href"):
                _picture(component, content, kind, pictures)
                continue
            data = content.find("DataContent")
            made = from_element(data) if data is not None else (None, None)
            if made[0] is None or role in {"title", "headline"}:
                continue
            aside = role == "caption" or id(component) in shown
            (captions if aside else found).append((role, made[0], made[1]))
    found = found or captions  # a picture's caption is its body
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


def _picture(component: Element, content: Element, kind: str, pictures: list[dict[str, Any]]) -> None:
    href = attribute(content, "Href")
    if not href or any(one.get("uri") == href for one in pictures) or len(pictures) >= 100:
        return
    made: dict[str, Any] = {"name": f"media{len(pictures) + 1}", "uri": href, "type": KINDS.get(kind, "picture")}
    rendition: dict[str, Any] = {"name": name_of(component.find("Role")) or "main", "href": href}
    mime = name_of(content.find("MimeType"))
    if mime:
        rendition["contentType"] = mime
    made["renditions"] = [rendition]
    headline = flat(text_of(below(component, "NewsLines", "HeadLine")))
    if headline:
        made["headlines"] = [{"value": headline}]
    pictures.append(made)
