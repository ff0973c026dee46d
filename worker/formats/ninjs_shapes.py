"""Read values of a ninjs item of any version into the shapes of 3.1: texts, times, concepts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from worker.formats import schema
from worker.formats.subjects import concept_uri
from worker.formats.times import iso, moment

__all__ = ["Read", "Reading", "bounded", "camel", "concepts", "epoch", "kept", "right", "shaped", "string", "time"]


_DEPTH: Final = 24  # how deep extras and associations may go


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


Read = Callable[[Reading, str, Any], None]
"""How one property is read: into the reading, given its name and value."""


def string(name: str) -> Read:
    """Read a text into the field `name`."""

    def read(reading: Reading, key: str, value: Any) -> None:
        text = reading.text(key, value)
        if text:
            reading.item[name] = text

    return read


def right(name: str) -> Read:
    """Read a text into the rights."""

    def read(reading: Reading, key: str, value: Any) -> None:
        text = reading.text(key, value)
        if text and text.strip():
            reading.rights[name] = text.strip()

    return read


def kept(name: str) -> Read:
    """Keep a value as it is for who assembles the item."""

    def read(reading: Reading, _: str, value: Any) -> None:
        reading.fields[name] = value

    return read


def time(name: str) -> Read:
    """Read a time into the field `name`, in our own spelling."""

    def read(reading: Reading, key: str, value: Any) -> None:
        ms = reading.time(key, value)
        if ms is not None:
            reading.item[name] = iso(ms)

    return read


def epoch(name: str) -> Read:
    """Read a time in ms for who assembles the item."""

    def read(reading: Reading, key: str, value: Any) -> None:
        reading.fields[name] = reading.time(key, value)

    return read


def concepts(name: str) -> Read:
    """Read a list of concepts into the field `name`."""
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
    found = {name: value for key, value in camel(entry).items() if (name := key) in allowed}
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


def camel(value: Any, depth: int = 0) -> Any:
    """Give nested names the spelling of 3.1."""
    if isinstance(value, Mapping):
        return {_CAMEL.get(k.lower(), k): camel(v, depth + 1) for k, v in value.items()} if depth < _DEPTH else None
    if isinstance(value, list):
        return [camel(v, depth + 1) for v in value] if depth < _DEPTH else None
    return value


def shaped(name: str) -> Read:
    """Take a value that has nearly the shape of 3.1."""

    def read(reading: Reading, _: str, value: Any) -> None:
        if value is not None:
            reading.item[name] = camel(value)

    return read
