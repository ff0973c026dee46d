"""What every peer does with an item: the pure work, called as a library, and where things are."""

import sys
from collections.abc import Iterable
from typing import Final, NamedTuple

from worker.live.headers import published_headers
from worker.model import Origin, Raw
from worker.names import Names
from worker.outcome import Reject
from worker.rules.load import Rules
from worker.wiring import Counter, Intake, PreparedItem

__all__ = ["COMMIT_SECONDS", "Came", "Place", "WholeWork", "Write"]

# How often a peer commits that commits by time. Kafka Streams has 0.1 s by default with exactly-once; Quix Streams' default of 5 s would
# have readers wait as long.
COMMIT_SECONDS: Final = 0.1


class Place(NamedTuple):
    """Where a peer works: the broker, what its topics and its group begin with, and a folder for its state."""

    broker: str
    prefix: str
    state: str

    @classmethod
    def from_arguments(cls) -> "tuple[str, Place]":
        """Read the task and the place from the command line."""
        task, *rest = sys.argv[1:]
        return task, cls(*rest)

    @property
    def group(self) -> str:
        """The consumer group."""
        return f"{self.prefix}peer"

    @property
    def names(self) -> Names:
        """The names of the topics."""
        return Names(self.prefix, f"{self.prefix}memory")


class Came(NamedTuple):
    """A raw message as it came."""

    value: bytes
    topic: str
    partition: int
    offset: int
    timestamp: int


class Write(NamedTuple):
    """A record to be written."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class WholeWork:
    """Intake and desk without Kafka, with a memory that lives in the process."""

    def __init__(self, place: Place) -> None:
        """Load rules and models."""
        self._names = place.names
        rules = Rules()
        self._intake = Intake(rules)
        self.counter = Counter(rules, names=self._names)
        self._sequence = 0

    def prepare(self, messages: Iterable[Came]) -> list[tuple[Came, list[PreparedItem | Reject]]]:
        """Read messages into prepared items; many at once cost less."""
        came = list(messages)
        raws = [Raw(value=m.value, origin=Origin(m.topic, m.partition, m.offset, m.timestamp)) for m in came]
        return list(zip(came, self._intake.prepare_all(raws), strict=True))

    def decide(self, came: Came, items: Iterable[PreparedItem | Reject]) -> list[Write]:
        """Decide the items of a message."""
        writes: list[Write] = []
        for item in items:
            if isinstance(item, Reject):
                writes.append(Write(self._names.dead_letters, None, came.value))
                continue
            decision, _, outputs = self.counter.serve(item.value, self._sequence)
            self._sequence += 1
            headers = tuple(published_headers(decision, ()))
            writes += [Write(out.topic, out.key, out.value, headers) for out in outputs]
        return writes

    def remember(self) -> list[Write]:
        """Give the memory's changes since the last time as records."""
        changes = [Write(self._names.memory, key, value) for key, value in self.counter.memory.changes()]
        self.counter.memory.commit()
        return changes
