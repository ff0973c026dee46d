r"""
Lay an item's body out as it was decoded: what stayed and what was taken out, piece by piece, safe to show.

Wire copy is other people's text. It may hold escape sequences that speak to a terminal and marks that turn the direction of
writing around; `visible` writes them out, so that they are seen and do nothing.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
"""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from worker.formats.html import plain_text

__all__ = ["Piece", "decoded_text", "headline_of", "main_text", "pieces", "shortened", "visible"]

# Controls but for line ends and tabs, marks of direction, and halves of surrogate pairs, which no output can encode.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_INLINE: Final = re.compile(r"</?(?:a|abbr|b|cite|em|font|i|small|span|strong|sub|sup|u)\b", re.IGNORECASE)


class Piece(NamedTuple):
    """A run of the body as a person reads it; `kind` and `rule` are empty for what stayed."""

    text: str
    kind: str = ""
    rule: str = ""


def visible(text: str) -> str:
    """Write control characters out as Python would; line ends and tabs stay."""
    return _UNSAFE.sub(_written, text.replace("\r\n", "\n"))


def _written(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def headline_of(record: Mapping[str, Any]) -> str:
    """Give the main headline of a published record; empty if it has none."""
    return next((str(one["value"]) for one in record["item"].get("headlines", ()) if one.get("role") == "main"), "")


def decoded_text(record: Mapping[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
    """
    Put the decoded body together again.

    Returns:
        Its content type, and its runs in their order: text with markup, kind and rule.
    """
    content_type, left = _main(record)
    runs: list[tuple[str, str, str]] = []
    at = taken = 0
    for span in sorted(record["removed"], key=lambda span: span["start"]):
        kept = span["start"] - at
        if kept > 0:
            runs.append((left[taken : taken + kept], "", ""))
            taken += kept
        runs.append((span["text"], span["kind"], span["rule"]))
        at = span["end"]
    if taken < len(left):
        runs.append((left[taken:], "", ""))
    return content_type, runs


def pieces(record: Mapping[str, Any]) -> list[Piece]:
    """Give the decoded body as it reads, markup left out, with what was taken out in its place."""
    content_type, runs = decoded_text(record)
    if content_type == "text/plain":
        return [Piece(*run) for run in runs]
    found: list[Piece] = []
    before = ""
    for markup, kind, rule in runs:
        text = plain_text(markup).strip("\n")
        if text.strip():
            if found:
                found.append(Piece(_gap(before, markup)))
            found.append(Piece(text, kind, rule))
        before = markup
    return found


def main_text(record: Mapping[str, Any]) -> str:
    """Give the published body without markup."""
    content_type, value = _main(record)
    return value if content_type == "text/plain" else plain_text(value)


def shortened(text: str, most: int) -> tuple[str, int, str]:
    """Cut the middle out of a text that is longer than `most`: its start, the characters left out, its end, whole lines if it may."""
    if len(text) <= most:
        return text, 0, ""
    start, end = text[: most // 2], text[-(most // 2) :]
    stop = max(start.rfind("\n", len(start) // 3), start.rfind(" ") if "\n" not in start[len(start) // 3 :] else -1)
    begin = end.find("\n", 0, 2 * len(end) // 3)
    begin = begin if begin >= 0 else end.find(" ")
    start, end = start[:stop].rstrip() if stop > 0 else start, end[begin + 1 :].lstrip("\n")
    return start, len(text) - len(start) - len(end), end


def _main(record: Mapping[str, Any]) -> tuple[str, str]:
    for body in record["item"].get("bodies", ()):
        if body.get("role") == "main":
            return str(body.get("contentType", "text/plain")), str(body["value"])
    return "text/plain", ""


def _gap(left: str, right: str) -> str:
    """Give what parts two runs of markup: a blank within a line, else a line end."""
    last = left[left.rfind("<") :] if left.rstrip().endswith(">") else ""
    first = right if right.lstrip().startswith("<") else ""
    inline = (not last or _INLINE.match(last)) and (not first or _INLINE.match(first.lstrip()))
    return " " if inline else "\n\n"
