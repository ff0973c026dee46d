"""
All topics, declared once: partitions, what is kept and for how long, sizes, and whose clock stamps the records.

Outputs are stamped by the broker (`LogAppendTime`): with the items' own times, retention would delete a backfill as soon as it is
written. Raw topics keep their senders' times, which end-to-end seconds are counted from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from worker.names import Names
from worker.settings import Settings

__all__ = ["Names", "Topic", "plan", "transactional_id"]

DAY = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """
    One topic as it should be.

    `role` says what it is for: raw, prepared, enriched, duplicates, advisories, held, deadletter, memory, runs or route. A `replication`
    of 0 is left to the cluster.
    """

    name: str
    role: str
    doc: str
    partitions: int
    replication: int
    config: Mapping[str, str]

    @property
    def max_message_bytes(self) -> int:
        """The largest batch that the topic takes."""
        return int(self.config["max.message.bytes"])


def transactional_id(settings: Settings, role: str, topic: str, partition: int) -> str:
    """
    Name the producer of one source partition, for `role` intake or desk.

    The consumer group is no part of it: any two owners of a partition must fence each other, whatever their group is called.
    """
    return f"{transactional_prefix(settings, role)}{topic}-{partition}"


def transactional_prefix(settings: Settings, role: str) -> str:
    """Give what all transactional ids of a role begin with: the access rules need it."""
    return f"{settings.topic_prefix}{role}-"


def plan(settings: Settings, routes: Sequence[str] = ()) -> tuple[Topic, ...]:
    """Declare all topics, in the order of an item's way. `routes` are the names of the routes, without prefix."""
    names = Names.of(settings)
    short, long = str(settings.retention), str(settings.output_retention)
    desks, out = settings.prepared_partitions, settings.output_partitions

    def topic(
        name: str, role: str, doc: str, *, count: int, retention: str | None, size: int = settings.prepared_bytes
    ) -> Topic:
        config = {"cleanup.policy": "compact"} if retention is None else {"cleanup.policy": "delete", "retention.ms": retention}
        config["max.message.bytes"] = str(size)
        config["message.timestamp.type"] = "CreateTime" if role == "raw" else "LogAppendTime"
        if retention is None:
            config |= _COMPACTED
        if settings.replication > 1:
            # With all copies but one in sync a write still counts: one broker may be down, and no committed record hangs on one.
            config["min.insync.replicas"] = str(max(1, settings.replication - 1))
        return Topic(name=name, role=role, doc=doc, partitions=count, replication=settings.replication, config=config)

    def source(name: str, provider: str | None) -> Topic:
        doc = f"Raw items of {provider}." if provider else "Raw items."
        return topic(name, "raw", doc, count=settings.raw_partitions, retention=short, size=settings.raw_bytes)

    return (
        *(source(name, provider) for name, provider in settings.sources),
        topic(
            names.prepared,
            "prepared",
            "From intake to desk, cleaned and tagged; its order decides.",
            count=desks,
            retention=short,
        ),
        topic(names.enriched, "enriched", "What was kept.", count=out, retention=long),
        topic(names.duplicates, "duplicates", "What was dropped as a duplicate, and of what.", count=out, retention=short),
        topic(
            names.advisories, "advisories", "What is not news: advisories, tests, withheld items.", count=out, retention=long
        ),
        topic(names.held, "held", "What waits for its embargo to end.", count=desks, retention=None),
        topic(
            names.dead_letters,
            "deadletter",
            "What could not be processed, as it came.",
            count=out,
            retention=long,
            size=settings.dead_letter_bytes,
        ),
        topic(names.memory, "memory", "What the desk remembers.", count=desks, retention=None),
        topic(settings.runs_topic, "runs", "What replays have done.", count=1, retention=None),
        *(
            topic(names.route(route), "route", f"Kept items of the route {route}.", count=out, retention=long)
            for route in routes
        ),
    )


# A compacted topic is read from its start when a desk opens, so what is out of date should go soon: segments are closed, and so may
# be compacted, each day, and compaction begins when a fifth is out of date. Deletions stay readable for a week: a standby
# that was away for less still learns of them.
_COMPACTED = {
    "segment.ms": str(DAY),
    "segment.bytes": str(128 << 20),
    "min.cleanable.dirty.ratio": "0.2",
    "delete.retention.ms": str(7 * DAY),
}
