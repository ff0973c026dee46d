"""
ANPA 1312, the American wires' text format: SOH header lines, STX text of `^` lines and paragraphs, ETX trailer.

    W2870<US>asian
    f l<DC3><DC1> BC-LT--Argentina-CancerB     11-13 1049
    <STX>^BC-LT--Argentina-Cancer Beauty,466<
    ^Headline<
    ^By PAUL BYRNE=
       BUENOS AIRES, Argentina (AP) _ …
    <ETX>AP-WF-11-13-13 1509GMT<

The second line holds priority, category, format, keyword, date and words. Lines that start with `^` are head matter: slug,
headline, editors' notes, byline. Transports lose control characters; the second line and a `^` line are enough.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from worker.formats import charset
from worker.formats.errors import FormatError
from worker.formats.subjects import IPTC
from worker.formats.times import moment
from worker.formats.wire_text import ETX, SOH, STX, controls_in, nearest_year, tidy, unfolded
from worker.model import Body, Decoded, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "anpa1312"
CONTENT_TYPES: Final = ("text/x-anpa", "application/x-anpa", "text/vnd.anpa.1312", "text/plain")

_LARGEST: Final = 12_000_000
_KEY: Final = re.compile(
    r"^[ \t]*([a-zA-Z])[ \t]+([a-zA-Z])[ \t]?[\x10-\x1f]{0,3}[ \t]?(?:[bxtu]{1,2}[ \t]+)?(\S[^\n]{0,60}?)[ \t]+(\d{1,2})-(\d{1,2})(?:-(\d{2,4}))?(?:[ \t]+(\d{1,5}))?[ \t]*$", re.MULTILINE
)  # fmt: skip
_KEY_BYTES: Final = re.compile(rb"(?:^|[\n\r])[ \t]*[a-zA-Z][ \t]+[a-zA-Z][ \t]?[\x10-\x1f]{0,3}[ \t]?[^\s][^\r\n]{0,64}[ \t]\d{1,2}-\d{1,2}(?:-\d{2,4})?(?:[ \t]+\d{1,5})?[ \t]*(?=[\r\n])")  # fmt: skip
_FIRST: Final = re.compile(r"[\x16\s\0]*([a-zA-Z]{0,3})(\d{1,5})[\x1f ]?([^\n]{0,40})")
_TRAILER: Final = re.compile(
    r"\^?\s*([A-Z]{2,6})(?:-([A-Z0-9]{1,4}))?-(\d\d)-(\d\d)-(\d\d)[ \t]+(\d{2})(\d{2})[ \t]*([A-Z]{1,4})?\s*<?"
)
_END: Final = re.compile(r"\^?END<?|[\^<]+")
_ENDS: Final = frozenset("E^< \t")
_WORDS: Final = re.compile(r"\s*,\s*(\d{0,5})$")
_SEQUENCE: Final = re.compile(r"\*\d+<?\s*\^?")
_NOTE: Final = re.compile(
    r"(?:eds?(?:itor'?s?|itors)?['’]?(?:\s+note)?\s*[:_—-]|editors?\b|ap (?:photo|video|graphic|audio)s?\b|with ap |for (?:global|use|release|immediate|publication)|attention\b|"
    r"\(?(?:eds|editors?)\b|a?dvisory\b|moving\b|stands for|sports? editors|note\b|photos?\b|hfr\b|hold for release|embargoed)", re.IGNORECASE
)  # fmt: skip
_LABEL: Final = re.compile(
    r"(?:urgent|bulletin|flash|newsalert|news ?alert|apnewsalert|correction|writethru|advance)\b.{0,20}", re.IGNORECASE
)
_BYLINE: Final = re.compile(r"by\s+\S.*", re.IGNORECASE)
_CREDIT: Final = re.compile(r"(?:the )?associated press(?: writers?)?|(?:ap|associated press) .{0,40}(?:writer|editor|analyst|correspondent|columnist)s?|.{0,40}(?:staff writer|news service|bureau|writer|correspondent)s?|for the associated press|reuters|united press international|the canadian press|.{0,30}\bpress", re.IGNORECASE)  # fmt: skip
_PRIORITY: Final = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5, "a": 6, "s": 5, "x": 5, "h": 6}
# ANPA's categories with a subject of their own, as the Media Topic's number and name. The others (a domestic, i international,
# n state, w Washington, v advisory …) say where an item goes, not what it is about.
_TOPICS: Final = {
    "e": ("01000000", "arts, culture, entertainment and media"),
    "f": ("04000000", "economy, business and finance"),
    "p": ("11000000", "politics"),
    "s": ("15000000", "sport"),
    "q": ("15000000", "sport"),
    "z": ("15000000", "sport"),
    "o": ("17000000", "weather"),
    "l": ("10000000", "lifestyle and leisure"),
    "t": ("10000000", "lifestyle and leisure"),
}
_ADVISORY: Final = "v"
_AGENCIES: Final = re.compile(r"\(([A-Z][A-Za-z. ]{1,20})\)\s*(?:_|-{1,2}|[–—])")


def sniff(value: bytes) -> bool:
    """Whether there is a keyword line, and a control character or `^` line by it."""
    head = value[:400]
    if not _KEY_BYTES.search(head):
        return False
    return (b"\x02" in head and (b"\x01" in head or b"^" in head)) or b"\n^" in head or b"\x02^" in head


def read(raw: Raw) -> Sequence[Decoded]:
    """Read the message; several may follow each other, each with its own SOH."""
    if len(raw.value) > _LARGEST:
        raise FormatError("larger than twelve million bytes", Reason.TOO_LARGE)
    found = charset.decode(raw.value.replace(b"\r\n", b"\n"), charset.parameter(raw.content_type))
    warnings = (found.warning,) if found.warning else ()
    text = found.text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in found.text else found.text
    parts = [part for part in text.split(SOH) if part.strip(" \n\t\0\x16\x04\x0c")][:1000]
    controls = controls_in(raw.value)
    items = [item for part in parts if (item := _item(part, raw, warnings, controls)) is not None]
    if not items:
        raise FormatError("no keyword line", Reason.INVALID)
    return tuple(items)


def _item(text: str, raw: Raw, warnings: tuple[str, ...], controls: str) -> Decoded | None:
    key = _KEY.search(text[:600])
    if key is None:
        return None
    priority, category, keyword, month, day, year, _ = key.groups()
    first = _FIRST.match(text[: key.start()])
    start = text.find(STX, key.end())
    start = key.end() if start < 0 else start + 1
    end = text.find(ETX, start)
    inner, after = (text[start:end], text[end + 1 :]) if end >= 0 else (text[start:], "")
    trailer = _TRAILER.search(after)
    if trailer is None:
        trailers = list(_TRAILER.finditer(inner, max(0, len(inner) - 200)))
        if trailers:
            trailer = trailers[-1]
            inner = inner[: trailer.start()]
    head, story = _lines(tidy(inner, controls).split("\n"))
    slug, headline, byline, notes, story = _head(head, story, keyword)
    body = _characters("\n\n".join([one for one in unfolded(story) if one]))
    updated, zoned = _time(trailer, month, day, year, raw.origin.timestamp)
    if updated is not None and not zoned:
        warnings = (*warnings, "time has no zone, taken as UTC")
    source = trailer[1] if trailer else ((match := _AGENCIES.search(body[:200])) and match[1]) or None
    item: dict[str, Any] = {"type": "text", "subjects": _subjects(category.lower())}
    if slug:
        item["slugline"] = slug
    if byline:
        item["by"] = byline
    if priority.lower() in _PRIORITY:
        item["urgency"] = _PRIORITY[priority.lower()]
    if notes:
        item["edNote"] = "\n".join(notes)
    extra: dict[str, Any] = {"priority": priority, "category": category, "keyword": keyword.strip()}
    if first and first[2]:
        extra |= {"service": first[1], "number": first[2], "selector": first[3].strip(" \x1f")}
    return Decoded(
        format=NAME,
        headline=headline,
        body=Body(field="body_text", content_type="text/plain", value=body) if body else None,
        updated=updated,
        signals=("advisory",) if category.lower() == _ADVISORY else (),
        source=source,
        rights=Rights(source=source),
        item=item,
        extra=extra,
        warnings=warnings,
    )


def _subjects(category: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"rel": "about", "literal": f"a1312cat:{category}"}]
    if category in _TOPICS:
        code, name = _TOPICS[category]
        found.append({"name": name, "rel": "about", "uri": f"{IPTC}mediatopic/{code}", "creator": "provider"})
    return found


def _lines(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the `^` lines at the top from the story. A message of nothing but `^` lines has its story in them."""
    end = next((at for at, line in enumerate(lines) if (bare := line.strip()) and not _is_head(line, bare)), len(lines))
    head = [bare.lstrip("^").strip() for line in lines[:end] if (bare := line.strip()).strip("^<")]
    story = lines[end:]
    whole = "\n".join(story)
    if "^" in whole or "<" in whole or "\nEND" in whole:
        story = [_unmark(line) for line in story if line[:1] not in _ENDS or not _END.fullmatch(line.strip())]
    return head, story


