"""What a web page says about its story: JSON-LD, Open Graph, `meta` and the usual elements, in this order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from worker.formats.markup import plain_text, visible
from worker.formats.prose import bylines_in, holder_of

__all__ = ["Facts", "facts_of"]

_ARTICLE: Final = re.compile(
    r"(?:News|Blog|Report|Opinion|Background|Review|Satirical|Analysis|Tech|Liveblog)?(?:Article|Posting|LiveBlogPosting)",
    re.IGNORECASE,
)
_NOTICE: Final = re.compile(r"(?:©|\(c\)|copyright\b|&copy;)[^\n]{3,240}", re.IGNORECASE)
_SIGN: Final = re.compile(r"©|&copy;|\(c\)|copyright", re.IGNORECASE)
_LEGAL: Final = re.compile(r"\d{4}|rights|reserved", re.IGNORECASE)
_SIGNS: Final = 12  # places that are looked at, from the end of the page
_AROUND: Final = 400  # characters of a legal line
_SPLIT: Final = re.compile(r"\s+[|–—·»]\s+|\s+-\s+|：|\s*::\s*")
_AUTHOR: Final = 80  # letters of a byline
_PAGE_HEAD: Final = 200_000
_LD_DEPTH: Final = 6
_LD_NODES: Final = 200


@dataclass(slots=True)
class Facts:
    """Facts of a page as text; empty if it does not tell."""

    headline: str = ""
    url: str = ""
    language: str = ""
    created: str = ""
    updated: str = ""
    author: str = ""
    publisher: str = ""
    holder: str = ""
    notice: str = ""
    description: str = ""
    image: str = ""
    place: str = ""
    text: str = ""
    keywords: tuple[str, ...] = ()


def facts_of(tree: LexborHTMLParser, markup: str) -> Facts:
    """Read them all; later sources only fill what earlier ones left open."""
    facts = Facts()
    _from_ld(tree, facts)
    _from_microdata(tree, facts)
    _from_meta(tree, facts)
    _from_elements(tree, facts, markup)
    _rights(visible(markup), facts)
    return facts


def _fill(facts: Facts, name: str, value: Any) -> None:
    if not getattr(facts, name) and isinstance(value, str) and value.strip():
        setattr(facts, name, " ".join(value.split()))


def _nodes(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > _LD_DEPTH:
        return
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            if isinstance(one, list | Mapping):
                yield from _nodes(one, depth + 1)
    elif isinstance(value, list):
        for one in value[:_LD_NODES]:
            yield from _nodes(one, depth + 1)


def _name(value: Any) -> str:
    """Give the name of a person or organisation, or of several."""
    if isinstance(value, list):
        return ", ".join(name for name in map(_name, value[:10]) if name)
    if isinstance(value, Mapping):
        value = value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _from_ld(tree: LexborHTMLParser, facts: Facts) -> None:
    for script in tree.css('script[type="application/ld+json"]')[:20]:
        try:
            data = orjson.loads(script.text(deep=True))
        except orjson.JSONDecodeError:
            continue
        for count, node in enumerate(_nodes(data)):
            if count > _LD_NODES:
                break
            kind = node.get("@type")
            if not any(
                isinstance(one, str) and _ARTICLE.fullmatch(one) for one in (kind if isinstance(kind, list) else [kind])
            ):
                continue
            _fill(facts, "headline", node.get("headline"))
            _fill(facts, "created", node.get("datePublished"))
            _fill(facts, "updated", node.get("dateModified"))
            _fill(facts, "author", _name(node.get("author")))
            _fill(facts, "publisher", _name(node.get("publisher")) or _name(node.get("sourceOrganization")))
            _fill(facts, "holder", _name(node.get("copyrightHolder")))
            _fill(facts, "notice", node.get("copyrightNotice"))
            _fill(facts, "language", node.get("inLanguage"))
            _fill(facts, "description", node.get("description"))
            _fill(facts, "place", _name(node.get("contentLocation")))
            url = node.get("url") or node.get("mainEntityOfPage")
            _fill(facts, "url", url.get("@id") if isinstance(url, Mapping) else url)
            if not facts.text and isinstance(node.get("articleBody"), str):
                facts.text = node["articleBody"].strip()
            words = node.get("keywords")
            if not facts.keywords and words:
                given = words if isinstance(words, list) else str(words).split(",")
                facts.keywords = tuple(w.strip() for w in given[:50] if isinstance(w, str) and w.strip())


_ITEM: Final = '[itemtype$="Article"], [itemtype$="Posting"]'
_PROPERTIES: Final = {
    "headline": "headline", "datePublished": "created", "dateModified": "updated", "author": "author", "creator": "author",
    "publisher": "publisher", "copyrightHolder": "holder", "inLanguage": "language", "description": "description",
    "mainEntityOfPage": "url", "contentLocation": "place",
}  # fmt: skip


def _from_microdata(tree: LexborHTMLParser, facts: Facts) -> None:
    """Read what `itemprop` marks inside the page's article."""
    article = tree.css_first(_ITEM)
    if article is None:
        return
    words = []
    for node in article.css("[itemprop]")[:200]:
        for name in (node.attributes.get("itemprop") or "").split():
            if name == "keywords":
                words += _marked(node).split(",")
            elif name in _PROPERTIES:
                _fill(facts, _PROPERTIES[name], _marked(node))
    if not facts.keywords:
        facts.keywords = tuple(word.strip() for word in words[:50] if word.strip())


