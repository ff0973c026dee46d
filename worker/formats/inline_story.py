"""Read a story that stands as text inside another format: plain, as HTML that was escaped, or as a NITF document."""

import re
from typing import Final
from xml.etree.ElementTree import Element

from worker.formats import blocks, xml
from worker.formats.errors import FormatError
from worker.formats.markup import has_text
from worker.formats.nitf import Story, read_story
from worker.model import Body

__all__ = ["from_element", "from_text"]

_MARKUP: Final = re.compile(
    r"<(?:p|br|div|b|i|a|strong|em|h[1-6]|ul|ol|table|span|section|article|html|body|blockquote|figure)\b[^<>]*>", re.IGNORECASE
)
_NITF: Final = re.compile(
    r"\s*(?:<\?xml[^<>]*\?>\s*)?(?:<!DOCTYPE nitf[^<>\[]*>\s*)?<(?:\w+:)?(?:nitf|body\.content)\b", re.IGNORECASE
)
_BODY: Final = re.compile(r"<body\b[^<>]*+>((?:[^<]|<(?!/body))*+)", re.IGNORECASE)
_LOOK: Final = 4000


def from_text(text: str) -> tuple[Body | None, Story | None]:
    """Read text, whatever the content type beside it says."""
    if "<" not in text:
        return _plain(text), None
    if _NITF.match(text):
        try:
            root, _ = xml.parse(text.encode("utf-8", "surrogatepass"))
        except FormatError:
            return _markup(text), None
        story = read_story(root)
        return story.body, story
    if _MARKUP.search(text[:_LOOK]):
        return _markup(text), None
    return _plain(text), None


def from_element(holder: Element) -> tuple[Body | None, Story | None]:
    """Read the elements below `holder`: NITF, XHTML, or bare paragraphs of either."""
    if not len(holder):
        return from_text((holder.text or "").strip())
    nitf = next((one for one in holder.iter("nitf")), None)
    if nitf is None and (holder.find("body.content") is not None or holder.find("body/body.content") is not None):
        nitf = holder
    if nitf is not None:
        story = read_story(nitf)
        return story.body, story
    inner = next((one for one in holder.iter("body")), None)
    if inner is None:
        inner = next((one for one in holder.iter("html")), holder)
    if not len(inner):
        return from_text((inner.text or "").strip())
    value = blocks.write(inner, blocks.MIXED)
    return (Body(field="body_xhtml", content_type="application/xhtml+xml", value=value) if has_text(value) else None), None


def _plain(text: str) -> Body | None:
    clean = blocks.paragraphs_of(text)
    return Body(field="body_text", content_type="text/plain", value=clean) if clean else None


def _markup(text: str) -> Body | None:
    match = _BODY.search(text)
    value = (match[1] if match else text).strip()
    return Body(field="body_html", content_type="text/html", value=value) if has_text(value) else None