def _is_head(line: str, bare: str) -> bool:
    """Whether a line is head matter: marked by `^`, or, where transports lost that, ended by `<` or `=` at the margin."""
    return bare[0] == "^" or (line[0] not in " \t" and bare[-1] in "<=")


def _unmark(line: str) -> str:
    """Read a line of the story without its marks: `^` before, `<` or `=` behind."""
    if "^" not in line and "<" not in line:
        return line
    bare = line.rstrip()
    return bare.lstrip("^") if bare.startswith("^") and not bare.endswith(("<", "=")) else bare.removeprefix("^").rstrip("<=") if bare.endswith("<") or bare.startswith("^") else bare  # fmt: skip


def _head(head: list[str], story: list[str], keyword: str) -> tuple[str, str, str, list[str], list[str]]:
    """Read slug, headline, byline and notes from the head lines."""
    slug = keyword.strip()
    if head:
        slug = _SEQUENCE.sub("", head.pop(0)).rstrip("<= ")
        slug = _WORDS.sub("", slug).strip(" ,")
    headline = ""
    bylines: list[str] = []
    notes: list[str] = []
    labels: list[str] = []
    rest: list[str] = []
    alone = not any(line.strip() for line in story)
    for line in head:
        clean = line.rstrip("<= ").strip()
        if not clean:
            continue
        if not headline and _LABEL.fullmatch(clean):
            labels.append(clean)
        elif _BYLINE.fullmatch(clean) or (line.rstrip().endswith("=") and (bylines or _CREDIT.fullmatch(clean))):
            bylines.append(clean)
        elif _NOTE.match(clean) or (clean[0] == "(" and clean[-1] == ")"):
            notes.append(clean)
        elif _CREDIT.fullmatch(clean):
            bylines.append(clean)
        elif not headline:
            headline = clean
        else:
            rest.append(clean)
    headline = headline or (labels.pop() if labels else "")
    notes = labels + notes
    if alone:
        story = [part for line in rest for part in (line, "")]
    else:
        notes += rest
    people = [line for line in bylines if _BYLINE.fullmatch(line)]
    credit = [line for line in bylines if line not in people]
    byline = ", ".join(people + credit) if people else ""
    return _characters(slug), _characters(headline), byline, [_characters(note) for note in notes], story


