"""
The prepared item: what intake hands to the desk.

A prepared value is one JSON object whose first member, `slip`, holds all that the desk decides by, and whose second, `record`,
holds the enriched record without the desk's own fields. A line end stands between the two, and only there, so that the desk
reads the slip and passes the record's bytes on without parsing them.

    {"slip":{"format":1,"uri":"urn:x:1",…}
    ,"record":{"item":{…},"removed":[…],…}}
"""

import binascii
from dataclasses import dataclass
from typing import Any, Final

import orjson

from worker.model import Embargo, Origin

__all__ = ["FORMAT", "Slip", "SlipError", "read_prepared", "write_prepared"]

FORMAT: Final = 1
_OLDEST: Final = 1  # this format and the one before are read
_SEAM: Final = b'\n,"record":'


class SlipError(ValueError):
    """The value is no prepared item that this version can read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """
    What the desk knows of an item.

    `time` is the item's own time and `embargo` when it may go out (milliseconds since 1970); `exact` and `print` are the
    fingerprint; `routes` the names of the routes that the item's tags match; `kind` is `item`, or the name of a command:
    `release`, `kill`, `not-a-duplicate` or `forget`; `target` is the offset that a release is meant for. `replayed` marks a backfill,
    `as_new` one that may publish what is older than anything remembered.
    """

    uri: str
    version: str
    provider: str
    time: int
    origin: Origin
    kind: str = "item"
    status: str = "usable"
    signals: tuple[str, ...] = ()
    embargo: Embargo | None = None
    recipe: int = 0
    exact: bytes = b""
    print: bytes = b""
    routes: tuple[str, ...] = ()
    holder: str | None = None
    headline: str = ""
    language: str = ""
    replayed: bool = False
    as_new: bool = False
    target: int | None = None
    reason: str = ""


def write_prepared(slip: Slip, record: bytes) -> bytes:
    """
    Join the slip and the record.

    Args:
        slip: what the desk decides by.

        record: a JSON object in bytes, without raw line ends.
    """
    return b'{"slip":' + orjson.dumps(_plain(slip)) + _SEAM + record + b"}"


def read_prepared(value: bytes) -> tuple[Slip, bytes]:
    """
    Split a prepared value into its slip and the record's bytes.

    Raises:
        SlipError: the value is no prepared item, or of a format that this version does not know.
    """
    head, seam, tail = value.partition(_SEAM)
    if not seam or not head.startswith(b'{"slip":') or not tail.endswith(b"}"):
        raise SlipError("not a prepared item: no slip and record")
    try:
        fields = orjson.loads(head[8:])
        found = fields.pop("format")
        if not isinstance(found, int) or not _OLDEST <= found <= FORMAT:
            raise SlipError(f"prepared format {found}, this version reads {_OLDEST} to {FORMAT}; upgrade the desk first")
        return _slip(fields), tail[:-1]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, SlipError):
            raise
        raise SlipError(f"the slip can't be read: {type(error).__name__}") from error


def _text(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def _plain(slip: Slip) -> dict[str, Any]:
    o = slip.origin
    fields: dict[str, Any] = {
        "format": FORMAT,
        "kind": slip.kind,
        "uri": slip.uri,
        "version": slip.version,
        "provider": slip.provider,
        "time": slip.time,
        "origin": [o.topic, o.partition, o.offset, o.timestamp, o.index],
        "status": slip.status,
        "signals": slip.signals,
        "recipe": slip.recipe,
        "exact": _text(slip.exact),
        "print": _text(slip.print),
        "routes": slip.routes,
        "holder": slip.holder,
        "headline": slip.headline,
        "language": slip.language,
    }
    if slip.embargo is not None:
        fields["embargo"] = {"until": slip.embargo.until, "text": slip.embargo.text}
    if slip.replayed:
        fields |= {"replayed": True, "as_new": slip.as_new}
    if slip.target is not None:
        fields["target"] = slip.target
    if slip.reason:
        fields["reason"] = slip.reason
    return fields


def _slip(fields: dict[str, Any]) -> Slip:
    embargo = fields.get("embargo")
    return Slip(
        **{
            **fields,
            "origin": Origin(*fields["origin"]),
            "signals": tuple(fields["signals"]),
            "routes": tuple(fields["routes"]),
            "exact": binascii.a2b_base64(fields["exact"]),
            "print": binascii.a2b_base64(fields["print"]),
            "embargo": Embargo(until=embargo["until"], text=embargo["text"]) if embargo else None,
        }
    )
