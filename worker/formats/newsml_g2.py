"""
NewsML-G2, IPTC's XML for all kinds of news: `newsItem`, `packageItem`, `newsMessage`, and the events of EventsML-G2.

A `newsMessage` is unpacked into its items. A package is read as the item it is, a list of links with a headline; the members that
stand beside it in the message are items of their own. Concepts, knowledge items and plans are no news and are read as
advisories.
"""

from collections.abc import Sequence
from typing import Final

from worker.formats import xml
from worker.formats.errors import FormatError
from worker.formats.g2_content import read_content
from worker.formats.g2_meta import read_meta, read_rights
from worker.formats.xml import Element
from worker.model import Body, Decoded, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "newsml_g2"
CONTENT_TYPES: Final = (
    "application/vnd.iptc.g2.newsitem+xml", "application/vnd.iptc.g2.newsmessage+xml", "application/vnd.iptc.g2.packageitem+xml",
    "application/newsml-g2+xml", "application/xml", "text/xml",
)  # fmt: skip

_NEWS: Final = ("newsItem", "packageItem")
_OTHER: Final = ("conceptItem", "knowledgeItem", "planningItem", "catalogItem")  # what is known or planned, not news
_ROOTS: Final = frozenset(
    {"newsmessage", "newsitem", "packageitem", "knowledgeitem", "conceptitem", "planningitem", "catalogitem"}
)
_MOST: Final = 1000  # items of one message


def sniff(value: bytes) -> bool:
    """Whether the first element is one of NewsML-G2."""
    return xml.root_of(value) in _ROOTS


def read(raw: Raw) -> Sequence[Decoded]:
    """Read all items of the document."""
    root, warnings = xml.parse(raw.value, raw.content_type)
    kinds = (*_NEWS, *_OTHER)
    found = [root] if root.tag in kinds else [one for one in root.iter() if one.tag in kinds]
    if not found:
        raise FormatError(f"{root.tag[:40]} holds no news", Reason.INVALID)
    header = root.find("header")
    items = [_item(one, header, list(warnings)) for one in found[:_MOST]]
    told = [item for item in items if item.headline or item.body or item.status == "canceled"]
    news = [item for item in told if item.item.get("type") != "composite"]
    if len(items) > 1:  # a package beside its members only says what belongs together
        items = news or told or items
    return tuple(items)


def _item(item: Element, header: Element | None, warnings: list[str]) -> Decoded:
    meta = read_meta(item, header, warnings)
    rights = read_rights(item, meta.language)
    content = read_content(item, meta.language)
    fields, extra = meta.fields, meta.extra
    body = content.body
    if content.pictures:
        fields["associations"] = content.pictures
    if content.renditions:
        fields["renditions"] = content.renditions
    story = content.story
    headline = meta.headline
    if story is not None:
        headline = headline or story.headline
        if story.byline:
            fields.setdefault("by", story.byline)
        if story.dateline:
            extra.setdefault("dateline", story.dateline)
        if story.place:
            fields.setdefault("located", story.place)
    if body is None and fields.get("descriptions"):
        best = max(fields["descriptions"], key=lambda one: len(one["value"]))
        body = Body(field="body_text", content_type="text/plain", value=best["value"])
        warnings.append("no body, a description is read instead")
    return Decoded(
        format=NAME,
        uri=(item.get("guid") or "").strip(),
        version=(item.get("version") or "").strip() or None,
        headline=headline,
        body=body,
        language=meta.language,
        created=meta.created,
        updated=meta.updated,
        embargo=meta.embargo,
        status=meta.status,
        signals=("advisory", *meta.signals) if item.tag in _OTHER else meta.signals,
        source=meta.source or None,
        rights=Rights(
            copyright_holder=rights.holder or None,
            copyright_notice=rights.notice or None,
            usage_terms=rights.terms or None,
            source=meta.source or None,
        ),
        item=fields,
        extra=extra | rights.extra,
        warnings=tuple(warnings),
    )
