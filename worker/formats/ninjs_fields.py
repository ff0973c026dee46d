"""
Read the fields of a ninjs item of any version into those of 3.1.

Each field of the standard has a row in `_FIELDS`: its name in lower case and how it is read. What has no row, and what does not
have the shape that 3.1 wants, goes to `extra`.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from worker.formats import schema
from worker.formats.errors import FormatError
from worker.formats.subjects import concept_uri
from worker.formats.times import iso, moment
from worker.outcome import Reason

__all__ = ["BODY_KINDS", "Reading", "bounded", "read_field"]

_KINDS: Final = frozenset({"text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"})
_DEPTH: Final = 24  # how deep extras and associations may go
_STATUS: Final = {
    "usable": "usable", "withheld": "withheld", "canceled": "canceled", "cancelled": "canceled", "killed": "canceled",
    "published": "usable", "withdrawn": "canceled", "embargoed": "usable",
}  # fmt: skip
BODY_KINDS: Final = {"xhtml": "application/xhtml+xml", "html": "text/html", "text": "text/plain", "nitf": "text/vnd.iptc.nitf"}
_REPRESENTATION: Final = {"complete": "full", "incomplete": "partial", "full": "full", "partial": "partial"}


class Reading:
    """One item while it is read: what was found so far."""

    __slots__ = ("bodies", "depth", "extra", "fields", "headlines", "item", "rights", "warnings")

    def __init__(self, depth: int = 0) -> None:
        self.item: dict[str, Any] = {}
        self.extra: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.rights: dict[str, str] = {}
        self.headlines: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.warnings: list[str] = []
        self.depth = depth

    def text(self, name: str, value: Any) -> str | None:
        """`value` if it is text; a number or truth is written as text; anything else is an extra."""
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.warnings.append(f"{name} is a number")
            return str(value)
        if value is not None:
            self.extra[name] = bounded(value)
            self.warnings.append(f"{name} is no text")
        return None

    def time(self, name: str, value: Any) -> int | None:
        """Read the time in `value`; what is none is kept as an extra."""
        found = moment(value) if isinstance(value, str) else None
        if found is None:
            if value is not None and value != "":
                self.extra[name] = bounded(value)
                self.warnings.append(f"{name} is no time")
            return None
        if not found.zoned:
            self.warnings.append(f"{name} has no zone, taken as UTC")
        return found.ms


def bounded(value: Any, depth: int = 0) -> Any:
    """`value` cut where it is nested deeper than any reader of ours allows."""
    if isinstance(value, Mapping):
        return {str(k): bounded(v, depth + 1) for k, v in value.items()} if depth < _DEPTH else None
    if isinstance(value, list):
        return [bounded(v, depth + 1) for v in value] if depth < _DEPTH else None
    return value


def _string(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, key: str, value: Any) -> None:
        text = reading.text(key, value)
        if text:
            reading.item[name] = text

    return read


def _right(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, key: str, value: Any) -> None:
        text = reading.text(key, value)
        if text and text.strip():
            reading.rights[name] = text.strip()

    return read


def _kept(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, _: str, value: Any) -> None:
        reading.fields[name] = value

    return read


def _time(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, key: str, value: Any) -> None:
        ms = reading.time(key, value)
        if ms is not None:
            reading.item[name] = iso(ms)

    return read


def _epoch(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, key: str, value: Any) -> None:
        reading.fields[name] = reading.time(key, value)

    return read


def _concepts(name: str) -> Callable[[Reading, str, Any], None]:
    allowed = schema.FIELDS[name]

    def read(reading: Reading, key: str, value: Any) -> None:
        found: list[dict[str, Any]] = []
        odd: list[Any] = []
        for entry in value if isinstance(value, list) else [value]:
            made = {"name": entry} if isinstance(entry, str) else _concept(entry, allowed)
            if made:
                found.append(made)
            else:
                odd.append(bounded(entry))
        if found:
            reading.item.setdefault(name, []).extend(found)
        if odd and odd != [None]:
            reading.extra[key] = odd

    return read


def _concept(entry: Any, allowed: frozenset[str]) -> dict[str, Any] | None:
    if not isinstance(entry, Mapping):
        return None
    if entry.keys() <= allowed:
        return dict(entry)
    found = {name: value for key, value in _camel(entry).items() if (name := key) in allowed}
    lower = {key.lower(): value for key, value in entry.items()}
    code, scheme = lower.get("code") or lower.get("qcode"), lower.get("scheme")
    if isinstance(code, int):
        code = str(code)
    if isinstance(code, str) and code:
        uri = concept_uri(code, scheme if isinstance(scheme, str) else None)
        if uri and "uri" not in found and "uri" in allowed:
            found["uri"] = uri
        if "literal" in allowed:
            found.setdefault("literal", code)
    if "rel" in lower and "role" in allowed and "rel" not in allowed:
        found["role"] = lower["rel"]
    return found or None


_CAMEL: Final = {
    name.lower(): name
    for name in (
        "contentType", "contactInfo", "geoJSON", "charCount", "wordCount", "sizeInBytes", "aspectRatio", "videoCodec", "frameRate",
        "transportProtocol", "scanType", "symbolType", "postalCode", "langId", "linkedRights", "encodedRights", "startDate",
        "endDate", "expectedStartDate", "expectedEndDate", "expectedDuration", "recurrenceDates", "recurrenceRules", "eventStatus",
        "plannedCoverageStatus", "itemCount", "rangeFrom", "rangeTo", "pubStatus", "edNote", "exclAudience",
    )
} | {"mimetype": "contentType"}  # fmt: skip


def _camel(value: Any, depth: int = 0) -> Any:
    """Give nested names the spelling of 3.1."""
    if isinstance(value, Mapping):
        return {_CAMEL.get(k.lower(), k): _camel(v, depth + 1) for k, v in value.items()} if depth < _DEPTH else None
    if isinstance(value, list):
        return [_camel(v, depth + 1) for v in value] if depth < _DEPTH else None
    return value


def _shaped(name: str) -> Callable[[Reading, str, Any], None]:
    def read(reading: Reading, _: str, value: Any) -> None:
        if value is not None:
            reading.item[name] = _camel(value)

    return read


def _urgency(reading: Reading, key: str, value: Any) -> None:
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() and len(value) < 4 else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= 9:
        reading.item["urgency"] = number
    elif value is not None:
        reading.extra[key] = bounded(value)
        reading.warnings.append("urgency is not 1 to 9")


def _listed(name: str) -> Callable[[Reading, str, Any], None]:
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
            made = [{k: v for k, v in _camel(entry).items() if k in allowed} for entry in entries]
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
    _shaped("altIds")(reading, key, value)


def _texts(name: str) -> Callable[[Reading, str, Any], None]:
    """Read headlines, descriptions and bodies: lists of {role, contentType, value}."""
    allowed = schema.FIELDS[name]

    def read(reading: Reading, key: str, value: Any) -> None:
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            if isinstance(entry, str):
                made: dict[str, Any] = {"value": entry}
            elif isinstance(entry, Mapping):
                made = {k: v for k, v in _camel(entry).items() if k in allowed}
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
        _shaped("rightsInfo")(reading, key, value)
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


_FIELDS: Final[Mapping[str, Callable[[Reading, str, Any], None]]] = {
    "uri": _kept("uri"),
    "version": _kept("version"),
    "language": _kept("language"),
    "headline": _kept("headline"),
    "headlines": _texts("headlines"),
    "bodies": _texts("bodies"),
    "descriptions": _texts("descriptions"),
    "type": _kind,
    "representationtype": _representation,
    "pubstatus": _status,
    "firstcreated": _epoch("created"),
    "versioncreated": _epoch("updated"),
    "embargoed": _epoch("embargo"),
    "embargoeduntil": _epoch("embargo"),
    "contentcreated": _time("contentCreated"),
    "expires": _time("expires"),
    "urgency": _urgency,
    "copyrightholder": _right("copyright_holder"),
    "copyrightnotice": _right("copyright_notice"),
    "usageterms": _right("usage_terms"),
    "rightsinfo": _rights_info,
    "profile": _string("profile"),
    "ednote": _string("edNote"),
    "title": _string("title"),
    "byline": _string("by"),
    "by": _string("by"),
    "slugline": _string("slugline"),
    "located": _string("located"),
    "source": _kept("source"),
    "keywords": _keywords,
    "keyword": _keywords,
    "person": _concepts("people"),
    "people": _concepts("people"),
    "organisation": _concepts("organisations"),
    "organisations": _concepts("organisations"),
    "organization": _concepts("organisations"),
    "organizations": _concepts("organisations"),
    "place": _concepts("places"),
    "places": _concepts("places"),
    "subject": _concepts("subjects"),
    "subjects": _concepts("subjects"),
    "event": _concepts("events"),
    "events": _concepts("events"),
    "object": _concepts("objects"),
    "objects": _concepts("objects"),
    "infosource": _concepts("infoSources"),
    "infosources": _concepts("infoSources"),
    "genre": _concepts("genres"),
    "genres": _concepts("genres"),
    "renditions": _listed("renditions"),
    "associations": _listed("associations"),
    "altids": _alternatives,
    "trustindicator": _concepts("trustIndicators"),
    "trustindicators": _concepts("trustIndicators"),
    "digitalsourcetype": _shaped("digitalSourceType"),
    "eventdetails": _shaped("eventDetails"),
    "plannedcoverage": _shaped("plannedCoverage"),
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
