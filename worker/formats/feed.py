"""
RSS and Atom: feeds of web sites. Each entry is an item.

The fullest text of an entry is its body (`content:encoded` or `content` before `description` or `summary`); the feed's own
rights, language and author stand in where an entry has none.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from worker.formats import blocks, xml
from worker.formats.errors import FormatError
from worker.formats.markup import has_text, plain_text
from worker.formats.subjects import keyword
from worker.formats.times import moment
from worker.formats.xml import LANG, Element, attribute, flat, text_of
from worker.model import Body, Decoded, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "feed"
CONTENT_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml")

_MOST: Final = 2000
# Where the text stands, the fullest first: `encoded` and `body` are modules of RSS, `full-text` is what aggregators ask newsrooms for.
_BODIES: Final = (
    "encoded",
    "content",
    "body",
    "full-text",
    "fulltext",
    "description",
    "summary",
    "itunes:summary",
    "media:description",
)
_HOLDER: Final = re.compile(r"(?:©|\(c\)|copyright|[\s,:]|\d{4}(?:\s*[-–]\s*\d{2,4})?)+", re.IGNORECASE)


def sniff(value: bytes) -> bool:
    """Whether the first element is `rss`, `feed` or `RDF`."""
    root = xml.root_of(value)
    return root in {"rss", "feed"} or (root == "rdf" and b"purl.org/rss" in value[:4096])


def read(raw: Raw) -> Sequence[Decoded]:
    """Read all entries."""
    root, warnings = xml.parse(raw.value, raw.content_type)
    channel = root if root.tag == "feed" else root.find("channel")
    entries = root.findall("entry") if root.tag == "feed" else list(root.iter("item"))
    if not entries:
        raise FormatError("a feed without entries", Reason.EMPTY)
    return tuple(_entry(one, channel if channel is not None else root, list(warnings)) for one in entries[:_MOST])


def _first(entry: Element, *tags: str) -> str:
    for tag in tags:
        text = text_of(entry.find(tag))
        if text:
            return text
    return ""


def _plain(text: str) -> str:
    """Titles are plain text, or HTML that was escaped."""
    return flat(plain_text(text)) if "<" in text or "&" in text else text


def _link(entry: Element) -> str:
    for link in entry.findall("link"):
        if link.get("href"):
            if link.get("rel", "alternate") == "alternate":
                return flat(link.get("href"))
        elif text_of(link):
            return text_of(link)
    return ""


def _time(entry: Element, warnings: list[str], *tags: str) -> int | None:
    text = _first(entry, *tags)
    if not text:
        return None
    found = moment(text)
    if found is None:
        warnings.append("a time that can't be read")
        return None
    if not found.zoned:
        warnings.append("a time without zone, taken as UTC")
    return found.ms


def _body(entry: Element) -> Body | None:
    for tag in _BODIES:
        for one in entry.findall(tag):
            body = _text(one)
            if body is not None:
                return body
    return None


def _words(entry: Element) -> Iterator[str]:
    """Give categories by the names that readers see, and keywords."""
    for one in (*entry.findall("category"), *entry.findall("subject")):
        word = text_of(one) or attribute(one, "label") or attribute(one, "term")
        if word:
            yield _plain(word)
    for one in (*entry.iter("media:keywords"), *entry.findall("itunes:keywords"), *entry.findall("keywords")):
        yield from filter(None, map(str.strip, text_of(one).split(",")[:50]))


def _text(one: Element) -> Body | None:
    if len(one):
        div = one.find("div")
        markup = blocks.write(div if div is not None and len(one) == 1 else one, blocks.XHTML)
        return Body(field="body_xhtml", content_type="application/xhtml+xml", value=markup) if has_text(markup) else None
    text = (one.text or "").strip()
    if not text:
        return None
    if "<" in text and ">" in text:
        return Body(field="body_html", content_type="text/html", value=text) if has_text(text) else None
    return Body(field="body_text", content_type="text/plain", value=plain_text(text) if "&" in text else text)


def _entry(entry: Element, channel: Element, warnings: list[str]) -> Decoded:
    item: dict[str, Any] = {"type": "text"}
    updated = _time(entry, warnings, "updated", "modified", "pubDate", "date", "published", "issued")
    created = _time(entry, warnings, "published", "issued", "pubDate", "created")
    link = _link(entry)
    author = _first(entry, "creator", "author/name", "author", "itunes:author")
    if author and "@" not in author:
        item["by"] = author
    subjects: dict[str, dict[str, Any]] = {}
    for word in _words(entry):
        subjects.setdefault(word.lower(), keyword(word))
    if subjects:
        item["subjects"] = list(subjects.values())
    if link:
        item["altIds"] = [{"role": "link", "value": link}]
    summary = _first(entry, "summary", "description")
    body = _body(entry)
    if summary and body is not None and any(entry.find(tag) is not None for tag in _BODIES[:5]) and plain_text(summary):
        item["descriptions"] = [{"role": "summary", "value": plain_text(summary)}]
    pictures = _pictures(entry)
    if pictures:
        item["associations"] = pictures
    publisher = (
        _first(entry, "source/title", "source") or _first(channel, "author/name", "publisher") or _first(channel, "title")
    )
    notice = _first(entry, "rights", "copyright") or _first(channel, "rights", "copyright")
    holder = _HOLDER.sub("", notice, count=1).strip(" .,-–") if notice else ""
    holder = re.split(r"[.,]\s|\ball rights\b", holder, maxsplit=1, flags=re.IGNORECASE)[0].strip()
    return Decoded(
        format=NAME,
        uri=_first(entry, "id", "guid") or attribute(entry, "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or link,
        headline=_plain(_first(entry, "title")),
        body=body,
        language=(entry.get(LANG) or _first(entry, "language") or channel.get(LANG) or _first(channel, "language")) or None,
        created=created if created != updated else None,
        updated=updated,
        source=publisher or None,
        rights=Rights(copyright_holder=holder or None, copyright_notice=notice or None, source=publisher or None),
        item=item,
        warnings=tuple(warnings),
    )


def _pictures(entry: Element) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in (*entry.findall("enclosure"), *entry.iter("media:content"), *entry.iter("media:thumbnail")):
        href = flat(one.get("url"))
        if not href or any(made["uri"] == href for made in found) or len(found) >= 50:
            continue
        mime = flat(one.get("type"))
        kind = {"video": "video", "audio": "audio"}.get(mime.split("/")[0] or one.get("medium", ""), "picture")
        rendition = {"name": "main", "href": href} | ({"contentType": mime} if mime else {})
        found.append({"name": f"media{len(found) + 1}", "uri": href, "type": kind, "renditions": [rendition]})
    return found
