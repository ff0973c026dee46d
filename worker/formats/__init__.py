"""
Wire formats: bytes to items, one file each.

`FORMATS` lists them in the order in which they are asked. A format has a `name`, the `content_types` that name it, `sniff`,
which says cheaply whether bytes look like it, and `read`, which reads them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from worker.formats import anpa1312, feed, html, iptc7901, newsml_1_2, newsml_g2, ninjs, nitf, plain
from worker.formats.errors import FormatError
from worker.formats.languages import language_tag
from worker.formats.prose import byline_in, holder_of, year_of
from worker.formats.schema import fit, valid
from worker.model import Decoded, Raw
from worker.outcome import Reason, Reject

__all__ = ["FORMATS", "Format", "FormatError", "decode"]


class Format(Protocol):
    """One wire format, as a module."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of the module
        """Its name in records and dead letters."""

    @property
    def CONTENT_TYPES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The content types that name it."""

    def sniff(self, value: bytes) -> bool:
        """Whether `value` looks like this format; cheap, never raises."""

    def read(self, raw: Raw) -> Sequence[Decoded]:
        """Read all items of the message. Raises `FormatError` if they can't be read."""


FORMATS: tuple[Format, ...] = (ninjs, newsml_g2, nitf, newsml_1_2, feed, iptc7901, anpa1312, html, plain)


def decode(raw: Raw) -> Sequence[Decoded | Reject] | Reject:
    """
    Read a message with the format that its content type names, else with the first whose `sniff` agrees.

    A content type that names several formats (`application/xml`, `text/plain`), or one that the bytes do not look like, only
    says which are asked first: senders label XML as text and text as JSON.
    """
    form = _choose(raw)
    if form is None:
        return Reject(Reason.UNDECODABLE, "no known format")
    try:
        return [_settle(item) for item in form.read(raw)]
    except FormatError as error:
        return Reject(error.reason, f"{form.NAME}: {error}")


def _choose(raw: Raw) -> Format | None:
    kind = raw.content_type.split(";")[0].strip().lower() if raw.content_type else None
    named = [form for form in FORMATS if kind in form.CONTENT_TYPES] if kind else []
    for form in (*named, *FORMATS):
        if form.sniff(raw.value):
            return form
    return named[0] if named else None


def _settle(item: Decoded) -> Decoded | Reject:
    """Refuse an item that says nothing, read what the format left to prose, and keep `item.item` within ninjs 3.1."""
    if item.body is None and not item.headline and item.status != "canceled":
        return Reject(Reason.EMPTY, f"{item.format}: neither headline nor body", uri=item.uri or None)
    if item.language and not (len(item.language) == 2 and item.language.islower()):
        item = replace(item, language=language_tag(item.language))
    rights = item.rights
    if rights.copyright_notice and not (rights.copyright_holder and rights.copyright_year):
        rights = replace(
            rights,
            copyright_holder=rights.copyright_holder or holder_of(rights.copyright_notice) or None,
            copyright_year=rights.copyright_year or year_of(rights.copyright_notice) or None,
        )
    if not item.item or (len(item.item) == 1 and "type" in item.item):
        return item if rights is item.rights else replace(item, rights=rights)
    byline = byline_in(item.body) if item.body is not None and "by" not in item.item else ""
    fields: Mapping[str, Any] = {**item.item, "by": byline} if byline else item.item
    if not valid({"uri": "", **fields}):
        fitted, extra = dict(fields), dict(item.extra)
        moved = fit(fitted, extra)
        return replace(item, item=fitted, extra=extra, rights=rights, warnings=(*item.warnings, *moved))
    if byline or rights is not item.rights:
        return replace(item, item=fields, rights=rights)
    return item
