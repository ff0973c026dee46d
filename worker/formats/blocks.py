"""
Write the story of an XML format as XHTML.

A table says what each element becomes: a name, an empty string (its content stays, the element goes), or None (all of it goes).
Blanks are run together as a browser does, except inside `pre`. What comes out is well-formed.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

__all__ = ["MIXED", "NITF", "XHTML", "Names", "has_blocks", "paragraphs_of", "write"]

Names = Mapping[str, str | None]

_SAME: Final = [
    "a",
    "abbr",
    "article",
    "b",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
]
_GONE: Final = ("script", "style", "head", "title", "meta", "link", "header", "nav", "form", "input", "button", "iframe", "object", "embed")  # fmt: skip
XHTML: Final[Names] = {**{name: name for name in _SAME}, **dict.fromkeys(_GONE), "font": "", "body": "", "html": "", "footer": "div", "aside": "div"}  # fmt: skip
NITF: Final[Names] = {
    **{name: name for name in _SAME if name not in {"div", "span", "img", "time"}},
    **dict.fromkeys(("media", "note", "media-reference", "media-caption", "media-producer", "media-object", "media-metadata", "nitf-table-metadata")),
    "block": "div", "hl1": "h2", "hl2": "h3", "hl": "h3", "bq": "blockquote", "fn": "small", "lang": "span", "pre": "pre", "div": "div", "span": "span",
    "script": None, "style": None, "img": "img", "para": "p", "P": "p", "BR": "br",
}  # fmt: skip
MIXED: Final[Names] = {**NITF, **{name: new for name, new in XHTML.items() if new or name not in NITF}}
_VOID: Final = frozenset({"br", "hr", "img", "col"})
_BLOCK: Final = frozenset(
    [
        "article",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "figcaption",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_RUN: Final = re.compile(r"[ \t\r\n]*[\t\r\n][ \t\r\n]*| {2,}")
_KEPT: Final = frozenset(
    [
        "href",
        "src",
        "alt",
        "title",
        "class",
        "id",
        "colspan",
        "rowspan",
        "lang",
        "dir",
        "start",
        "type",
        "value",
        "width",
        "height",
        "cite",
        "datetime",
        "rel",
        "name",
        "target",
        "data-qcode",
    ]
)
_NOT_PUBLIC: Final = re.compile(r"\b(?:np-nonpublic|nonpublic|notepad|not-for-publication|closingline)\b")


def _text(text: str, pre: bool) -> str:
    """Text as it stands in markup: blanks run together as a browser does, keeping one at each end, and signs escaped."""
    if not pre and ("\n" in text or "  " in text or "\t" in text):
        if text.isascii():
            inner = " ".join(text.split())
            text = (" " if text[0].isspace() else "") + inner + (" " if inner and text[-1].isspace() else "")
        else:
            text = _RUN.sub(" ", text)
    return _escape(text) if "&" in text or "<" in text or ">" in text else text


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    made = []
    for name, value in pairs:
        if name in _KEPT:
            safe = _escape(value).replace('"', "&quot;").replace("\n", " ")
            made.append(f' {name}="{safe}"')
    return "".join(made)


def _write(element: Element, names: Names, out: list[str], pre: bool) -> None:
    tag = element.tag
    name = names[tag] if tag in names else names.get(tag.lower(), "")
    pairs = element.items()  # `attrib` would make a dictionary for each element that has none
    if pairs and name is not None and _NOT_PUBLIC.search(element.get("class") or ""):
        name = None
    if name is not None:
        attributes = _attributes(pairs) if pairs else ""
        if name in _VOID:
            out.append(f"<{name}{attributes}/>")
        else:
            if name:
                out.append(f"<{name}{attributes}>")
            _inside(element, names, out, pre or name == "pre")
            if name:
                out.append(f"</{name}>\n" if name in _BLOCK else f"</{name}>")
    tail = element.tail
    if tail:
        out.append(_text(tail, pre))


def _inside(element: Element, names: Names, out: list[str], pre: bool) -> None:
    text = element.text
    if text:
        out.append(_text(text, pre))
    for child in element:
        _write(child, names, out, pre)


_EMPTY: Final = re.compile(r"<(p|h[1-6]|div|li)(?: class=\"[^\"<>]*\")?>\s*</\1>\n?")


def write(element: Element, names: Names) -> str:
    """Give the content of `element` as XHTML, one block a line; elements without content left out."""
    out: list[str] = []
    _inside(element, names, out, pre=False)
    text = "".join(out)
    if "<pre" not in text:
        text = "\n".join([clean for line in text.split("\n") if (clean := line.strip())])
        text = text.replace("<p> ", "<p>").replace(" </p>", "</p>")
        text = text.replace("> <", "><") if "> <p" in text or "> </" in text else text
    return _EMPTY.sub("", text).strip()


def has_blocks(element: Element) -> bool:
    """Whether any child is an element, so that the content is markup and not plain text."""
    return len(element) > 0


def paragraphs_of(text: str) -> str:
    """Plain text with its indentation and line ends tidied: blanks at line ends off, no more than one empty line."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
