"""Read `contentSet` of a NewsML-G2 item: the text in whatever shape it comes, and links to pictures."""

from dataclasses import dataclass, field
from typing import Any, Final

from worker.formats.inline_story import from_element
from worker.formats.nitf import Story
from worker.formats.xml import LANG, Element, below, flat, text_of
from worker.model import Body

__all__ = ["Content", "read_content"]

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
                made = from_element(one)
            elif one.tag == "inlineData":
                made = _inline_data(one)
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


def _inline_data(holder: Element) -> tuple[Body | None, Story | None]:
    """Text, or markup that was escaped, whatever its content type says; not what is encoded."""
    if (holder.get("encoding") or "").lower() == "base64":
        return None, None
    return from_element(holder)


def _remote(one: Element, found: Content, item: Element) -> None:
    """Read a file of the item itself is a rendition; one in a text item is a picture beside it."""
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
    klass = below(item, "itemMeta", "itemClass")
    code = (klass.get("qcode") or "") if klass is not None else ""
    if code.rpartition(":")[2].lower() == "text":
        made = {"name": f"media{len(found.pictures) + 1}", "uri": ref or href, "type": _KIND.get(mime.split("/")[0], "picture")}
        found.pictures.append(made | {"renditions": [rendition]})
    else:
        found.renditions.append(rendition)
