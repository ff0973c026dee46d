"""
What is remembered of one item, and the memory record that it is written as.

The record's key is `item:` and the uri; its value is JSON with a format version, so that it can be read by other programs and a
format this version does not know is refused. The record under the key `desk` holds the clock and the next offset to decide.
"""

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from sys import intern
from typing import Any, Final, NamedTuple

import orjson

from worker.desk.prints import RECIPE

__all__ = [
    "DESK_KEY", "FORMAT", "KEEP", "Entry", "MemoryFormatError", "Seen", "Version", "entry_key", "entry_uri", "is_found",
    "read_desk", "read_entry", "write_desk", "write_entry",
]  # fmt: skip

FORMAT: Final = 1
_OLDEST: Final = 1
KEEP: Final = 4  # versions with fingerprint per item: a late copy of an older version is still a copy
DESK_KEY: Final = b"desk"
_PREFIX: Final = b"item:"
_unhex, _unbase = binascii.unhexlify, binascii.a2b_base64
_ROUTES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {}  # as many as there are combinations in the memory


class MemoryFormatError(ValueError):
    """A memory record is of a format that this version can't read."""


class Seen(StrEnum):
    """The state of a remembered item."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    HELD = "held"
    KILLED = "killed"


class Version(NamedTuple):
    """One version of an item: its name, digest and print of its text and their recipe, and where it stands in the prepared topic."""

    version: str
    exact: bytes
    print: bytes
    sequence: int
    time: int
    recipe: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    What is remembered of one item.

    `at` is the watermark when it was last decided, `time` the item's own time, `sequence` the offset in the prepared topic that
    decided it last (all of one partition), `of` the item that it duplicates or follows, `routes` every route any version went to,
    `held` the sequence of a version under embargo and `until` when it may go out (None: an operator must say).
    """

    uri: str
    story: str
    state: str
    provider: str
    sequence: int
    at: int
    time: int
    of: str | None = None
    holder: str | None = None
    relation: str = "new"
    headline: str = ""
    routes: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    held: int | None = None
    until: int | None = None

    @property
    def newest(self) -> Version | None:
        """The last version, or None if only a kill was seen."""
        return self.versions[-1] if self.versions else None


def is_found(entry: Entry, version: Version, oldest: int) -> bool:
    """
    Say whether later texts can find an item by one of its versions, if those from `oldest` on are compared.

    They can by versions that were kept, whose print is of this recipe. A duplicate's print is not remembered: what it is like is.
    """
    return bool(version.print) and entry.state == Seen.KEPT and version.recipe == RECIPE and version.time >= oldest


def write_entry(entry: Entry) -> tuple[bytes, bytes]:
    """Give the memory record's key and value."""
    fields: dict[str, Any] = {
        "format": FORMAT,
        "sequence": entry.sequence,
        "uri": entry.uri,
        "story": entry.story,
        "state": entry.state,
        "relation": entry.relation,
        "of": entry.of,
        "provider": entry.provider,
        "holder": entry.holder,
        "headline": entry.headline,
        "at": entry.at,
        "time": entry.time,
        "routes": entry.routes,
        "versions": [
            [v.version, binascii.hexlify(v.exact).decode("ascii"), binascii.b2a_base64(v.print, newline=False).decode("ascii"),
             v.sequence, v.time, v.recipe]
            for v in entry.versions
        ],
    }  # fmt: skip
    if entry.held is not None:
        fields |= {"held": entry.held, "until": entry.until}
    return entry_key(entry.uri), orjson.dumps(fields)


def entry_key(uri: str) -> bytes:
    """Give the key of an item's memory record."""
    return _PREFIX + uri.encode("utf-8", "surrogatepass")


def entry_uri(key: bytes) -> str:
    """Give the uri of the item that a memory record's key stands for."""
    return key.removeprefix(_PREFIX).decode("utf-8", "surrogatepass")


def read_entry(value: bytes) -> Entry:
    """
    Read a memory record.

    Raises:
        MemoryFormatError: it is of another format, or broken.
    """
    fields = _fields(value)
    try:
        versions = tuple(
            [
                Version(name, _unhex(exact), _unbase(print_), sequence, time, recipe)
                for name, exact, print_, sequence, time, recipe in fields["versions"]
            ]
        )
        uri, story, holder, routes = fields["uri"], fields["story"], fields["holder"], tuple(fields["routes"])
        # Few values, many items: each is held once.
        return Entry(
            uri=uri,
            story=story if story != uri else uri,
            state=intern(fields["state"]),
            provider=intern(fields["provider"]),
            sequence=fields["sequence"],
            at=fields["at"],
            time=fields["time"],
            of=fields["of"],
            holder=intern(holder) if holder is not None else None,
            relation=intern(fields["relation"]),
            headline=fields["headline"],
            routes=_ROUTES.setdefault(routes, routes),
            versions=versions,
            held=fields.get("held"),
            until=fields.get("until"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MemoryFormatError(f"memory record can't be read: {type(error).__name__}") from error


def write_desk(next_offset: int, times: Sequence[int], now: int) -> bytes:
    """Write the record that each transaction stores: the next offset to decide, and the clock."""
    return orjson.dumps({"format": FORMAT, "next": next_offset, "times": list(times), "now": now})


def read_desk(value: bytes) -> tuple[int, list[int], int]:
    """
    Read what `write_desk` wrote: next offset, times, watermark.

    Raises:
        MemoryFormatError: it is of another format, or broken.
    """
    fields = _fields(value)
    try:
        return fields["next"], fields["times"], fields["now"]
    except KeyError as error:
        raise MemoryFormatError(f"memory record can't be read: no {error}") from error


def _fields(value: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(value)
        found = fields.pop("format")
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise MemoryFormatError("memory record can't be read: not JSON with a format") from error
    if not isinstance(found, int) or not _OLDEST <= found <= FORMAT:
        raise MemoryFormatError(
            f"memory record of format {found}, this version reads {_OLDEST} to {FORMAT}: run the version that wrote it, "
            "or rebuild the memory from the prepared topic"
        )
    result: dict[str, Any] = fields
    return result
