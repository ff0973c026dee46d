"""
What a run reads: asked for by time, by offsets or by uris, and bounded when it starts.

What arrives after the start is not in it. A range whose start retention has eaten is refused, because it would be answered with less
than was asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition

__all__ = ["Ask", "Bounds", "ReplayError", "parse_offsets", "parse_time", "resolve"]

# Senders' clocks differ: a record may stand behind later ones by as much as that and is still in its range.
SLACK_MS: Final = 3_600_000


class ReplayError(ValueError):
    """The run can't be done as asked; the message says why and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    What an operator asks for.

    `since` and `until` are milliseconds since 1970 (None: the start of the log, now), `offsets` first and last-plus-one offset by
    partition, `uris` the only items wanted (empty: all).
    """

    topics: tuple[str, ...]
    since: int | None = None
    until: int | None = None
    offsets: Mapping[TopicPartition, tuple[int, int]] | None = None
    uris: frozenset[str] = frozenset()

    def wants(self, timestamp: int) -> bool:
        """Say whether a record of this time is in the range."""
        return (self.since is None or timestamp >= self.since) and (self.until is None or timestamp < self.until)


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last-plus-one offset of each partition that is read."""

    spans: Mapping[TopicPartition, tuple[int, int]]

    @property
    def records(self) -> int:
        """How many offsets are in it: at least as many as there are records."""
        return sum(end - start for start, end in self.spans.values())

    def left(self, positions: Mapping[TopicPartition, int]) -> int:
        """How many offsets are left at these positions."""
        return sum(max(0, end - positions.get(tp, start)) for tp, (start, end) in self.spans.items())

    def to_json(self) -> list[list[Any]]:
        """Write it for a manifest."""
        return [[tp.topic, tp.partition, start, end] for tp, (start, end) in sorted(self.spans.items())]

    @classmethod
    def from_json(cls, rows: Sequence[Sequence[Any]]) -> "Bounds":
        """Read what `to_json` wrote."""
        return cls({TopicPartition(topic, partition): (start, end) for topic, partition, start, end in rows})


def parse_time(text: str) -> int:
    """
    Read a time as an operator writes it, in milliseconds since 1970; without zone it is UTC.

    Raises:
        ReplayError: it is no time.

    >>> parse_time("2026-11-24T12:00Z") - parse_time("2026-11-24 11:00")
    3600000
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ReplayError(f"{text!r} is no time; write it like 2026-11-24T12:00Z") from error
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def parse_offsets(text: str) -> tuple[TopicPartition, tuple[int, int]]:
    """
    Read a span of offsets, `topic:partition:first-last`, the last one included.

    Raises:
        ReplayError: it is no such span.

    >>> parse_offsets("wire.raw:0:10-19")
    (TopicPartition(topic='wire.raw', partition=0), (10, 20))
    """
    try:
        topic, partition, span = text.rsplit(":", 2)
        first, last = span.split("-")
        found = TopicPartition(topic, int(partition)), (int(first), int(last) + 1)
    except ValueError as error:
        raise ReplayError(f"{text!r} is no span of offsets; write it like wire.raw:0:1000-1999") from error
    if found[1][0] >= found[1][1]:
        raise ReplayError(f"{text!r} ends before it starts")
    return found


async def resolve(ask: Ask, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]) -> Bounds:
    """
    Bound a range by what the log holds now.

    Args:
        ask: what is wanted.

        consumer: a started reader.

        partitions: all partitions of the raw topics.

    Raises:
        ReplayError: the range is empty, or its start is no longer there.
    """
    if ask.since is not None and ask.until is not None and ask.since >= ask.until:
        raise ReplayError("the range ends before it starts")
    firsts = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    if ask.offsets is not None:
        return Bounds({tp: _within(tp, span, firsts, ends) for tp, span in ask.offsets.items()})
    starts = dict(firsts)
    if ask.since is not None:
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, ask.since))
        starts = {tp: found[tp].offset if found[tp] else ends[tp] for tp in partitions}
        for tp in partitions:
            if starts[tp] == firsts[tp] > 0:
                _refuse_eaten(tp, firsts[tp], "nothing older than its first record is left; start there with --from earliest")
    if ask.until is not None:
        found = await consumer.offsets_for_times(dict.fromkeys(partitions, ask.until + SLACK_MS))
        ends = {tp: found[tp].offset if found[tp] else ends[tp] for tp in partitions}
    spans = {tp: (starts[tp], ends[tp]) for tp in partitions if starts[tp] < ends[tp]}
    if not spans:
        raise ReplayError("there is nothing in this range")
    return Bounds(spans)


def _within(
    tp: TopicPartition,
    span: tuple[int, int],
    firsts: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
) -> tuple[int, int]:
    if tp not in firsts:
        raise ReplayError(f"{tp.topic}/{tp.partition} is no partition of a raw topic")
    if span[0] < firsts[tp]:
        _refuse_eaten(tp, firsts[tp], f"the span starts at {span[0]}")
    if span[1] > ends[tp]:
        raise ReplayError(f"{tp.topic}/{tp.partition} ends at offset {ends[tp] - 1}, before the span's last, {span[1] - 1}")
    return span


def _refuse_eaten(tp: TopicPartition, first: int, detail: str) -> None:
    raise ReplayError(
        f"retention has deleted the start of the range: {tp.topic}/{tp.partition} begins at offset {first}; {detail}"
    )
