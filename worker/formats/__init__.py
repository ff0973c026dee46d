"""
Wire formats: bytes to items, one file each.

`FORMATS` lists them in the order in which they are asked. A format has a `name`, the `content_types` that name it, `sniff`,
which says cheaply whether bytes look like it, and `read`, which reads them.
"""

from collections.abc import Sequence
from typing import Protocol

from worker.formats import ninjs, plain
from worker.model import Decoded, Raw
from worker.outcome import Reason, Reject

__all__ = ["FORMATS", "Format", "FormatError", "decode"]

from worker.formats.errors import FormatError


class Format(Protocol):
    """One wire format, as a module."""

    NAME: str
    CONTENT_TYPES: tuple[str, ...]

    @staticmethod
    def sniff(value: bytes) -> bool:
        """Whether `value` looks like this format; cheap, never raises."""

    @staticmethod
    def read(raw: Raw) -> Sequence[Decoded]:
        """Read all items of the message. Raises `FormatError` if they can't be read."""


FORMATS: tuple[Format, ...] = (ninjs, plain)


def decode(raw: Raw) -> Sequence[Decoded] | Reject:
    """Read a message with the format that its content type names, else with the first whose `sniff` agrees."""
    named = [f for f in FORMATS if raw.content_type and raw.content_type.split(";")[0].strip().lower() in f.CONTENT_TYPES]
    for form in (*named, *(f for f in FORMATS if f.sniff(raw.value))):
        try:
            return form.read(raw)
        except FormatError as error:
            return Reject(error.reason, f"{form.NAME}: {error}")
    return Reject(Reason.UNDECODABLE, "no known format: neither ninjs nor text")
