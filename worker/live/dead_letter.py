"""
Dead letters: the original bytes with where they came from and why.

The value is the original value, byte for byte, and the key the original key, so that a mended item can be sent again as it is. Why
it is here stands in headers, which are bounded and never hold text of the item. If even the dead letter would be too large, it holds
the head of the bytes, and `copydesk_truncated` says how long they were; the origin is the pointer to the rest.
"""

from collections.abc import Sequence
from typing import Final

from worker import __version__
from worker.live.message import Message, Record
from worker.outcome import Reject

__all__ = ["HEAD_BYTES", "dead_letter"]

HEAD_BYTES: Final = 16_384  # enough to see what it is; any dead-letter topic takes it
_DETAIL: Final = 256  # characters; exceptions have been seen to hold whole bodies
_PREFIX: Final = "copydesk_"


def dead_letter(
    topic: str,
    record: Record,
    reject: Reject,
    *,
    truncate: bool = False,
    index: int | None = None,
    raw_origin: str | None = None,
) -> Message:
    """
    Make the dead letter of a record.

    Args:
        topic: the dead-letter topic.

        record: the record that could not be processed, as read.

        reject: why.

        truncate: keep only the head of the value.

        index: which item of the message, if only one of several is rejected.

        raw_origin: for a prepared record, the raw record it was made from (`topic/partition/offset/index`).
    """
    value = record.value or b""
    facts: list[tuple[str, object]] = [
        ("reason", reject.reason),
        ("detail", reject.detail[:_DETAIL]),
        ("stage", reject.stage),
        ("topic", record.topic),
        ("partition", record.partition),
        ("offset", record.offset),
        ("timestamp", record.timestamp),
        ("version", __version__),
    ]
    if index is not None:
        facts.append(("index", index))
    if raw_origin is not None:
        facts.append(("origin", raw_origin))
    if truncate and len(value) > HEAD_BYTES:
        facts.append(("truncated", len(value)))
        value = value[:HEAD_BYTES]
    return Message(topic, record.key, value, [*_original(record.headers), *((_PREFIX + k, str(v).encode()) for k, v in facts)])


def _original(headers: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Keep the record's own headers, except those of an earlier dead letter; attempts are counted on."""
    kept = [(k, v) for k, v in headers if not k.startswith(_PREFIX) or k == f"{_PREFIX}attempts"]
    return [(k, v) for k, v in kept if len(k) + len(v or b"") <= 4096][:64]