def _marked(node: LexborNode) -> str:
    """Give the value of a marked element: its attribute, the name of the thing it describes, or its text."""
    inner = node.css_first('[itemprop="name"]') if "itemscope" in node.attributes else None
    if inner is not None and inner.mem_id != node.mem_id:
        node = inner
    names = ("content", "datetime", "href") if node.tag == "link" else ("content", "datetime")
    given = next((value for name in names if (value := node.attributes.get(name))), None)
    return given or " ".join(node.text(deep=True).split())


_META: Final = {
    "og:title": "headline", "twitter:title": "headline", "dc.title": "headline", "og:url": "url", "article:published_time": "created",
    "article:modified_time": "updated", "og:updated_time": "updated", "datepublished": "created", "pubdate": "created",
    "dc.date": "created", "dc.date.issued": "created", "date": "created", "last-modified": "updated", "datemodified": "updated",
    "author": "author", "article:author_name": "author", "dc.creator": "author", "byl": "author", "og:site_name": "publisher",
    "publisher": "publisher", "dc.publisher": "publisher", "source": "publisher", "copyright": "notice", "dc.rights": "notice",
    "rights": "notice", "description": "description", "og:description": "description", "content-language": "language",
    "og:image": "image", "dc.language": "language", "original-source": "publisher", "parsely-pub-date": "created", "parsely-author": "author",
    "parsely-title": "headline",
}  # fmt: skip


def _from_meta(tree: LexborHTMLParser, facts: Facts) -> None:
    for meta in tree.css("meta")[:300]:
        attributes = meta.attributes
        name = (
            attributes.get("property")
            or attributes.get("name")
            or attributes.get("itemprop")
            or attributes.get("http-equiv")
            or ""
        )
        value = attributes.get("content")
        field = _META.get(name.lower())
        if field and value:
            _fill(facts, field, value)
        elif name.lower() in {"keywords", "news_keywords"} and value and not facts.keywords:
            facts.keywords = tuple(word.strip() for word in value.split(",")[:50] if word.strip())


def _from_elements(tree: LexborHTMLParser, facts: Facts, markup: str) -> None:
    heads = [" ".join(node.text(deep=True).split()) for node in tree.css("h1")[:10] or tree.css("h2")[:10]]
    heads = [head for head in heads if len(head) > 3]
    title = tree.css_first("title")
    title_text = " ".join(title.text(deep=True).split()) if title else ""
    wanted = facts.headline or title_text
    match = next((head for head in heads if head and (head in wanted or wanted in head)), None)
    if match:
        facts.headline = match
    elif not facts.headline:
        facts.headline = heads[0] if heads else _SPLIT.split(title_text)[0] if title_text else ""
    html = tree.css_first("html")
    if html is not None:
        _fill(facts, "language", html.attributes.get("lang") or html.attributes.get("xml:lang"))
    canonical = tree.css_first('link[rel="canonical"]')
    if canonical is not None:
        href = canonical.attributes.get("href") or ""
        if href.startswith("http"):
            facts.url = facts.url or href
    time = tree.css_first("article time[datetime], time[itemprop][datetime], time[datetime]")
    if time is not None:
        _fill(facts, "created", time.attributes.get("datetime"))
    if not facts.author:
        facts.author = _author(tree, markup)


def _author(tree: LexborHTMLParser, markup: str) -> str:
    """Find the writer where the page marks one, or where one line alone says `By` and a name."""
    for node in tree.css('[rel~="author"], [class~="byline"], [class~="author"], [class~="author-name"]')[:5]:
        text = " ".join(node.text(deep=True).split())
        if 3 < len(text) <= _AUTHOR and not any(sign.isdigit() for sign in text):
            return text
    found = set(bylines_in(markup[:_PAGE_HEAD]))
    return found.pop() if len(found) == 1 else ""


def _rights(markup: str, facts: Facts) -> None:
    """Find the legal line of the page, wherever it stands; of several the last, which is the page's own."""
    if not facts.notice:
        for match in list(_SIGN.finditer(markup))[:-_SIGNS:-1]:
            start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
            before = markup.rfind("<", 0, start)
            lines = plain_text(markup[before if before > start - _AROUND else start : end]).split("\n")
            line = next((one.strip() for one in reversed(lines) if _NOTICE.search(one)), "")
            if 8 < len(line) <= _AROUND and ("©" in line or _LEGAL.search(line)):
                facts.notice = line
                break
    if facts.notice and not facts.holder:
        facts.holder = holder_of(facts.notice)
