"""
IPTC 7901, the text format of teleprinters: SOH header, slug, STX, text, ETX, day-time group, EOT.

The header is `eca062 4 i 211 ccccb dpa 061`: service and number, priority, category, words, and what the agency adds. The text
starts with labels (`1ST LEAD`), headline and byline, up to a line that ends in `=`. Transports lose control characters, so only
the header line is needed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from worker.formats import charset
from worker.formats.errors import FormatError
from worker.formats.wire_text import ETX, SOH, STX, controls_in, day_time, paragraphs, tidy, unfolded
from worker.model import Body, Decoded, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "iptc7901"
CONTENT_TYPES: Final = ("text/x-iptc7901", "application/x-iptc7901", "text/vnd.iptc.7901", "text/plain")

_LARGEST: Final = 12_000_000
_HEADER: Final = re.compile(
    r"\s*\x01?\s*([A-Za-z]{1,6})[ -]?(\d{1,5})[ \t]+(\d)[ \t]+([A-Za-z]{1,6})(?:[ \t]+(\d{1,5}))?(?:[ \t]+([^\n\x02]{0,80}))?[ \t]*(?=[\n\x02]|$)"
)
_HEADER_BYTES: Final = re.compile(
    rb"[\s\x00\x16\x7f]*\x01?\s*[A-Za-z]{1,6}[ -]?\d{1,5}[ \t]+\d[ \t]+[A-Za-z]{1,6}(?:[ \t]+\d{1,5})?(?:[ \t][^\r\n\x02]{0,80})?[ \t]*(?=[\r\n\x02])"
)
_LABEL: Final = re.compile(
    r"\(?(?:\d{1,2}(?:ST|ND|RD|TH)?[ .-]*(?:NIGHT |DAY )?(?:LEAD|LD|UPDATE|ADD|RPT|VERSION|ZUSAMMENFASSUNG|ZF|NEUF|FASSUNG)|(?:NIGHT |DAY )?LEAD(?:ALL)?|LEADALL|REFILE|CORRECTION|CORRECTED|"
    r"KORREKTUR|BERICHTIGUNG|URGENT|EIL|EILMELDUNG|FLASH|BULLETIN|ALERT|EXTRA|ADVISORY|ATTENTION|ACHTUNG|ADDS?|UPDATE ?\d*|REPEAT|RPT|WRAP(?:UP)? ?\d*|"
    r"ROUNDUP|KILL|WITHDRAWAL|PREVIEW|FEATURE|NEWS ?FEATURE|ANALYSIS|BACKGROUND|EMBARGO(?:ED)?|SPERRFRIST[^\n]{0,40}|NEU|TEST|CORRECTIF|RECTIFICATIF|MISE À JOUR|SYNTHESE|SYNTHÈSE|"
    r"URGENTE?|ÚLTIMA HORA|AVANCE|AMPLIACI[ÓO]N|AMPL[.:]?|CORREG(?:IDO|GE)|RECTIFICACI[ÓO]N|RESUMEN|ERRATA CORRIGE|CORREZIONE|PUNTO|FLASHNEWS|"
    r"SPOEDBERICHT|RETT(?:ET|ELSE|ING)|HASTER|ILMELDUNG|KORRIGERAD|RÄTTAD|KIIRE|KORJAUS|СРОЧНО|МОЛНИЯ|ИСПРАВЛЕНИЕ|(?:WITH )?(?:PHOTO|VIDEO|FOTO|BILD|TV|GRAPHIC|INFOGRAPHIE)[A-Z+/& -]{0,30})"
    r"(?:[ ,:/()-]+(?:[A-Z0-9 ,:/()-]{0,30}))?\)?[ :.-]*", re.IGNORECASE
)  # fmt: skip
_BYLINE: Final = re.compile(r"(?:by|von|par|por|door|av|di|from)\s+[^\W\d_].{2,90}", re.IGNORECASE)
_PRIVATE: Final = re.compile(
    r"^\s*(?:#+\s*(?:[\w.]+\s+)?(?:notebook|notizblock|notepad|note ?book|bloc-notes)\b|\*(?:\s?\*){2,}\s*$|"
    r".{0,60}\bnot (?:intended )?for publication\b|.{0,60}\bnicht zur ver(?:ö|oe)ffentlichung\b|.{0,60}\bpas destinée?s? à (?:la )?publication\b|"
    r".{0,60}\bne pas publier\b|.{0,60}\bno (?:destinad[ao]s? a|para) (?:su )?publica(?:ci[oó]n|r)\b)", re.IGNORECASE
)  # fmt: skip
# What every line that `_PRIVATE` matches has in it, in the cases that are written.
_STEMS: Final = (
    "**", "* *", "ublica", "UBLICA", "ublier", "UBLIER", "ffentlich", "FFENTLICH", "otebook", "OTEBOOK", "ote book", "ote Book", "OTE BOOK",
    "oteBook", "otizblock", "OTIZBLOCK", "otepad", "otePad", "OTEPAD", "loc-notes", "loc-Notes", "LOC-NOTES",
)  # fmt: skip
_SIGNS: Final = tuple(
    (sign.encode("ascii"), tuple(stem for stem in _STEMS if sign in stem.lower()))
    for sign in ("*", "ubli", "ffentlich", "oteb", "ote b", "otiz", "otep", "loc-n")
)
_TRIES: Final = 50  # lines that have the stem and are none
_SIGNATURE: Final = re.compile(r"(?:[a-z]{2,10}[ /]){1,8}[a-z]{1,8}(?:\s+\d{4,6})?\s*$")
_SENTENCE: Final = 80  # a longer first paragraph that ends in a full stop is the story itself
_AGENCY: Final = re.compile(r"(?:^|[\s/])([A-Za-z]{2,8})(?:[ -]+[A-Z]{0,3}\d{1,5})\s*$")
_IN_LINE: Final = re.compile(r"[(/]([^\W\d_][\w.-]{1,14})[)/]\s*(?:[-–—:_.]|$|(?<=\))\s*(?=[^\W\d_]))", re.MULTILINE)
_GROUP: Final = re.compile(r"^\s*\d{6}\s*[A-Z]{0,4}\s+[^\W\d]{3,9}\.?\s*\d{2,4}\s*$", re.MULTILINE)


class Seen(NamedTuple):
    """What the bytes of a message can hold: control characters, and stems of lines that are not for publication."""

    controls: str
    stems: tuple[str, ...]


def sniff(value: bytes) -> bool:
    """Whether the bytes start with a header line, and have a control character or a day-time group."""
    head = value[:256]
    if not _HEADER_BYTES.match(head):
        return False
    return b"\x02" in value[:600] or b"\x01" in head or bool(_GROUP.search(value[-400:].decode("latin-1")))


def read(raw: Raw) -> Sequence[Decoded]:
    """Read the message; several may follow each other, each with its own SOH."""
    if len(raw.value) > _LARGEST:
        raise FormatError("larger than twelve million bytes", Reason.TOO_LARGE)
    found = charset.decode(raw.value.replace(b"\r\n", b"\n"), charset.parameter(raw.content_type))
    warnings = (found.warning,) if found.warning else ()
    text = found.text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in found.text else found.text
    parts = [part for part in text.split(SOH) if part.strip(" \n\t\0\x16\x7f\x04")][:1000]
    seen = Seen(controls_in(raw.value), _stems_in(raw.value))
    items = [item for part in parts if (item := _item(part, warnings, seen)) is not None]
    if not items:
        raise FormatError("no header line", Reason.INVALID)
    return tuple(items)


def _item(text: str, warnings: tuple[str, ...], seen: Seen) -> Decoded | None:
    header = _HEADER.match(text)
    if header is None:
        return None
    service, number, priority, category, words, rest = header.groups()
    start = text.find(STX, header.end())
    end = text.find(ETX, max(start, header.end()))
    above = text[header.end() : start] if start >= 0 else ""
    inner = text[start + 1 if start >= 0 else header.end() : end if end >= 0 else len(text)]
    after = text[end + 1 :] if end >= 0 else ""
    time = day_time(after)
    if time is None:
        time = day_time(inner[-200:])
        group = list(_GROUP.finditer(inner, max(0, len(inner) - 200)))
        if time is not None and group:
            inner = inner[: group[-1].start()]
    lines = tidy(inner, seen.controls).split("\n")
    slug = _slug(above, lines)
    labels, headline, byline, lines = _head(lines)
    body, private = _part(lines, seen.stems)
    source = _source(rest or "", body, service)
    item: dict[str, Any] = {"type": "text", "subjects": [{"rel": "about", "literal": f"iptc7901:{category.lower()}"}]}
    if slug:
        item["slugline"] = slug
    if byline:
        item["by"] = byline
    if "1" <= priority <= "9":
        item["urgency"] = int(priority)
    if private:
        item["edNote"] = private
    extra: dict[str, Any] = {"service": service, "number": number}
    if words:
        extra["words"] = int(words)
    if rest and rest.strip():
        extra["header"] = rest.strip()
    if labels:
        extra["labels"] = labels
    if time is not None and not time[1]:
        warnings = (*warnings, "day-time group has no zone, taken as UTC")
    return Decoded(
        format=NAME,
        headline=headline,
        body=Body(field="body_text", content_type="text/plain", value=body) if body else None,
        updated=time[0] if time else None,
        source=source or None,
        rights=Rights(source=source or None),
        item=item,
        extra=extra,
        warnings=warnings,
    )


def _slug(above: str, lines: list[str]) -> str:
    """Give the keyword line: between header and text, else the first line of the text if it is made like one."""
    given = [line.strip() for line in tidy(above).split("\n") if line.strip()]
    if given:
        return given[0].rstrip("/: ")
    while lines and not lines[0].strip():
        lines.pop(0)
    if lines:
        first = lines[0].strip()
        if (
            len(first) <= 80
            and (first.endswith("/") or re.fullmatch(r"[^\s/]+(?:[/-][^/]+)+/?", first))
            and not first.endswith(("=", "."))
        ):
            lines.pop(0)
            return first.rstrip("/: ")
    return ""


def _head(lines: list[str]) -> tuple[list[str], str, str, list[str]]:
    """Part labels, headline, byline and the lines of the story."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    end = next((at for at, line in enumerate(lines[:12]) if line.rstrip().endswith("=")), None)
    if end is None:
        blocks = paragraphs(lines[:14])
        first = " ".join(line.strip() for line in blocks[0]) if blocks else ""
        sentence = len(first) > _SENTENCE and first.endswith((".", '."', ".”", "”."))
        if len(blocks) < 2 or len(blocks[0]) > 4 or len(first) > 250 or sentence or _IN_LINE.search(blocks[0][0]):
            return [], "", "", lines
        end = len(blocks[0]) - 1
    labels: list[str] = []
    heads: list[str] = []
    bylines: list[str] = []
    for line in lines[: end + 1]:
        clean = line.strip().rstrip("=").strip()
        if not clean:
            continue
        if not heads and _LABEL.fullmatch(clean):
            labels.append(clean.strip("()"))
        elif heads and _BYLINE.fullmatch(clean):
            bylines.append(clean)
        else:
            heads.append(clean)
    if not heads and labels:
        heads.append(labels.pop())
    rest = lines[end + 1 :]
    return labels, " ".join(heads), ", ".join(bylines), rest


