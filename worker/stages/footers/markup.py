"""
Read the text of an HTML body with the place of each piece of it, and say what to take out so that the rest stays well formed.

The scan is one pass from tag to tag. It knows no browser's rules of repair: it only must not take out half of an element. A region
loses its text and every element that lies in it as a whole; a tag whose partner stands outside stays where it is.
"""

import re
from bisect import bisect_right
from html import unescape
from typing import Final, NamedTuple

__all__ = ["Markup", "plain", "read_end", "read_start"]

# Only the end of a long body is read for footers; what is before it stays as it is.
_WINDOW: Final = 16_000
_START: Final = 2_000
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
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
        "title",
        "tr",
        "ul",
    ]
)
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_SILENT: Final = ("script", "style", "noscript", "template")
_LONGEST_ENTITY: Final = 32
_LONGEST_VALUE: Final = 4_000
_NAME: Final = re.compile("<(/?)([A-Za-z][A-Za-z0-9:-]{0,29})")


class _Tag(NamedTuple):
    """A tag, comment or silent element at raw[start:end]; `name` is empty for what has no partner."""

    start: int
    end: int
    name: str
    closes: bool


class Markup:
    """`text` is the body's text; `raw` says where a code point of it stands in the markup."""

    __slots__ = ("_raw", "_starts", "_steps", "_tags", "text")

    def __init__(self, raw: str, tags: list[_Tag], pieces: list[tuple[int, int, str]]) -> None:
        """Lay the pieces of text (start, end in the markup, text) beside each other."""
        self._raw, self._tags = raw, tags
        self._starts: list[int] = []
        self._steps: list[tuple[int, int, bool]] = []
        parts, at = [], 0
        for start, end, text in pieces:
            self._starts.append(at)
            self._steps.append((start, end, end - start == len(text)))
            parts.append(text)
            at += len(text)
        self.text = "".join(parts)

    @property
    def whole(self) -> bool:
        """Whether it is the whole of the markup that was read."""
        return len(self._raw) <= _WINDOW

    @property
    def tags(self) -> bool:
        """Whether there is any markup in it."""
        return bool(self._tags) or len(self._steps) > 1

    def raw(self, at: int) -> int:
        """Find where the code point `at` of the text stands in the markup."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0
        start, end, plain = self._steps[index]
        return min(start + (at - self._starts[index]), end) if plain else (start if at == self._starts[index] else end)

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """
        Say what to take out so that the text from `start` to `end` is gone, tags that enclose more than it excepted.

        Returns:
            Spans of the markup, in order.
        """
        left = self.raw(start)
        right = self._end(end) if end < len(self.text) else len(self._raw)
        if not self._tags:
            return [(left, right)]
        first, last = self._around(left, right)
        inside = self._tags[first:last]
        left = min(left, inside[0].start) if inside else left
        right = max(right, inside[-1].end) if inside else right
        spans, at = [], left
        for tag in _unpaired(inside):
            if tag.start > at:
                spans.append((at, tag.start))
            at = tag.end
        if right > at:
            spans.append((at, right))
        return spans

    def _end(self, end: int) -> int:
        """Where what is before the code point `end` of the text ends in the markup."""
        at, stop, as_is = self._steps[bisect_right(self._starts, end - 1) - 1]
        return self.raw(end - 1) + 1 if as_is else max(at, stop)

    def _around(self, left: int, right: int) -> tuple[int, int]:
        """Find the tags in a region, and the opening ones that stand directly before it and the closing ones directly behind."""
        tags, raw = self._tags, self._raw
        first = bisect_right(tags, left, key=lambda tag: tag.start)
        last = bisect_right(tags, right - 1, key=lambda tag: tag.start)
        edge = left
        while (
            first and tags[first - 1].end <= edge and not raw[tags[first - 1].end : edge].strip() and not tags[first - 1].closes
        ):
            first -= 1
            edge = tags[first].start
        edge = right
        while last < len(tags) and not raw[edge : tags[last].start].strip() and (tags[last].closes or not tags[last].name):
            edge = tags[last].end
            last += 1
        return first, last


def _unpaired(tags: list[_Tag]) -> list[_Tag]:
    """Find the tags among these whose partner is not."""
    open_tags: list[int] = []
    alone: set[int] = set()
    for index, tag in enumerate(tags):
        if not tag.name:
            continue
        if not tag.closes:
            open_tags.append(index)
        elif open_tags and tags[open_tags[-1]].name == tag.name:
            open_tags.pop()
        else:
            alone.add(index)
    alone.update(open_tags)
    return [tags[index] for index in sorted(alone)]


def plain(text: str) -> Markup:
    """Take a plain text as markup without tags."""
    return Markup(text, [], [(0, len(text), text)])


def read_end(raw: str) -> Markup:
    """Read the markup, or only its end if it is long."""
    start = 0
    if len(raw) > _WINDOW:
        start = raw.find("<", len(raw) - _WINDOW)
        start = len(raw) - _WINDOW if start < 0 else start
    return _scan(raw, start, len(raw))


def read_start(raw: str) -> Markup:
    """Read the start of the markup, far enough for a head and a dateline."""
    cut = raw.find("<", _START) if len(raw) > _START else -1
    return _scan(raw, 0, min(cut if cut >= 0 else len(raw), 2 * _START))


def _scan(raw: str, at: int, size: int) -> Markup:
    tags: list[_Tag] = []
    pieces: list[tuple[int, int, str]] = []
    last = raw.rfind(">", at, size)
    while at < size:
        mark = raw.find("<", at, size) if at <= last else -1
        mark = size if mark < 0 or mark > last else mark
        if mark > at:
            _text(raw, at, mark, pieces)
        if mark == size:
            break
        tag = _tag(raw, mark)
        if tag is None:
            pieces.append((mark, mark + 1, "<"))
            at = mark + 1
            continue
        if tag.name in _BLOCKS or raw.startswith(("<br", "<BR", "<hr", "<HR"), mark):
            pieces.append((tag.start, tag.end, "\n"))
        tags.append(tag._replace(name="") if tag.name in _VOID else tag)
        at = tag.end
    return Markup(raw, tags, pieces)


def _tag(raw: str, at: int) -> _Tag | None:
    """Read the tag that starts at `at`; None if that is only a sign."""
    if raw.startswith("<!--", at):
        end = raw.find("-->", at + 4)
        return _Tag(at, len(raw) if end < 0 else end + 3, "", closes=False)
    following = raw[at + 1 : at + 2]
    if following in ("!", "?"):
        end = raw.find(">", at)
        return _Tag(at, len(raw) if end < 0 else end + 1, "", closes=False)
    opening = _NAME.match(raw, at)
    if opening is None:
        return None
    closes, name = bool(opening[1]), opening[2].lower()
    end = _end(raw, opening.end())
    if end < 0:
        return None
    if raw[end - 2] == "/" and not closes:
        return (
            _Tag(at, end, "" if name not in _BLOCKS else name, closes=False)
            if name not in _BLOCKS
            else _Tag(at, end, "", closes=False)
        )
    if name in _SILENT and not closes:
        close = raw.find(f"</{name}", end)
        close = raw.find(">", close) if close >= 0 else -1
        return _Tag(at, len(raw) if close < 0 else close + 1, "", closes=False)
    return _Tag(at, end, name, closes)


def _end(raw: str, at: int) -> int:
    """Find where the tag ends whose name ends at `at`, quoted values skipped; -1 if it does not."""
    while True:
        close = raw.find(">", at)
        if close < 0:
            return -1
        inside = raw[at:close]
        if '"' not in inside and "'" not in inside:
            return close + 1
        quotes = [place for place in (inside.find('"'), inside.find("'")) if place >= 0]
        quote = at + min(quotes)
        partner = raw.find(raw[quote], quote + 1, quote + _LONGEST_VALUE)
        if partner < 0:
            return close + 1
        at = partner + 1


def _text(raw: str, start: int, end: int, pieces: list[tuple[int, int, str]]) -> None:
    """Add the text between two tags, entities by themselves."""
    at = look = start
    while (mark := raw.find("&", look, end)) >= 0:
        stop = raw.find(";", mark, min(end, mark + _LONGEST_ENTITY))
        if stop < 0:
            look = mark + 1
            continue
        if mark > at:
            pieces.append((at, mark, _flat(raw[at:mark])))
        pieces.append((mark, stop + 1, unescape(raw[mark : stop + 1])))
        at = look = stop + 1
    if at < end:
        pieces.append((at, end, _flat(raw[at:end])))


def _flat(text: str) -> str:
    """Make a line end a blank, as it is in markup."""
    return text.replace("\n", " ").replace("\r", " ") if "\n" in text or "\r" in text else text
