"""
Read XML of wires: safe, lenient where feeds are known to be careless, and blind to namespaces.

Nothing is ever fetched or expanded. A document type is allowed as feeds write it (`<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">`), an
internal subset only if all it does is name DTD files beside the document, as NewsML 1.2 does to include NITF, or say what elements hold;
the whole declaration is taken out before the parser sees it. Size, number and depth of elements are bounded.

Feeds are found without their namespace, or with another prefix or version of it, so names are local names.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

from worker.formats import charset
from worker.formats.errors import FormatError
from worker.outcome import Reason

__all__ = ["LANG", "Element", "attribute", "below", "flat", "local", "parse", "root_of", "text_of", "texts"]

LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_LARGEST: Final = 12_000_000  # bytes; the largest items seen are videos' shot lists of 200 kB
_TAGS: Final = 200_000
_DEPTH: Final = 150  # deeper than any format nests, and shallow enough for recursive writers
_ATTRIBUTES: Final = 1_000  # of one element
_HEAD: Final = 4096
_DECLARED: Final = re.compile(r"<\?xml\s[^<>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_PROLOG: Final = re.compile(r"(?:\s|<\?(?:[^?<>]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+")
_DOCTYPE: Final = re.compile(
    r"<!DOCTYPE\s+[\w.:-]+(?:\s+(?:PUBLIC\s+(?:\"[^\"<]*+\"|'[^'<]*+')|SYSTEM))?(?:\s*(?:\"[^\"<]*+\"|'[^'<]*+'))?\s*(\[|>)",
    re.IGNORECASE,
)
_SUBSET: Final = re.compile(
    r"(?:\s|<!--(?:[^-]|-(?!->))*+-->|%[\w.-]+;"
    r"|<!ELEMENT\s+[\w.:-]+\s+[\w.:\s()#|,*+?-]*+>"
    r"|<!ENTITY\s+%\s+[\w.-]+\s+(?:SYSTEM|PUBLIC\s+(?:\"[^\"<]*+\"|'[^'<]*+'))\s+[\"'][\w.-]+\.(?:dtd|mod|ent)[\"']\s*>)*+\]\s*>"
)
_BARE: Final = re.compile(r"&(?!(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_NAMED: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ILLEGAL_REFERENCE: Final = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)
_APART: Final = frozenset(
    {"br", "p", "li", "h1", "h2", "h3", "h4", "tr", "td", "byttl", "person"}
)  # words on both sides are apart
_APART_SPACES: Final = {
    "http://search.yahoo.com/mrss": "media:", "https://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
}  # fmt: skip
_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.-]*+:)?([A-Za-z_][\w.-]*+)[\s/>]")
_SKIP: Final = re.compile(
    rb"(?:\s|<\?(?:[^?<>]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\]\s*)?>)*+", re.IGNORECASE
)


@lru_cache(maxsize=8)
def _root(head: bytes) -> str:
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or head[:4].count(0) >= 2:
        head = head.replace(b"\0", b"")
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    head = head.removeprefix(b"\xef\xbb\xbf")
    start = _SKIP.match(head)
    match = _ROOT.match(head, start.end() if start else 0)
    return match[2].decode("ascii", "replace").lower() if match else ""


def root_of(value: bytes) -> str:
    """Give the local name of the first element in lower case, or an empty string if the bytes are no XML."""
    if not value[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<"):
        return ""
    return _root(value[:_HEAD])


def parse(value: bytes, content_type: str | None = None) -> tuple[Element, list[str]]:
    """
    Parse a document.

    Returns:
        The root, with local names for tags, and what was mended.

    Raises:
        FormatError: not well-formed even after mending, or not allowed.
    """
    if len(value) > _LARGEST:
        raise FormatError("larger than twelve million bytes", Reason.TOO_LARGE)
    declared = charset.parameter(content_type) or _declared(value)
    read = charset.decode(value.strip(b"\0\x1a\r\n\t ") if value[:2] not in {b"\xff\xfe", b"\xfe\xff"} else value, declared)
    warnings = [read.warning] if read.warning else []
    text = read.text.strip(" \t\r\n\0\x1a")
    if text.count("<") > _TAGS:
        raise FormatError("more tags than an item may have", Reason.TOO_LARGE)
    text = _without_doctype(text, warnings)
    root = _tree(text, warnings)
    _bound(root, text)
    for element in root.iter():
        tag = element.tag
        if tag[0] == "{":
            element.tag = local(tag)
    return root, warnings


@lru_cache(maxsize=4096)
def local(tag: str) -> str:
    """
    Give the name without its namespace; those of Media RSS and podcasts keep a prefix, since they have names of feeds in another sense.

    >>> local("{http://search.yahoo.com/mrss/}content"), local("{http://www.w3.org/2005/Atom}content")
    ('media:content', 'content')
    """
    space, _, name = tag.rpartition("}")
    return _APART_SPACES.get(space[1:].rstrip("/").lower(), "") + name


def _declared(value: bytes) -> str | None:
    head = value[:200]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        return None
    match = _DECLARED.search(head.decode("latin-1"))
    return match[1] if match else None


def _without_doctype(text: str, warnings: list[str]) -> str:
    if "<!DOCTYPE" not in text and "<!doctype" not in text and "<!ENTITY" not in text:
        return text
    prolog = _PROLOG.match(text)
    at = prolog.end() if prolog else 0
    match = _DOCTYPE.match(text, at)
    if match is None:
        if text.startswith(("<!DOCTYPE", "<!doctype"), at):
            raise FormatError("document type that is not understood", Reason.INVALID)
        return text  # only quoted in a comment or CDATA section; the parser refuses it anywhere else
    if match[1] == ">":
        return text[:at] + text[match.end() :]
    subset = _SUBSET.match(text, match.end())
    if subset is None:
        raise FormatError("document type with declarations of its own", Reason.INVALID)
    warnings.append("document type names other files, not read")
    return text[:at] + text[subset.end() :]


def _tree(text: str, warnings: list[str]) -> Element:
    try:
        return _feed(text)
    except ParseError as error:
        first = error
    mended = _ILLEGAL_REFERENCE.sub("", _ILLEGAL.sub("", text))
    mended = _NAMED.sub(_character, _BARE.sub("&amp;", mended))
    if mended == text:
        raise _refused(first) from first
    try:
        root = _feed(mended)
    except ParseError as error:
        raise _refused(error) from error
    warnings.append("XML mended: characters or references that XML does not allow")
    return root


def _feed(text: str) -> Element:
    parser = XMLParser()  # noqa: S314 - text has no document type by now, so nothing can be expanded or fetched
    try:
        parser.feed(text)
    except UnicodeEncodeError as error:  # lone surrogates
        raise ParseError("characters that are none") from error
    root: Element = parser.close()
    return root


def _character(match: re.Match[str]) -> str:
    found = html.unescape(match[0])
    return match[0].replace("&", "&amp;") if found == match[0] else html.escape(found)


def _refused(error: ParseError) -> FormatError:
    line, column = getattr(error, "position", (0, 0))
    return FormatError(f"not well-formed at line {line}, column {column}")


def _bound(root: Element, text: str) -> None:
    """Refuse a tree that is too deep, or an element with too many attributes."""
    if text.count("<") > 2 * _DEPTH:
        level = [root]
        for _ in range(_DEPTH):
            level = [child for element in level for child in element]
            if not level:
                break
        else:
            raise FormatError("nested too deeply", Reason.INVALID)
    if text.count("=") > _ATTRIBUTES and any(len(element.keys()) > _ATTRIBUTES for element in root.iter()):
        raise FormatError("too many attributes", Reason.INVALID)


def below(element: Element, first: str, second: str) -> Element | None:
    """Give the first child `second` of a child `first`: what a path finds, in a third of its time."""
    for one in element.findall(first):
        found = one.find(second)
        if found is not None:
            return found
    return None


def flat(text: str | None) -> str:
    """`text` with blanks run together and none at the ends."""
    if not text:
        return ""
    if not text.isascii() or "\n" in text or "  " in text or "\t" in text:
        return " ".join(text.split())
    return text.strip()


def text_of(element: Element | None) -> str:
    """All text of an element, blanks run together; empty if there is none."""
    if element is None:
        return ""
    if len(element):
        apart = any(inner.tag in _APART for inner in element.iter())
        return flat((" " if apart else "").join(element.itertext()))
    return flat(element.text)


def texts(elements: Iterator[Element] | list[Element]) -> list[str]:
    """Give the texts of several elements, empty ones left out."""
    return [text for text in map(text_of, elements) if text]


def attribute(element: Element | None, name: str) -> str:
    """Give an attribute with blanks run together; empty if the element or the attribute is not there."""
    return flat(element.get(name)) if element is not None else ""