def _part(lines: list[str], stems: tuple[str, ...]) -> tuple[str, str]:
    """Part the story and what is not for publication."""
    cut = _private_line(lines, stems)
    story = unfolded(lines[:cut])
    private = "\n".join(line.strip() for line in lines[cut:] if line.strip(" *\t"))
    if len(story) > 1 and _SIGNATURE.fullmatch(story[-1]):
        private = f"{private}\n{story.pop()}".strip()
    return "\n\n".join(one for one in story if one), private


def _stems_in(value: bytes) -> tuple[str, ...]:
    """List the stems that a message of these bytes can have; bytes are looked through for what several stems have in common."""
    if b"\0" in value:
        return _STEMS
    low = value.lower()
    return tuple([stem for sign, stems in _SIGNS if sign in low for stem in stems])


def _private_line(lines: list[str], stems: tuple[str, ...]) -> int:
    """Find the first line of what is not for publication. Stems are looked for first, in the text as a whole."""
    if not stems:
        return len(lines)
    text = "\n".join(lines)
    places = sorted(at for stem in stems for at in _places(text, stem))
    return next((line for line in (text.count("\n", 0, at) for at in places) if _PRIVATE.match(lines[line])), len(lines))


def _places(text: str, stem: str) -> Iterator[int]:
    at = text.find(stem)
    for _ in range(_TRIES):
        if at < 0:
            return
        yield at
        at = text.find(stem, text.find("\n", at) + 1 or len(text))


def _source(rest: str, body: str, service: str) -> str:
    """Give the agency: at the end of the header, else in the dateline, else the service's letters."""
    line = _IN_LINE.search(body[:160])
    if line and line[1].lower() in rest.lower():
        return line[1]
    match = _AGENCY.search(rest) or re.search(r"/\s*([A-Za-z]{2,8})-", rest) or line
    return match[1] if match else service
