"""To be written."""

from collections.abc import Sequence

from worker.formats.errors import FormatError
from worker.model import Body, Decoded, Raw

NAME = "text"
CONTENT_TYPES = ("text/plain",)


def sniff(value: bytes) -> bool:
    """To be written."""
    return b"\0" not in value


def read(raw: Raw) -> Sequence[Decoded]:
    """To be written."""
    try:
        text = raw.value.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8") from error
    return (Decoded(format="text", body=Body(field="body_text", content_type="text/plain", value=text)),)
