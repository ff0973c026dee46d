"""
ninjs, IPTC's JSON for news: versions 1.x, 2.x and 3.x.

One reader serves all three, since real feeds mix them: a name is looked up without regard to case, and lists and the older
`body_…` properties are both read. The item is judged by the schema of the version it speaks; what real feeds are known to
break becomes a warning. Only what would make the item something else is refused: a value that is no object, or an id, headline
or body that is no text.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from worker.formats import charset, schema
from worker.formats.errors import FormatError
from worker.formats.inline_story import from_text
from worker.formats.markup import plain_text
from worker.formats.ninjs_fields import BODY_KINDS, read_field
from worker.formats.ninjs_shapes import Reading
from worker.formats.subjects import with_media_topics
from worker.formats.times import moment
from worker.model import Body, Decoded, Embargo, Raw, Rights
from worker.outcome import Reason

__all__ = ["CONTENT_TYPES", "NAME", "read", "sniff"]

NAME: Final = "ninjs"
CONTENT_TYPES: Final = ("application/json", "application/ninjs+json", "text/json", "application/vnd.iptc.ninjs+json")

_NESTED: Final = 64  # how deep a value may be nested; our own output goes no deeper than 254 (orjson)
_PLAIN: Final = frozenset({"uri", "version", "type", "versioncreated", "language", "headline", "body_text"})
_MAIN: Final = frozenset({"main", "headline", "title", None})
_FIELD_OF: Final = {"application/xhtml+xml": "body_xhtml", "text/html": "body_html", "text/plain": "body_text"}
_NITF: Final = "text/vnd.iptc.nitf"
_ORDER: Final = (*_FIELD_OF, _NITF)
_MARKUP: Final = re.compile(r"<(?:p|br|div|h[1-6]|a|b|i|em|strong|span|section|article|ul|table)\b[^<>]*>", re.IGNORECASE)
_TEXT_ITEM: Final = {"type": "text"}


def sniff(value: bytes) -> bool:
    """Whether the bytes start as a JSON object or list."""
    head = value[:64].lstrip(b"\xef\xbb\xbf \t\r\n\xff\xfe\0")
    return head[:1] == b"{" or (head[:1] == b"[" and head[1:].lstrip()[:1] in {b"{", b"]"})


def read(raw: Raw) -> Sequence[Decoded]:
    """Read one item, or a list of them."""
    data, warnings = _load(raw.value)
    if type(data) is dict:
        return (_item(data, warnings),)
    if isinstance(data, list) and data and all(isinstance(one, dict) for one in data):
        return tuple(_item(one, warnings) for one in data)
    raise FormatError("not an object", Reason.INVALID)


def _load(value: bytes) -> tuple[Any, tuple[str, ...]]:
    try:
        return orjson.loads(value), ()
    except orjson.JSONDecodeError:
        pass
    text = charset.decode(value)
    try:
        data = json.loads(text.text, strict=False, parse_constant=lambda _: None)
    except RecursionError as error:
        raise FormatError("nested too deeply", Reason.INVALID) from error
    except ValueError as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise FormatError(f"not JSON{where}") from error
    return _clean(data), (text.warning or "JSON mended",)


def _clean(value: Any, depth: int = 0) -> Any:
    """Replace lone surrogates, which no text may hold, by U+FFFD."""
    if depth > _NESTED:
        raise FormatError("nested too deeply", Reason.INVALID)
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not value.isascii() else value
    if isinstance(value, dict):
        return {_clean(key): _clean(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, depth + 1) for one in value]
    return value


def _item(data: Mapping[str, Any], warnings: tuple[str, ...]) -> Decoded:
    if data.keys() <= _PLAIN and not warnings:
        plain = _plain(data)
        if plain is not None:
            return plain
    return _full(data, warnings)


def _plain(data: Mapping[str, Any]) -> Decoded | None:
    """Read the commonest item, of seven plain fields, the short way; None if anything about it is unusual."""
    get = data.get
    uri, version, headline, text = get("uri", ""), get("version"), get("headline", ""), get("body_text", "")
    language, created, kind = get("language"), get("versioncreated"), get("type", "text")
    if not (type(uri) is str and type(headline) is str and type(text) is str and kind == "text" and uri):
        return None
    if not (
        (version is None or type(version) is str)
        and (language is None or type(language) is str)
        and (created is None or type(created) is str)
    ):
        return None
    updated = None
    if created:
        found = moment(created)
        if found is None or not found.zoned:
            return None
        updated = found.ms
    return Decoded(
        format=NAME,
        uri=uri,
        version=version,
        headline=headline.strip() if headline[:1].isspace() else headline,
        body=Body(field="body_text", content_type="text/plain", value=text) if text and not text.isspace() else None,
        language=language,
        updated=updated,
        item=_TEXT_ITEM if "type" in data else {},
    )


def _full(data: Mapping[str, Any], warnings: tuple[str, ...]) -> Decoded:
    """Read an item of any version and with any fields."""
    reading = Reading()
    reading.warnings.extend(warnings)
    reading.warnings.extend(schema.complaints(data, schema.major_of(data)))
    for key, value in data.items():
        read_field(reading, key, value)
    if "subjects" in reading.item:
        reading.item["subjects"] = with_media_topics(reading.item["subjects"])
    get = reading.fields.get
    uri = _identity(get("uri"))
    headline = _headline(reading)
    body = _body(reading)
    embargo = get("embargo")
    return Decoded(
        format=NAME,
        uri=uri,
        version=reading.text("version", get("version")),
        headline=headline,
        body=body,
        language=reading.text("language", get("language")) or None,
        created=get("created"),
        updated=get("updated"),
        embargo=_embargo(data, embargo),
        status=get("status", "usable"),
        source=_source(reading),
        rights=_rights(reading),
        item=reading.item,
        extra=reading.extra,
        warnings=tuple(reading.warnings),
    )


def _identity(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FormatError("uri is no text", Reason.INVALID)
    return value.strip()


def _headline(reading: Reading) -> str:
    """Take the main headline; others stay in the item."""
    main = reading.fields.get("headline")
    if main is not None and not isinstance(main, str):
        raise FormatError("headline is no text", Reason.INVALID)
    lines = reading.headlines
    if not (main and main.strip()) and lines:
        best = next((one for one in lines if one.get("role") in _MAIN), lines[0])
        lines.remove(best)
        main = best["value"]
        if "<" in main and best.get("contentType", "text/plain") != "text/plain":
            main = plain_text(main)
    if lines:
        reading.item["headlines"] = lines
    if not (main and main.strip()):
        title = reading.item.get("title")
        main = title if isinstance(title, str) else ""
    return main.strip()


def _body(reading: Reading) -> Body | None:
    """Choose the body that is read on: markup before plain text; a caption or summary if there is nothing else."""
    found = [(_kind_of(one), one["value"]) for one in reading.bodies if one["value"].strip()]
    found.sort(key=lambda one: _ORDER.index(one[0]))
    for kind, value in found:
        body = from_text(value)[0] if kind == _NITF else Body(field=_FIELD_OF[kind], content_type=kind, value=value)
        if body is not None:
            if len(found) > 1:
                reading.warnings.append(f"more than one body, {kind} is read")
            return body
    texts = [
        one["value"]
        for one in reading.item.get("descriptions", ())
        if isinstance(one.get("value"), str) and one["value"].strip()
    ]
    if not texts:
        return None
    reading.warnings.append("no body, a description is read instead")
    value = max(texts, key=len)
    kind = "text/html" if _MARKUP.search(value[:2000]) else "text/plain"
    return Body(field=_FIELD_OF[kind], content_type=kind, value=value)


def _kind_of(one: Mapping[str, Any]) -> str:
    """Give the content type of a body: as declared, else by its role, else by what it looks like."""
    value = one["value"]
    if "<nitf" in value[:600]:
        return _NITF
    declared = str(one.get("contentType", "")).split(";")[0].strip().lower()
    if declared == "text/plain" and _MARKUP.match(value.lstrip()[:200]):
        return "text/html"
    if declared in _FIELD_OF:
        return declared
    for part, kind in BODY_KINDS.items():
        if kind in _FIELD_OF and (part in declared.rpartition("/")[2] or part == one.get("role")):
            return kind
    return "text/html" if _MARKUP.search(value[:2000]) else "text/plain"


def _embargo(data: Mapping[str, Any], until: int | None) -> Embargo | None:
    words = next(
        (v for k, v in data.items() if k.lower() in {"embargoed", "embargoeduntil"} and v not in (None, "", False)), None
    )
    if words is None:
        return None
    return Embargo(until=until, text=words if isinstance(words, str) else "embargoed")


def _rights(reading: Reading) -> Rights:
    get = reading.rights.get
    return Rights(
        copyright_holder=get("copyright_holder"), copyright_notice=get("copyright_notice"), usage_terms=get("usage_terms")
    )


def _source(reading: Reading) -> str | None:
    """Name the agency: the source that the item names, else its copyright holder."""
    given = reading.fields.get("source")
    if isinstance(given, str) and given.strip():
        return given.strip()
    for entry in reading.item.get("infoSources", ()):
        if isinstance(entry.get("name"), str):
            return str(entry["name"])
    return reading.rights.get("copyright_holder")
