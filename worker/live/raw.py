"""A raw record as the pipeline takes it."""

from worker.live.headers import read_header
from worker.live.message import Record
from worker.model import Origin, Raw

__all__ = ["raw_of"]


def raw_of(record: Record, provider: str | None) -> Raw:
    """
    Read a raw record's headers.

    Args:
        record: as read from a raw topic.

        provider: what the topic's setting says, where the record has no `ce_source`.
    """
    return Raw(
        value=record.value or b"",
        content_type=read_header(record.headers, "content-type"),
        provider=read_header(record.headers, "ce_source") or provider,
        origin=Origin(record.topic, record.partition, record.offset, record.timestamp),
    )
