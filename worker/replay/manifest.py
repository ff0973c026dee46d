"""
What is remembered of a run: what was asked, how far it has come, what came out.

It is the value under the run's name in the compacted runs topic, written in the transaction of each chunk, so that a run that was
killed goes on exactly where it stopped.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
from aiokafka import TopicPartition

from worker.replay.bounds import Bounds, ReplayError

__all__ = ["FORMAT", "Manifest"]

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """
    One run.

    `into` is `live` or the name of an isolated run; `asked` are the arguments as given, to refuse others under the same name;
    `positions` the next offset of each partition; `counts` what became of items; times are milliseconds since 1970.
    """

    name: str
    into: str
    asked: dict[str, Any]
    bounds: Bounds
    started: int
    updated: int
    state: str = "running"
    positions: dict[TopicPartition, int] = field(default_factory=dict)
    sequence: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def advanced(
        self, positions: dict[TopicPartition, int], counts: Counter[str], sequence: int, now: int, *, done: bool
    ) -> "Manifest":
        """Give the manifest after a chunk."""
        total = Counter(self.counts)
        total.update(counts)
        return replace(
            self,
            positions={**self.positions, **positions},
            counts=dict(total),
            sequence=sequence,
            updated=now,
            state="done" if done else "running",
        )

    @property
    def left(self) -> dict[TopicPartition, tuple[int, int]]:
        """The spans that are still to be read."""
        spans = ((tp, max(start, self.positions.get(tp, start)), end) for tp, (start, end) in self.bounds.spans.items())
        return {tp: (start, end) for tp, start, end in spans if start < end}

    def to_bytes(self) -> bytes:
        """Write it."""
        fields = {name: getattr(self, name) for name in _PLAIN}
        positions = [[tp.topic, tp.partition, offset] for tp, offset in sorted(self.positions.items())]
        return orjson.dumps({"format": FORMAT, **fields, "bounds": self.bounds.to_json(), "positions": positions})

    @classmethod
    def from_bytes(cls, value: bytes) -> "Manifest":
        """
        Read what `to_bytes` wrote.

        Raises:
            ReplayError: it is of another format.
        """
        fields = orjson.loads(value)
        if fields.pop("format", None) != FORMAT:
            raise ReplayError("the run's manifest is of another format; finish it with the version that began it")
        bounds = Bounds.from_json(fields.pop("bounds"))
        positions = {TopicPartition(t, p): offset for t, p, offset in fields.pop("positions")}
        return cls(**fields, bounds=bounds, positions=positions)


_PLAIN: Final = ("name", "into", "asked", "started", "updated", "state", "sequence", "counts")
