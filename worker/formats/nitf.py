"""
NITF 3, IPTC's XML for text: one document is one item.

`read_story` also serves NewsML-G2, NewsML 1.2 and ninjs, which carry NITF inside.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from worker.formats import blocks, xml
from worker.formats.dateline_place import place_of
from worker.formats.nitf_head import Head, read_head
from worker.formats.prose import agency_of
from worker.formats.xml import Element, below, flat, text_of
from worker.model import Body, Decoded, Embargo, Raw, Rights

__all__ = ["CONTENT_TYPES", "NAME", "Story", "read", "read_story", "sniff"]

NAME: Final = "nitf"
CONTENT_TYPES: Final = ("application/nitf+xml", "text/nitf+xml", "text/vnd.iptc.nitf", "application/vnd.iptc.nitf+xml", "application/xml", "text/xml")  # fmt: skip

_EARLY: Final = 60_000  # ms; a release within a minute of the issue is no embargo


class Story(NamedTuple):
    """What the body of a NITF document tells."""

    headline: str
    headlines: list[dict[str, str]]
    byline: str
    dateline: str
    place: str
    abstract: str
    body: Body | None
    pictures: list[dict[str, Any]]
    notes: list[str]
    copyright: str
    distributor: str
    tagline: str


def sniff(value: bytes) -> bool:
    """Whether the first element is `nitf`."""
    return xml.root_of(value) == "nitf"


def read(raw: Raw) -> Sequence[Decoded]:
    """Read the document."""
    root, warnings = xml.parse(raw.value, raw.content_type)
    head = read_head(root, warnings)
    story = read_story(root)
    return (_item(root, head, story, warnings),)


def _item(root: Element, head: Head, story: Story, warnings: list[str]) -> Decoded:
    item = head.item
    extra = head.extra
    if story.byline:
        item["by"] = story.byline
    if story.dateline:
        extra["dateline"] = story.dateline
    place = story.place or head.city
    if place:
        item["located"] = place
    if story.headlines:
        item["headlines"] = story.headlines
    if story.abstract:
        item["descriptions"] = [{"role": "abstract", "value": story.abstract}]
    if story.pictures:
        item["associations"] = story.pictures
    if story.tagline:
        extra["tagline"] = story.tagline
    notes = [*head.notes, *story.notes]
    if notes:
        item["edNote"] = "\n".join(notes)
    headline = story.headline
    if not headline:
        headline = text_of(below(root, "head", "title"))
        if headline:
            warnings.append("no headline, the title is read instead")
    source = story.distributor or head.source or agency_of(story.dateline)
    embargo = None
    if head.embargoed or (head.release is not None and head.issued is not None and head.release > head.issued + _EARLY):
        later = head.release if head.release is not None and (head.issued is None or head.release > head.issued) else None
        words = next((note for note in notes if "embargo" in note.lower()), "embargoed")
        embargo = Embargo(until=later, text=words)
    return Decoded(
        format=NAME,
        uri=head.uri,
        version=head.version,
        headline=headline,
        body=story.body,
        language=head.language,
        updated=head.issued,
        embargo=embargo,
        status=head.status,
        signals=head.signals,
        source=source or None,
        rights=Rights(
            copyright_holder=head.holder or None,
            copyright_year=head.year or None,
            copyright_notice=story.copyright or None,
            distributor=story.distributor or None,
            source=source or None,
            usage_terms=head.terms or None,
        ),
        item=item,
        extra=extra,
        warnings=tuple(warnings),
    )


def read_story(root: Element) -> Story:
    """Read headline, byline, dateline and blocks below `root`, a `nitf` or `body` element, or one that holds paragraphs."""
    body = root if root.tag == "body" else root.find("body")
    if body is None:
        body = next(root.iter("body"), None)
    head = body.find("body.head") if body is not None else None
    content = body.find("body.content") if body is not None else None
    if content is None:
        content = body if body is not None else root
    headline, headlines = _headlines(head)
    byline = place = dateline = abstract = notice = distributor = ""
    notes: list[str] = []
    if head is not None:
        byline = _byline(head)
        line = head.find("dateline")
        if line is not None:
            dateline = text_of(line)
            place = text_of(below(line, "location", "city")) or text_of(line.find("location")) or text_of(line.find("city"))
            place = place_of(place) or place_of(dateline)
        abstract = text_of(head.find("abstract"))
        rights = head.find("rights")
        if rights is not None:
            notice = text_of(rights)
        distributor = text_of(head.find("distributor"))
        notes += xml.texts(head.findall("note"))
    notes += xml.texts(content.findall("note"))
    tagline = text_of(below(body, "body.end", "tagline")) if body is not None else ""
    return Story(
        headline, headlines, byline, dateline, place, abstract, story_body(content), _pictures(content), notes, notice, distributor,
        tagline,
    )  # fmt: skip


def _headlines(head: Element | None) -> tuple[str, list[dict[str, str]]]:
    lines = head.find("hedline") if head is not None else None
    if lines is None:
        return "", []
    first = text_of(lines.find("hl1")) or ("" if len(lines) else text_of(lines))
    rest = [{"role": "subhead", "value": text} for text in xml.texts(lines.findall("hl2"))]
    if not first and rest:
        first = rest.pop(0)["value"]
    return first, rest


def _byline(head: Element) -> str:
    """All bylines; of one with `person` and `byttl` the words as they stand."""
    found = xml.texts(head.findall("byline"))
    return ", ".join(dict.fromkeys(found))


def story_body(content: Element) -> Body | None:
    """Give the blocks as XHTML, or plain text if there is no element inside."""
    if len(content):
        markup = blocks.write(content, blocks.NITF)
        if markup and any(text.strip() for text in content.itertext()):
            return Body(field="body_xhtml", content_type="application/xhtml+xml", value=markup)
        return None
    text = blocks.paragraphs_of(content.text or "")
    return Body(field="body_text", content_type="text/plain", value=text) if text else None


def _pictures(content: Element) -> list[dict[str, Any]]:
    """Media as associations: what they are, where they are, and their captions."""
    found: list[dict[str, Any]] = []
    for media in content.iter("media"):
        kind = {"image": "picture", "photo": "picture", "video": "video", "audio": "audio"}.get(
            (media.get("media-type") or "").lower(), "graphic"
        )
        made: dict[str, Any] = {"name": f"media{len(found) + 1}", "type": kind}
        reference = media.find("media-reference")
        source = flat(reference.get("source")) if reference is not None else ""
        if reference is not None and source:
            rendition: dict[str, Any] = {"name": "main", "href": source}
            mime = reference.get("mime-type")
            if mime:
                rendition["contentType"] = mime
            made["renditions"] = [rendition]
            made["uri"] = source
        caption = text_of(media.find("media-caption"))
        if caption:
            made["descriptions"] = [{"role": "caption", "value": caption}]
        credit = text_of(media.find("media-producer"))
        if credit:
            made["by"] = credit
        if len(made) > 2:
            found.append(made)
    return found
