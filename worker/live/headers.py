"""
Kafka headers: what is read from a raw record, and CloudEvents 1.0 in binary mode on what is published.

`ce_id` is made from the item's origin, so that readers who deduplicate for themselves can.
"""

from collections.abc import Sequence
from typing import Final

from worker.desk.decision import Decision

__all__ = ["TRACE", "published_headers", "read_header", "trace_headers"]

Headers = Sequence[tuple[str, bytes]]
TRACE: Final = ("traceparent", "tracestate")
_JSON: Final = ("content-type", b"application/json")
_SPEC: Final = ("ce_specversion", b"1.0")


def read_header(headers: Headers, name: str) -> str | None:
    """Return a header's text, None if it is missing or no text."""
    for key, value in headers:
        if key.lower() == name and value is not None:
            try:
                return value.decode("utf-8") or None
            except UnicodeDecodeError:
                return None
    return None


def trace_headers(headers: Headers) -> list[tuple[str, bytes]]:
    """Return the trace context, to be passed on."""
    return [(key, value) for key, value in headers if key in TRACE]


def published_headers(decision: Decision, trace: Headers) -> list[tuple[str, bytes]]:
    """Make the headers of a published record."""
    slip = decision.slip
    origin = slip.origin
    identity = f"{origin.topic}/{origin.partition}/{origin.offset}/{origin.index}"
    if slip.kind != "item":
        identity += f"/{slip.kind}"
    return [
        _JSON,
        _SPEC,
        ("ce_id", identity.encode("utf-8", "surrogatepass")),
        ("ce_source", slip.provider.encode("utf-8", "surrogatepass")),
        ("ce_type", b"copydesk.item." + decision.story.relation.encode("ascii")),
        *trace,
    ]
