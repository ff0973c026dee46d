"""
HTML: web pages with their furniture, and fragments.

A page's story is the element that holds most running text: paragraphs are scored by their length, links count against them, and
the smallest element that holds nearly all of the score is the story. Headline, times, byline, language and rights come from the
page's own metadata (JSON-LD, Open Graph, `meta`, `time`) before its text.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.formats import charset
from worker.formats.bounds import unruly
from worker.formats.errors import FormatError
from worker.formats.markup import plain_text, sanitise
from worker.formats.page_facts import Facts, facts_of
from worker.formats.times import moment
from worker.model import Body, Decoded, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "plain_text", "read", "sanitise", "sniff"]

NAME: Final = "html"
CONTENT_TYPES: Final = ("text/html", "application/xhtml+xml")

_LARGEST: Final = 10_000_000
_TAGS: Final = 200_000  # a page has a few thousand
_META_CHARSET: Final = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_PAGE: Final = re.compile(
    rb"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--[^\0]{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE
)
_FRAGMENT: Final = re.compile(rb"\s*<(?:p|div|h[1-6]|article|section|span|b|strong|em|i|a|ul|table|blockquote|figure|header|main|center)\b[^<>]{0,500}>", re.IGNORECASE)  # fmt: skip
# Parts of a page that are never the story.
_FURNITURE: Final = (
    "script, style, noscript, template, nav, form, iframe, aside, svg, button, select, dialog, object, embed, canvas"
)
_BUTTONS: Final = 120  # letters of a row of links that is no sentence
_ENOUGH: Final = 200  # letters of a story
_STORY: Final = "p, h2, h3, h4, li, blockquote, pre, td, dd"
_OUTSIDE: Final = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|sidebar|share|social|promo|teasers?|newsletter|footer|breadcrumbs?|advert\w*|ads?|menu|nav\w*|gallery|"
    r"popular|recommend\w*|trending|cookie\w*|banner|widget|tags?|caption|outbrain|taboola|most-read|read-more|login|subscribe)(?:[\s_-]|$)", re.IGNORECASE
)  # fmt: skip


def sniff(value: bytes) -> bool:
    """Whether the bytes start as a page or as a fragment of HTML."""
    head = value[:4096].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")[2:]
    return bool(_PAGE.match(head) or _FRAGMENT.match(head))


def read(raw: Raw) -> Sequence[Decoded]:
    """Read a page's story and facts, or a fragment as it is."""
    if len(raw.value) > _LARGEST:
        raise FormatError("larger than ten million bytes", Reason.TOO_LARGE)
    found = _META_CHARSET.search(raw.value, 0, 4096)
    declared = charset.parameter(raw.content_type) or (found[1].decode("ascii", "replace") if found else None)
    text = charset.decode(raw.value, declared)
    warnings = [text.warning] if text.warning else []
    markup = text.text.replace("\0", "")
    tags = markup.count("<")
    if tags > _TAGS:
        raise FormatError("more tags than a page may have", Reason.TOO_LARGE)
    problem = unruly(markup)
    if problem:
        raise FormatError(problem, Reason.INVALID)
    page = _PAGE.match(markup[:4096].encode("utf-8", "replace")) is not None
    if not page:
        return (_fragment(markup, warnings),)
    return (_page(markup, warnings),)


def _fragment(markup: str, warnings: list[str]) -> Decoded:
    """Take a fragment as the body itself, and its first heading as the headline."""
    match = re.search(r"<h1\b[^<>]*+>(.{1,600}?)</h1>", markup[:5000], re.IGNORECASE | re.DOTALL)
    return Decoded(
        format=NAME,
        headline=" ".join(plain_text(match[1]).split()) if match else "",
        body=Body(field="body_html", content_type="text/html", value=markup.strip()) if plain_text(markup) else None,
        warnings=tuple(warnings),
    )


