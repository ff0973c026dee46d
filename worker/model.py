"""
The values that flow through the pipeline.

Everything here is frozen but `Draft`, which one run of the pipeline owns and fills field by field. Times are whole
milliseconds since 1970 (UTC), offsets are code points, confidences and similarities are per mille (0 to 1000), because numbers
that decide or are published must be the same on any machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from worker.text import TextView

__all__ = [
    "Body", "Conflict", "Dateline", "Decoded", "Draft", "Embargo", "Evidence", "Fingerprint", "Origin", "Raw", "Region", "Removed",
    "Rights", "Topic",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item came from: a raw topic's record, and the item's index within it (one message may hold several)."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One message as it arrived. `provider` is what the header or the topic's setting says, or None."""

    value: bytes
    content_type: str | None = None
    provider: str | None = None
    origin: Origin = field(default_factory=lambda: Origin("", 0, 0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """
    The main body.

    `field` is the name that `removed[].field` uses: `body_text`, `body_html` or `body_xhtml`; `content_type` is `text/plain`,
    `text/html` or `application/xhtml+xml`.
    """

    field: str
    content_type: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Embargo:
    """Not to be published before `until`; None if the source's words could not be read as a time."""

    until: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of the rights for which the item's structured fields and its text say different things."""

    field: str
    structured: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """
    Who owns and who carried an item. From structured fields first, then from the text; None is not known.

    `holder_name` is the trade's name of a known holder; `conflicts` are fields for which structured fields and text differ.
    """

    copyright_holder: str | None = None
    copyright_year: str | None = None
    copyright_notice: str | None = None
    distributor: str | None = None
    source: str | None = None
    usage_terms: str | None = None
    holder_name: str | None = None
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """
    One item as its format reads it, before anything is decided.

    `uri` is the identity without version; empty if the source has none. `status` is `usable`, `withheld` or `canceled`.
    `signals` are those that the format itself carries, of: `update`, `correction`, `advisory`, `test`. `item` holds all other
    fields in ninjs 3.1 names and shapes, without uri, version, headline, bodies, language and times; `extra` what ninjs has no
    place for. `warnings` are short sentences about what was mended.
    """

    format: str
    uri: str = ""
    version: str | None = None
    headline: str = ""
    body: Body | None = None
    language: str | None = None
    created: int | None = None
    updated: int | None = None
    embargo: Embargo | None = None
    status: str = "usable"
    signals: tuple[str, ...] = ()
    source: str | None = None
    rights: Rights = Rights()
    item: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Removed(NamedTuple):
    """A span taken out: `field` and removed spans together give back the decoded field exactly."""

    field: str
    start: int
    end: int
    text: str
    kind: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """What the dateline says, as found; `end` is where the story starts, in code points of the plain body text."""

    place: str | None = None
    country: str | None = None
    agency: str | None = None
    date: str | None = None
    text: str = ""
    end: int = 0


class Evidence(NamedTuple):
    """A name found in the text: offsets into the headline or the plain body text as published."""

    field: str
    start: int
    end: int
    text: str


class Region(NamedTuple):
    """
    A country that the item is about: ISO 3166-1 alpha-2 code, `role` of scene, mention, dateline; `m49` of its region.

    `subdivision` is the ISO 3166-2 code of the first-level division that the story plays in, where that is sure.
    """

    code: str
    name: str
    m49: str
    primary: bool
    role: str
    confidence: int
    evidence: tuple[Evidence, ...] = ()
    creator: str = "copydesk"
    subdivision: str | None = None


class Topic(NamedTuple):
    """An IPTC Media Topic (`medtop:…`); `creator` is `provider` or `copydesk`."""

    code: str
    name: str
    level: int
    confidence: int
    creator: str = "copydesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What the desk compares: the recipe's version, a digest for exact copies, and the print (see docs/fingerprint.md)."""

    recipe: int
    exact: bytes
    print: bytes


_NO_TEXT: Final = TextView("", "")


@dataclass(slots=True, kw_only=True)
class Draft:
    """
    One item on its way through the stages of `worker.pipeline`, which fill it in their order.

    The comment behind each field names the stage that sets it; no other may.
    """

    raw: Raw
    decoded: Decoded
    index: int = 0
    provider: str = ""  # identity
    uri: str = ""  # identity
    version: str = ""  # identity
    signals: tuple[str, ...] = ()  # status
    embargo: Embargo | None = None  # status
    removed: tuple[Removed, ...] = ()  # footers
    rights: Rights = Rights()  # footers
    body: Body | None = None  # footers: the body without what was removed
    text: str = ""  # plain: the body as plain text
    headline: str = ""  # footers
    dateline: Dateline | None = None  # dateline
    view: TextView = _NO_TEXT  # view
    language: str | None = None  # language
    language_source: str = "none"  # language: declared, detected or none
    regions: tuple[Region, ...] = ()  # regions
    topics: tuple[Topic, ...] = ()  # topics
    fingerprint: Fingerprint | None = None  # fingerprint
    warnings: tuple[str, ...] = ()
