"""
File to file, without a broker: JSON Lines in, one line for each input line out, in the same order.

An input line is the value of a Kafka message: a JSON object (ninjs), a JSON string that holds any text format, or an object
with `content_type` and `content_base64` for bytes. Items are deduplicated in one pass, exactly as a live desk would over the same order.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from itertools import tee
from typing import Any

import orjson

from worker.model import Origin, Raw
from worker.outcome import Reason, Reject
from worker.rules.load import Rules
from worker.wiring import Counter, Intake

__all__ = ["process", "raw_of_line"]


def process(
    lines: Iterable[bytes],
    rules: Rules,
    *,
    counter: Counter | None = None,
    progress: Callable[[int], None] | None = None,
) -> Iterator[bytes]:
    """
    Process lines in order.

    Args:
        lines: input lines, with or without their line ends.

        rules: where rules are read from.

        counter: the desk to go through; a new one if not given.

        progress: called with the number of bytes of each line read.

    Yields:
        One JSON object for each line, without line end.
    """
    intake, counter = Intake(rules), counter or Counter(rules)
    ahead, lines = tee(lines)  # what is read together is read ahead
    sequence = 0
    for line, items in zip(lines, intake.prepare_all(_raws(ahead, progress)), strict=True):
        results: list[bytes] = []
        for item in items:
            if isinstance(item, Reject):
                results.append(_rejected(item, line))
                continue
            _, published, _ = counter.serve(item.value, sequence)
            counter.memory.commit()
            sequence += 1
            results.append(published)
        yield results[0] if len(results) == 1 else b'{"outcome":"unpacked","items":[' + b",".join(results) + b"]}"


def _raws(lines: Iterable[bytes], progress: Callable[[int], None] | None) -> Iterator[Raw | Reject]:
    for number, line in enumerate(lines):
        if progress is not None:
            progress(len(line))
        yield raw_of_line(line.strip(), number)


def raw_of_line(line: bytes, number: int, provider: str | None = None) -> Raw | Reject:
    """Make the message that an input line stands for; `number` becomes its offset."""
    origin = Origin("", 0, number, 0)
    if line[:1] == b'"':
        try:
            return Raw(value=orjson.loads(line).encode("utf-8"), provider=provider, origin=origin)
        except orjson.JSONDecodeError:
            return Reject(Reason.UNDECODABLE, "the line is not JSON")
    if b'"content_base64"' in line:
        try:
            fields = orjson.loads(line)
            if "content_base64" in fields:
                value = base64.b64decode(fields["content_base64"], validate=True)
                return Raw(value=value, content_type=fields.get("content_type"), provider=provider, origin=origin)
        except (orjson.JSONDecodeError, binascii.Error, TypeError, ValueError):
            return Reject(Reason.UNDECODABLE, "the line is not JSON, or content_base64 is not base64")
    return Raw(value=line, provider=provider, origin=origin)


def _rejected(reject: Reject, line: bytes) -> bytes:
    """Write what stands for an item that could not be read. Its uri is given where the line has one, so that lines can be matched."""
    fields: dict[str, Any] = {"uri": reject.uri}
    try:
        found = orjson.loads(line)
        if isinstance(found, dict) and isinstance(found.get("uri"), str):
            fields["uri"] = found["uri"]
    except orjson.JSONDecodeError:
        pass
    return orjson.dumps(
        {**fields, "outcome": "rejected", "reason": reject.reason, "detail": reject.detail, "stage": reject.stage}
    )
