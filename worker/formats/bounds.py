"""
Bounds on markup: how deep it nests, and how many attributes one tag has.

Parsers of HTML look for each attribute among those before it, and walk up all open elements at each tag, so that both take time that grows
with the square. No page of a newsroom comes near the bounds.
"""

import re
from typing import Final

__all__ = ["unruly"]

_DEPTH: Final = 300  # nesting; a browser cuts it at 512
_ATTRIBUTES: Final = 1000  # of one tag
_CLOSED: Final = 5000  # tags that end in `/>` and that HTML leaves open
_NESTING: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9:._-]*)(?:[^<>]*(/)>)?")
# Elements without content, and those that the next of the kind or the end of what is around them closes.
_FLAT: Final = frozenset(
    (
        "br img hr input meta link col area base embed source track wbr param"
        " p li dd dt td th tr tbody thead tfoot option optgroup colgroup rt rp html head body"
    ).split()
)
# What a parser reads as text: scripts, styles, comments.
_QUOTED: Final = re.compile(
    r"<(?:!--(?:[^-]|-(?!->))*+(?:-->|\Z)|(script|style|textarea)\b[^<>]*+>(?:[^<]|<(?!/\1))*+(?:</\1|\Z))", re.IGNORECASE
)
_TAG: Final = re.compile(r"<(?:!--|([A-Za-z][A-Za-z0-9]*))")
_EDGE: Final = re.compile(r"[>\"']")
_RAW: Final = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
}


def unruly(markup: str) -> str:
    """
    Tell what is beyond the bounds, in time that grows with the length; empty if nothing is.

    >>> unruly("<p>One</p>"), unruly("<div>" * 400), unruly("<p " + "a " * 2000 + ">")
    ('', 'nested too deeply', 'too many attributes')
    """
    if len(markup) <= 3 * _DEPTH:
        return ""
    if markup.count("<") > _DEPTH and _depth(markup) > _DEPTH and _depth(_QUOTED.sub("", markup)) > _DEPTH:
        return "nested too deeply"
    # A thousand attributes have as many signs of equation, or stand in a long stretch without a tag.
    if markup.count("=") > _ATTRIBUTES or max(map(len, markup.split("<"))) > 2 * _ATTRIBUTES:
        return "too many attributes" if _most_attributes(markup) > _ATTRIBUTES else ""
    return ""


def _depth(markup: str) -> int:
    """
    How deep elements are nested that no parser closes by itself; an end tag closes only one of its own name.

    Tags that end in `/>` are closed in drawings and open in HTML; they count if there are thousands of them.
    """
    opened: dict[str, int] = {}
    depth = deepest = closed = 0
    for match in _NESTING.finditer(markup):
        name = match[1].lower()
        if name in _FLAT:
            continue
        count = opened.get(name, 0)
        if match[0][1] == "/":
            if count:
                opened[name] = count - 1
                depth -= 1
        elif match[2]:
            closed += 1
        else:
            opened[name] = count + 1
            depth += 1
            deepest = max(deepest, depth)
    return max(deepest, closed if closed > _CLOSED else 0)


def _most_attributes(markup: str) -> int:
    """Count the words of the tag that has most, outside quotes, reading tags as browsers do."""
    most = at = 0
    while True:
        tag = _TAG.search(markup, at)
        if tag is None:
            return most
        name = (tag[1] or "").lower()
        if not name:
            end = markup.find("-->", tag.end())
            if end < 0:
                return most
            at = end
            continue
        at, words = _tag_end(markup, tag.end())
        most = max(most, words)
        if name in _RAW:
            close = _RAW[name].search(markup, at)
            if close is None:
                return most
            at = close.start()


def _tag_end(markup: str, at: int) -> tuple[int, int]:
    """Where a tag ends, and how many words stand in it outside quotes."""
    words = 0
    while True:
        edge = _EDGE.search(markup, at)
        end = edge.start() if edge else len(markup)
        words += len(markup[at:end].replace("/", " ").split())
        if edge is None or edge[0] == ">":
            return end + 1, words
        at = edge.end()
        if markup[max(0, end - 40) : end].rstrip().endswith("="):  # a value; elsewhere quotes are part of a name
            close = markup.find(edge[0], at)
            if close < 0:
                return len(markup), words
            at = close + 1
