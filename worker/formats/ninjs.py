"""To be written."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from worker.formats.errors import FormatError
from worker.model import Body, Decoded, Raw

NAME = "ninjs"
CONTENT_TYPES = ("application/json", "application/ninjs+json")


def sniff(value: bytes) -> bool:
    """To be written."""
    return value.lstrip()[:1] == b"{"


def read(raw: Raw) -> Sequence[Decoded]:
    """To be written."""
    try:
        data = orjson.loads(raw.value)
    except orjson.JSONDecodeError as error:
        raise FormatError("not JSON") from error
    updated = data.get("versioncreated")
    return (
        Decoded(
            format="ninjs",
            uri=data.get("uri", ""),
            version=data.get("version"),
            headline=data.get("headline", ""),
            language=data.get("language"),
            updated=round(datetime.fromisoformat(updated).timestamp() * 1000) if updated else None,
            body=Body(field="body_text", content_type="text/plain", value=data.get("body_text", "")),
        ),
    )