_DASH: Final = re.compile(r"_(?<!\S_)(?!\S)")  # starts with its sign, so that a search goes from one to the next


def _characters(text: str) -> str:
    """Give quotes and dashes the signs that the format's seven bits have no room for."""
    if "`" in text or "''" in text:
        text = text.replace("``", "“").replace("''", "”").replace("`", "'")
    return _DASH.sub("—", text) if "_" in text else text


def _time(trailer: re.Match[str] | None, month: str, day: str, year: str | None, near: int) -> tuple[int | None, bool]:
    """Give the trailer's time; else the day of the keyword line, in the year nearest to when the message came."""
    if trailer is not None:
        month_, day_, year_, hour, minute, zone = trailer.group(3, 4, 5, 6, 7, 8)
        full = 2000 + int(year_) if int(year_) < 70 else 1900 + int(year_)
        named = (
            moment(f"{int(day_)} {_NAMES[int(month_) - 1]} {full} {hour}:{minute} {zone or ''}".strip())
            if 1 <= int(month_) <= 12
            else None
        )
        if named is not None:
            return named.ms, named.zoned
    if year and len(year) in {2, 4}:
        full = int(year) if len(year) == 4 else 2000 + int(year)
        found = moment(f"{full:04d}-{int(month):02d}-{int(day):02d}")
        return (found.ms, False) if found else (None, False)
    return nearest_year(int(month), int(day), near), False


_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
