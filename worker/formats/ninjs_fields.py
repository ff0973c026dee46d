"""
Read the fields of a ninjs item of any version into those of 3.1.

Each field of the standard has a row in `_FIELDS`: its name in lower case and how it is read. What has no row, and what does not
have the shape that 3.1 wants, goes to `extra`.
"""

from collections.abc import Mapping
from typing import Any, Final

from worker.formats import schema
from worker.formats.errors import FormatError
from worker.formats.ninjs_shapes import (
    Read,
    Reading,
    bounded,
    camel,
    concepts,
    epoch,
    kept,
    right,
    shaped,
    string,
    time,
)
from worker.formats.times import iso
from worker.outcome import Reason

__all__ = ["BODY_KINDS", "read_field"]

_KINDS: Final = frozenset({"text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"})
_STATUS: Final = {
    "usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled", "killed": "canceled",
    "published": "usable", "withdrawn": "canceled", "embargoed": "usable",
}  # fmt: skip
BODY_KINDS: Final = {"xhtml": "application/xhtml+xml", "html": "text/html", "text": "text/plain", "nitf": "text/vnd.iptc.nitf"}
_REPRESENTATION: Final = {"complete": "full", "incomplete": "partial", "full": "full", "partial": "partial"}


def _urgency(reading: Reading, key: str, value: Any) -> None:
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() and len(value) < 4 else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= 9:
        reading.item["urgency"] = number
    elif value is not None:
        reading.extra[key] = bounded(value)
        reading.warnings.append("urgency is not 1 to 9")


def _listed(name: str) -> Read:
    """Read renditions and associations: an object by name in 1.x, a list since 2.x."""

    def read(reading: Reading, key: str, value: Any) -> None:
        if isinstance(value, Mapping):
            entries = [{"name": k, **v} for k, v in value.items() if isinstance(v, Mapping)]
        else:
            entries = [dict(v) for v in value if isinstance(v, Mapping)] if isinstance(value, list) else []
        if not entries and value:
            reading.extra[key] = bounded(value)
        elif name == "associations":
            found = [_association(entry, reading.depth) for entry in entries] if reading.depth < 2 else []
            reading.item.setdefault(name, []).extend(found)
            if not found and entries:
                reading.extra[key] = bounded(value)
        elif entries:
            allowed = schema.FIELDS[name]
            made = [{k: v for k, v in camel(entry).items() if k in allowed} for entry in entries]
            reading.item.setdefault(name, []).extend(made)

    return read


