"""
Plain text: press releases, scrapes and anything else without structure.

The first lines may be labels (`Source: …`) and a headline; what follows a blank line is the body.
"""

import re
from collections.abc import Sequence
from typing import Final

from worker.formats import charset, xml
from worker.formats.errors import FormatError
from worker.formats.prose import agency_of_story
from worker.formats.times import moment
from worker.model import Body, Decoded, Raw, Rights

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "text"
CONTENT_TYPES: Final = ("text/plain",)

_HEADLINE: Final = 250  # a longer first paragraph is the story itself
_ROOM: Final = 0.9  # of the longest line: a first line that fills its width goes on in the next
_LINES: Final = 3  # lines that a headline may be folded over
_LABEL: Final = re.compile(
    r"(source|from|title|headline|date|published|updated|contact|url|link|author|by|language)\s*:\s+(\S.{0,200})", re.IGNORECASE
)
_RELEASE: Final = re.compile(
    r"(for immediate release|media release|press release|news release|pressemitteilung|communiqu[ée] de presse)\b.{0,40}",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_CONTROL_BYTES: Final = bytes((*range(9), 11, *range(14, 32), 127))
# What teleprinters put around a message: ZCZC and a number before it, NNNN behind it.
# The line of codes that some agencies put below it (`R CRO S0B QBXB`) has no small letter and no punctuation.
_NOISE: Final = re.compile(r"ZCZC(?![a-z])[^\n]{0,40}\n(?:[A-Z0-9 _/-]{3,40}\n){0,3}")
_LAST: Final = re.compile(r"(?:(\d{1,2}[ -][^\W\d]{3,9}[ -]\d{2,4} \d\d:\d\d)\s+)?NNNN")
_OWN_SOURCE: Final = re.compile(r"^[ ]*SOURCE:?[ ]+\S", re.MULTILINE)
_SENTENCE: Final = re.compile(r"[.!?…。][\"'”’»)\]]*$")
# PARIS, Feb. 1 (…) – or LONDON, Feb 1 /PRNewswire/: the story starts here, so the line is no headline.
_DATELINE: Final = re.compile(r"[A-ZÀ-ÝŁ][^\n]{2,70}?(?:\s[-–—]{1,2}\s|/\s*[-–—]*\s*[A-Z][\w ]{1,30}/|\([A-Z][\w ./]{1,25}\)\s*[-–—]|--\s?\()")  # fmt: skip


def sniff(value: bytes) -> bool:
    """Whether most bytes can be text, and not XML of a kind that nobody knows; the last format that is asked."""
    head = value[:2048]
    if xml.root_of(value) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!DOCTYPE", b"<!doctype")):
        return False
    if not head.strip(b" \t\r\n\0"):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head.count(0)
    if zeros:
        return zeros * 10 > len(head) * 3 and zeros * 10 < len(head) * 6  # UTF-16 of Latin text
    return len(head.translate(None, _BINARY)) * 20 >= len(head) * 19


_BINARY: Final = bytes(set(range(0x20)) - {0x01, 0x02, 0x03, 0x04, 0x07, 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x0F, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F})  # fmt: skip


def read(raw: Raw) -> Sequence[Decoded]:
    """Read labels, headline and body. The body is what follows the headline, with its line ends made plain."""
    found = charset.decode(raw.value, charset.parameter(raw.content_type))
    text = found.text
    warnings = [found.warning] if found.warning else []
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(raw.value.translate(None, _CONTROL_BYTES)) != len(raw.value) and _CONTROL.search(text):
        text = _CONTROL.sub("", text)
        warnings.append("control characters taken out")
    text, stamp = _message(text.strip())
    if not text:
        raise FormatError("no text")
    labels, rest = _labels(text)
    headline, body = _split(rest)
    headline = headline or labels.get("title") or labels.get("headline") or ""
    source = labels.get("source")
    time = moment(stamp or labels.get("updated") or labels.get("date") or labels.get("published") or "")
    if time is not None and not time.zoned:
        warnings.append("the time has no zone, taken as UTC")
    url = labels.get("url") or labels.get("link") or ""
    item = {"by": labels["author"]} if "author" in labels else {"by": labels["by"]} if "by" in labels else {}
    return (
        Decoded(
            format=NAME,
            uri=url if url.startswith(("http://", "https://")) and " " not in url else "",
            headline=headline,
            updated=time.ms if time else None,
            language=labels.get("language"),
            body=Body(field="body_text", content_type="text/plain", value=body) if body else None,
            source=source,
            rights=Rights(source=source or _agency(body)),
            item=item,
            extra={"labels": labels} if labels else {},
            warnings=tuple(warnings),
        ),
    )


def _agency(body: str) -> str | None:
    """Take the dateline's agency for the source, unless a release names its own: then that is who distributes it."""
    return None if _OWN_SOURCE.search(body[-1000:]) else agency_of_story(body) or None


def _message(text: str) -> tuple[str, str]:
    """Take off what teleprinters put around a message; give the time that stands in its last line, if any."""
    stamp = ""
    if text.endswith("NNNN"):
        start = text.rfind("\n") + 1
        last = _LAST.fullmatch(text[start:].strip())
        if last:
            text, stamp = text[:start].rstrip(), last[1] or ""
    if text.startswith("ZCZC"):
        text = _NOISE.sub("", text, count=1).strip()
    return text, stamp


def _labels(text: str) -> tuple[dict[str, str], str]:
    """Take `Source: …` and `MEDIA RELEASE …` from the first lines."""
    labels: dict[str, str] = {}
    at = 0
    for _ in range(8):
        end = text.find("\n", at)
        line = text[at : end if end >= 0 else len(text)].strip()
        match = _LABEL.fullmatch(line)
        if match:
            labels.setdefault(match[1].lower(), match[2].strip())
        elif line and not (_RELEASE.match(line) and end >= 0):
            break
        if end < 0:
            break
        at = end + 1
    return labels, text[at:].lstrip("\n")


def _split(text: str) -> tuple[str, str]:
    """Part headline and body: a short first paragraph or line that is no sentence and no dateline is a headline."""
    head, _, rest = text.partition("\n\n")
    lines = [line.strip() for line in head.split("\n")]
    if rest.strip() and len(lines) <= _LINES and _is_headline(" ".join(lines)):
        return " ".join(lines), rest.strip("\n")
    first, _, more = text.partition("\n")
    if (
        len(more.strip()) > 2 * len(first)
        and len(first) < _ROOM * max(map(len, text.split("\n", 40)))
        and _is_headline(first.strip())
    ):
        return first.strip(), more.strip("\n")
    return "", text


def _is_headline(line: str) -> bool:
    ends = _SENTENCE.search(line) and not line.endswith(("?", "!"))
    return bool(line) and len(line) <= _HEADLINE and not ends and not _DATELINE.match(line)
