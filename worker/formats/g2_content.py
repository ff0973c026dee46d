"""Read `contentSet` of a NewsML-G2 item: the text in whatever shape it comes, and links to pictures."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from worker.formats import blocks
from worker.formats.markup import plain_text
from worker.formats.nitf import Story, read_story
from worker.formats.xml import LANG, Element, flat, text_of
from worker.model import Body

__all__ = ["Content", "read_content"]

_MARKUP: Final = re.compile(r"<(?:p|br|div|b|i|a|strong|em|h[1-6]|ul|ol|table|span|section|html|body|nitf)\b[^<>]*>", re.I)
_BODY: Final = re.compile(r"<body\b[^<>]*+>((?:[^<]|<(?!/body))*+)", re.I)
_KIND: Final = {"image": "picture", "video": "video", "audio": "audio"}
_MOST: Final = 100


@dataclass(slots=True)
class Content:
    """The body, the NITF story that it came from if it did, and media."""

    body: Body | None = None
    story: Story | None = None
    pictures: list[dict[str, Any]] = field(default_factory=list)
    renditions: list[dict[str, Any]] = field(default_factory=list)


def read_content(item: Element, language: str | None) -> Content:
    """Read all renditions: markup before plain text, the item's language before others, then the longest."""
    found = Content()
    own = (language or "")[:2].lower()
    best: tuple[int, int, int] = (-1, -1, -1)
    for holder in item.findall("contentSet"):
        for one in holder:
            made: tuple[Body | None, Story | None] = (None, None)
            if one.tag == "inlineXML":
                made = _inline_xml(one)
            elif one.tag == "inlineData":
                made = _inline_data(one), None
            elif one.tag == "remoteContent":
                _remote(one, found, item)
            body, story = made
            if body is None:
                continue
            spoken = (one.get(LANG) or one.get("lang") or "")[:2].lower()
            rank = (int(spoken in {"", own}), int(body.content_type != "text/plain"), len(body.value))
            if rank > best:
                best, found.body, found.story = rank, body, story
    return found


def _inline_xml(holder: Element) -> tuple[Body | None, Story | None]:
    nitf = holder.find("nitf") if holder.tag != "nitf" else holder
    if nitf is None and (holder.find("body.content") is not None or holder.find("body/body.content") is not None):
        nitf = holder
    if nitf is not None:
        story = read_story(nitf)
        return story.body, story
    inner = holder.find("html/body")
    if inner is None:
        inner = holder.find("html") if holder.find("html") is not None else holder.find("body")
    if inner is None:
        inner = holder
    if not len(inner):
        text = blocks.paragraphs_of(inner.text or "")
        return (Body(field="body_text", content_type="text/plain", value=text) if text else None), None
    markup = blocks.write(inner, blocks.XHTML)
    if not plain_text(markup):
        return None, None
    return Body(field="body_xhtml", content_type="application/xhtml+xml", value=markup), None


def _inline_data(holder: Element) -> Body | None:
    """Text, or markup that was escaped, whatever its content type says."""
    if len(holder):
        return _inline_xml(holder)[0]
    text = (holder.text or "").strip()
    if not text or (holder.get("encoding") or "").lower() == "base64":
        return None
    if _MARKUP.search(text[:4000]):
        match = _BODY.search(text)
        markup = match[1].strip() if match else text
        return Body(field="body_html", content_type="text/html", value=markup) if plain_text(markup) else None
    return Body(field="body_text", content_type="text/plain", value=blocks.paragraphs_of(text))


def _remote(one: Element, found: Content, item: Element) -> None:
    """A file of the item itself is a rendition; one in a text item is a picture beside it."""
    href, ref = flat(one.get("href")), flat(one.get("residref"))
    mime = flat(one.get("contenttype"))
    if not (href or ref) or len(found.renditions) + len(found.pictures) >= _MOST:
        return
    rendition: dict[str, Any] = {"name": (one.get("rendition") or one.get("id") or "main").rpartition(":")[2]}
    if href:
        rendition["href"] = href
    if mime:
        rendition["contentType"] = mime
    for name, key in (("width", "width"), ("height", "height"), ("size", "sizeInBytes"), ("duration", "duration")):
        value = (one.get(name) or "").strip()
        if value.isdecimal() and len(value) < 12:
            rendition[key] = int(value)
    title = text_of(one.find("altId")) or flat(one.get("title"))
    if title:
        rendition["title"] = title
    klass = item.find("itemMeta/itemClass")
    code = (klass.get("qcode") or "") if klass is not None else ""
    if code.rpartition(":")[2].lower() == "text":
        made = {"name": f"media{len(found.pictures) + 1}", "uri": ref or href, "type": _KIND.get(mime.split("/")[0], "picture")}
        found.pictures.append(made | {"renditions": [rendition]})
    else:
        found.renditions.append(rendition)