def _association(entry: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Read an item within an item: the same fields, and in addition its name and relation."""
    inner = Reading(depth + 1)
    for key, value in entry.items():
        read_field(inner, key, value)
    made: dict[str, Any] = {k: inner.fields[k] for k in ("uri", "version") if isinstance(inner.fields.get(k), str)}
    made |= {k: entry[k] for k in ("name", "rel") if isinstance(entry.get(k), str)}
    for name, key in (("firstCreated", "created"), ("versionCreated", "updated"), ("embargoedUntil", "embargo")):
        if inner.fields.get(key) is not None:
            made[name] = iso(inner.fields[key])
    status = inner.fields.get("status")
    if status in {"usable", "withheld", "canceled"}:
        made["pubStatus"] = status
    if isinstance(inner.fields.get("language"), str):
        made["language"] = inner.fields["language"]
    for name, key in (
        ("copyrightHolder", "copyright_holder"),
        ("copyrightNotice", "copyright_notice"),
        ("usageTerms", "usage_terms"),
    ):
        if key in inner.rights:
            made[name] = inner.rights[key]
    if isinstance(inner.fields.get("headline"), str):
        inner.headlines.insert(0, {"role": "main", "value": inner.fields["headline"]})
    if inner.headlines:
        made["headlines"] = inner.headlines
    if inner.bodies:
        made["bodies"] = inner.bodies
    return made | {k: v for k, v in inner.item.items() if k not in {"name", "rel"}}


def _alternatives(reading: Reading, key: str, value: Any) -> None:
    if isinstance(value, Mapping):
        value = [{"role": k, "value": str(v)} for k, v in value.items() if isinstance(v, str | int)]
    shaped("altIds")(reading, key, value)


def _texts(name: str) -> Read:
    """Read headlines, descriptions and bodies: lists of {role, contentType, value}."""
    allowed = schema.FIELDS[name]

    def read(reading: Reading, key: str, value: Any) -> None:
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if isinstance(entry, str):
                made: dict[str, Any] = {"value": entry}
            elif isinstance(entry, Mapping):
                made = {k: v for k, v in camel(entry).items() if k in allowed}
            else:
                raise FormatError(f"{name} holds no texts", Reason.INVALID)
            if not isinstance(made.get("value"), str):
                if name != "descriptions":
                    raise FormatError(f"{name} holds an entry without text", Reason.INVALID)
                reading.extra[key] = bounded(value)
            elif name == "descriptions":
                reading.item.setdefault(name, []).append(made)
            else:
                (reading.headlines if name == "headlines" else reading.bodies).append(made)

    return read


def _standard(reading: Reading, _: str, value: Any) -> None:
    """Drop the version of ninjs that the item speaks: the record is 3.1."""
    if not isinstance(value, Mapping):
        reading.extra["standard"] = bounded(value)


def _keywords(reading: Reading, key: str, value: Any) -> None:
    words = value if isinstance(value, list) else [value]
    names = [word.strip() for word in words if isinstance(word, str) and word.strip()]
    if names:
        reading.item.setdefault("subjects", []).extend({"name": name, "rel": "keyword"} for name in names)
    elif value:
        reading.extra[key] = bounded(value)


def _rights_info(reading: Reading, key: str, value: Any) -> None:
    if isinstance(value, Mapping):
        shaped("rightsInfo")(reading, key, value)
    elif value:
        reading.extra[key] = bounded(value)


def _kind(reading: Reading, key: str, value: Any) -> None:
    if isinstance(value, str) and value in _KINDS:
        reading.item["type"] = value
    elif value:
        reading.extra[key] = bounded(value)


def _representation(reading: Reading, key: str, value: Any) -> None:
    if isinstance(value, str) and value in _REPRESENTATION:
        reading.item["representationType"] = _REPRESENTATION[value]
    elif value:
        reading.extra[key] = bounded(value)


def _status(reading: Reading, key: str, value: Any) -> None:
    word = value.strip().lower().rsplit(":", 1)[-1] if isinstance(value, str) else ""
    if word in _STATUS:
        reading.fields["status"] = _STATUS[word]
    elif value:
        reading.extra[key] = bounded(value)
        reading.warnings.append("publication status is none of ninjs")


_FIELDS: Final[Mapping[str, Read]] = {
    "uri": kept("uri"),
    "version": kept("version"),
    "language": kept("language"),
    "headline": kept("headline"),
    "headlines": _texts("headlines"),
    "bodies": _texts("bodies"),
    "descriptions": _texts("descriptions"),
    "type": _kind,
    "representationtype": _representation,
    "pubstatus": _status,
    "firstcreated": epoch("created"),
    "versioncreated": epoch("updated"),
    "embargoed": epoch("embargo"),
    "embargoeduntil": epoch("embargo"),
    "contentcreated": time("contentCreated"),
    "expires": time("expires"),
    "urgency": _urgency,
    "copyrightholder": right("copyright_holder"),
    "copyrightnotice": right("copyright_notice"),
    "usageterms": right("usage_terms"),
    "rightsinfo": _rights_info,
    "profile": string("profile"),
    "ednote": string("edNote"),
    "title": string("title"),
    "byline": string("by"),
    "by": string("by"),
    "slugline": string("slugline"),
    "located": string("located"),
    "source": kept("source"),
    "keywords": _keywords,
    "keyword": _keywords,
    "person": concepts("people"),
    "people": concepts("people"),
    "organisation": concepts("organisations"),
    "organisations": concepts("organisations"),
    "organization": concepts("organisations"),
    "organizations": concepts("organisations"),
    "place": concepts("places"),
    "places": concepts("places"),
    "subject": concepts("subjects"),
    "subjects": concepts("subjects"),
    "event": concepts("events"),
    "events": concepts("events"),
    "object": concepts("objects"),
    "objects": concepts("objects"),
    "infosource": concepts("infoSources"),
    "infosources": concepts("infoSources"),
    "genre": concepts("genres"),
    "genres": concepts("genres"),
    "renditions": _listed("renditions"),
    "associations": _listed("associations"),
    "altids": _alternatives,
    "trustindicator": concepts("trustIndicators"),
    "trustindicators": concepts("trustIndicators"),
    "digitalsourcetype": shaped("digitalSourceType"),
    "eventdetails": shaped("eventDetails"),
    "plannedcoverage": shaped("plannedCoverage"),
    "standard": _standard,
    "$standard": _standard,
}


def read_field(reading: Reading, key: str, value: Any) -> None:
    """Read one property of an item: into its place, or into `extra` if the standard has none for it."""
    read = _FIELDS.get(key) or _FIELDS.get(key.lower())
    if read is not None:
        read(reading, key, value)
    elif key.startswith("body_"):
        if not isinstance(value, str):
            raise FormatError(f"{key[:40]} is no text", Reason.INVALID)
        kind = next((BODY_KINDS[part] for part in key.lower().split("_")[1:] if part in BODY_KINDS), "text/plain")
        reading.bodies.append({"role": key[5:], "contentType": kind, "value": value})
    elif key.startswith("headline_") and isinstance(value, str):
        reading.headlines.append({"role": key[9:], "value": value})
    elif key.startswith("description_") and isinstance(value, str):
        reading.item.setdefault("descriptions", []).append({"role": key[12:], "value": value})
    elif value is not None:
        reading.extra[key] = bounded(value)
