"""
Read files of items and send them through pipeline and desk, as `copydesk process` does, keeping what is shown beside the record.

A file is JSON Lines – raw items as `copydesk process` takes them, or records that were published – or one document of any format.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from worker.desk.slip import Slip
from worker.model import Origin, Raw
from worker.offline import raw_of_line
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.wiring import Counter, Intake

__all__ = ["Told", "is_lines", "tell"]


_REJECTED: Final = {"outcome", "reason", "detail", "stage"}
_RECORD: Final = {
    "uri", "version", "provider", "outcome", "story", "routes", "item", "removed", "rights", "dateline", "regions", "topics",
    "language", "fingerprint", "format", "warnings",
}  # fmt: skip
_STORY: Final = {"id", "relation", "of", "method", "similarity", "differs", "cancels", "carriers"}
_SPAN: Final = {"start", "end", "text", "kind", "rule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """
    One item and what became of it.

    `source` says where it stood: file, line, and number within the message. `record` is the published record, or for what could
    not be read `outcome`, `reason`, `detail`, `stage` and `uri`. `slip` is what the desk decided by; None if nothing could be
    read, or if the record comes from a file.
    """

    source: str
    record: Mapping[str, Any]
    slip: Slip | None = None

    @property
    def readable(self) -> bool:
        """Whether the item could be read."""
        return "item" in self.record

    @property
    def relation(self) -> str:
        """The relation, or why the item could not be read."""
        return str(self.record["story"]["relation"] if self.readable else self.record["reason"])

    @property
    def uri(self) -> str:
        """The item's uri; empty if it could not be read."""
        return str(self.record.get("uri") or "")


def is_lines(value: bytes) -> bool:
    """Whether bytes are JSON Lines: the first line is a whole JSON object, or all lines are JSON strings or objects."""
    first, *rest = (line for line in value.split(b"\n") if line.strip()) if value.strip() else (b"",)
    if first.lstrip()[:1] == b"{":
        return _is_json(first)
    return first.lstrip()[:1] == b'"' and all(line.lstrip()[:1] in (b'"', b"{") and _is_json(line) for line in (first, *rest))


def _is_json(line: bytes) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def tell(
    files: Iterable[tuple[str, bytes]], rules: Rules, *, content_type: str | None = None, provider: str | None = None
) -> Iterator[Told]:
    """
    Send items through the pipeline and one desk, in their order.

    Args:
        files: names and contents.

        rules: where rules are read from.

        content_type: what a message's header would say of a file that is one document.

        provider: what a message's header would say of all items.

    Raises:
        RuleError: the rules can't be used.
    """
    intake, counter = Intake(rules), Counter(rules)
    number = sequence = 0
    for name, value in files:
        for place, message in _messages(name, value, content_type, provider, number):
            if isinstance(message, Mapping):
                yield from _published(place, message)
                continue
            results = [message] if isinstance(message, Reject) else intake.prepare(message)
            for index, item in enumerate(results, 1):
                source = place if len(results) == 1 else f"{place}, item {index}"
                if isinstance(item, Reject):
                    yield Told(source=source, record=_rejected(item))
                    continue
                decision, line, _ = counter.serve(item.value, sequence)
                counter.memory.commit()
                sequence += 1
                yield Told(source=source, record=orjson.loads(line), slip=decision.slip)
        number += 1


def _messages(
    name: str, value: bytes, content_type: str | None, provider: str | None, number: int
) -> Iterator[tuple[str, Raw | Reject | Mapping[str, Any]]]:
    if not is_lines(value):
        yield name, Raw(value=value, content_type=content_type, provider=provider, origin=Origin("", 0, number, 0))
        return
    for at, line in enumerate(value.split(b"\n"), 1):
        if not line.strip():
            continue
        if (record := _record(line)) is not None:
            yield f"{name}:{at}", record
        else:
            yield f"{name}:{at}", raw_of_line(line.strip(), at - 1, provider)


def _record(line: bytes) -> Mapping[str, Any] | None:
    """Give the record if the line is one that was published, or that `copydesk process` wrote."""
    if b'"outcome"' not in line:
        return None
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict):
        return None
    items = found.get("items") if found.get("outcome") == "unpacked" else [found]
    return found if isinstance(items, list) and items and all(map(_is_whole, items)) else None


def _is_whole(record: Any) -> bool:
    """Whether a record has all that is shown of it; what has not is taken for a raw item."""
    if not isinstance(record, dict):
        return False
    if "item" not in record:
        return record.keys() >= _REJECTED
    return (
        record.keys() >= _RECORD
        and isinstance(record["story"], dict)
        and record["story"].keys() >= _STORY
        and isinstance(record["rights"], dict)
        and "conflicts" in record["rights"]
        and isinstance(record["removed"], list)
        and all(isinstance(span, dict) and span.keys() >= _SPAN for span in record["removed"])
    )


def _published(place: str, record: Mapping[str, Any]) -> Iterator[Told]:
    items = record.get("items") if record["outcome"] == "unpacked" else None
    if not isinstance(items, list):
        yield Told(source=place, record=record)
        return
    for index, item in enumerate(items, 1):
        yield Told(source=f"{place}, item {index}", record=item)


def _rejected(reject: Reject) -> Mapping[str, Any]:
    return {
        "uri": reject.uri, "outcome": "rejected", "reason": str(reject.reason), "detail": reject.detail, "stage": reject.stage,
    }  # fmt: skip