def _page(markup: str, warnings: list[str]) -> Decoded:
    tree = LexborHTMLParser(markup)
    facts = facts_of(tree, markup)
    for node in tree.css(_FURNITURE):
        node.decompose()
    story = _story(tree, facts)
    headline = facts.headline
    publisher = facts.publisher or facts.holder
    times = [moment(value) for value in (facts.updated, facts.created)]
    if any(time and not time.zoned for time in times):
        warnings.append("times without zone, taken as UTC")
    item: dict[str, Any] = {}
    if facts.author:
        item["by"] = facts.author
    if facts.keywords:
        item["subjects"] = [{"name": word, "rel": "keyword"} for word in facts.keywords]
    if facts.description:
        item["descriptions"] = [{"role": "summary", "value": facts.description}]
    if facts.place:
        item["places"] = [{"name": facts.place, "rel": "about"}]
    if facts.image:
        item["associations"] = [{"name": "picture", "uri": facts.image, "type": "picture"}]
    created = times[1].ms if times[1] else None
    return Decoded(
        format=NAME,
        uri=facts.url,
        headline=headline,
        body=Body(field="body_html", content_type="text/html", value=story) if story else None,
        language=facts.language or None,
        created=created,
        updated=times[0].ms if times[0] else created,
        source=publisher or None,
        rights=Rights(copyright_holder=facts.holder or None, copyright_notice=facts.notice or None, source=publisher or None),
        item=item,
        warnings=tuple(warnings),
    )


def _outside(node: LexborNode, top: LexborNode | None = None) -> bool:
    """Whether a node stands in a part of the page whose class or id says that it is no story."""
    step: LexborNode | None = node
    for _ in range(12):
        if step is None or step.tag in {"body", "html", "article", "main"} or (top is not None and step.mem_id == top.mem_id):
            return False
        names = f"{step.attributes.get('class') or ''} {step.attributes.get('id') or ''}"
        if step.tag in {"footer", "figcaption", "figure"} or (names != " " and _OUTSIDE.search(names)):
            return True
        step = step.parent
    return False


def _weight(node: LexborNode) -> int:
    """How much running text a paragraph has: its letters without those in links."""
    if node.tag != "p" and node.css_first("p, li, td, blockquote, pre") is not None:
        return 0  # what it holds is weighed by itself
    text = node.text(deep=True)
    size = len(" ".join(text.split()))
    if size < 20:
        return 0
    links = sum(len(link.text(deep=True)) for link in node.css("a"))
    return size - 2 * links if links * 2 < size else 0


def _story(tree: LexborHTMLParser, facts: Facts) -> str:
    """List the blocks of the story as HTML: the element around most of the paragraphs' weight, without its own furniture."""
    weights = [(node, weight) for node in tree.css("p, pre, td, li, blockquote")[:5000] if (weight := _weight(node)) > 0]
    inside = [(node, weight) for node, weight in weights if not _outside(node)]
    careful = sum(weight for _, weight in inside) >= _ENOUGH  # else the page calls its own story a widget or the like
    scores: dict[int, int] = {}
    nodes: dict[int, LexborNode] = {}
    for paragraph, weight in inside if careful else weights:
        own = weight // 4 if paragraph.tag in {"li", "td"} else weight
        step = paragraph.parent
        for share in (4, 2, 1):
            if step is None:
                break
            scores[step.mem_id] = scores.get(step.mem_id, 0) + own * share // 4
            nodes[step.mem_id] = step
            step = step.parent
    if not scores:
        return _flat(tree, facts)
    best = nodes[max(scores, key=lambda key: scores[key])]
    marked = tree.css_first('[itemprop~="articleBody"]')
    if marked is not None and sum(map(_weight, marked.css("p, pre, td, li, blockquote")[:5000])) >= _ENOUGH:
        best = marked
    return "\n".join(_blocks(best, careful=careful))


def _blocks(top: LexborNode, *, careful: bool) -> list[str]:
    found: list[str] = []
    inside = set[int]()
    for node in top.css(_STORY):
        if node.parent is not None and node.parent.mem_id in inside:
            inside.add(node.mem_id)
            continue
        text = " ".join(node.text(deep=True).split())
        if not text or (careful and _outside(node, top)):
            continue
        anchors = node.css("a")
        links = sum(len(link.text(deep=True)) for link in anchors)
        if links * 10 > len(text) * (9 if node.tag == "p" else 8):
            continue
        if len(anchors) > 1 and len(text) < _BUTTONS and links * 10 >= len(text) * 4 and text[-1].isalnum():
            continue  # a row of buttons: "Share this: …"
        inside.add(node.mem_id)
        found.append(node.html or "")
    return found


def _flat(tree: LexborHTMLParser, facts: Facts) -> str:
    """Read a page without paragraphs: lines parted by `br` in one element, or what its metadata quotes."""
    best, most = "", 0
    for node in tree.css("article, main, div, section, body")[:2000]:
        own = sum(
            len((child.text(deep=False) or "").strip())
            for child in node.iter(include_text=True)
            if child.tag in {"-text", "b", "i", "em", "a"}
        )
        if own > most and not _outside(node):
            best, most = node.inner_html or "", own
    if most >= 40:
        return best
    return facts.text
