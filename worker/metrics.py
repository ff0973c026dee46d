"""
The series of one worker process.

The live worker makes one `Metrics` with a registry of its own and calls methods named after what happened. What the series are called
and mean is declared in `worker.series`.
"""

import platform
from collections.abc import Iterable, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

from worker.outcome import OUTCOME_OF, Reason
from worker.series import (
    AREAS,
    BUILD,
    DEAD_LETTERS,
    END_TO_END,
    GAP_RECORDS,
    GAPS,
    HELD,
    HITS,
    ITEMS,
    LAG,
    LIMIT,
    LOAD,
    MEMORY_BYTES,
    MEMORY_ENTRIES,
    NONE,
    OLDEST,
    OTHER,
    OWNED,
    RECORDS,
    RECOVERED,
    REMOVED,
    REPLAY_LEFT,
    REPLAYED,
    SAVED,
    SERIES,
    STAGE,
    SUBJECTS,
    TRANSACTION,
    TRANSACTIONS,
    Kind,
    Role,
    Series,
)

__all__ = ["OTHER", "SERIES", "Kind", "Metrics", "Role", "Series"]

# Kinds, rules and names come from rule files, which an operator may add to.
_KINDS = 64
_RULES = 300
_AREAS = 64
_SUBJECTS = 64


class Metrics:
    """
    The series of one worker process.

    Children are bound when a label value is first seen, so the hot path is one look-up and one addition. A provider beyond the
    bound counts as `other`: names come from the feed, and each costs the Prometheus server memory for ever.
    """

    def __init__(self, registry: CollectorRegistry, role: Role, *, providers: int = 50) -> None:
        """Register all series; `providers` is how many have series of their own."""
        made = {series.name: _make(series, registry) for series in SERIES}
        self._role = str(role)
        self._series = made
        self._children: dict[tuple[str, ...], Any] = {}  # a Counter, Gauge or Histogram, as its series says
        self._known: dict[str, set[str]] = {}  # values of labels that are bounded by how many there are
        self._max_providers = providers
        self._end_to_end = self._child(END_TO_END)
        self._committed = self._child(TRANSACTIONS, self._role, "committed")
        self._aborted = self._child(TRANSACTIONS, self._role, "aborted")
        self._transaction = self._child(TRANSACTION, self._role)
        if role is Role.DESK:
            # A rate needs a zero to start from: what never happened yet must be there.
            for relation, outcome in OUTCOME_OF.items():
                self._child(ITEMS, relation, outcome, OTHER)
        for reason in Reason:
            self._child(DEAD_LETTERS, self._role, reason)

    def build(self, *, version: str, rules: str) -> None:
        """Say what runs here."""
        self._child(BUILD, version, platform.python_version(), rules, self._role).set(1)

    def item(self, relation: str, outcome: str, provider: str) -> None:
        """Count an item whose outcome was committed."""
        self._child(ITEMS, relation, outcome, self._bounded(ITEMS, provider, self._max_providers)).inc()

    def prepared(self, removed: Iterable[tuple[str, str]], area: str, subjects: Sequence[str]) -> None:
        """Count a prepared item: kind and rule of each span that was taken out, its area of the world, its topics of level 1."""
        for kind, rule in removed:
            self._child(REMOVED, self._bounded(REMOVED, kind, _KINDS)).inc()
            self._child(HITS, self._bounded(HITS, rule, _RULES)).inc()
        self._child(AREAS, self._bounded(AREAS, area or NONE, _AREAS)).inc()
        for subject in subjects or (NONE,):
            self._child(SUBJECTS, self._bounded(SUBJECTS, subject, _SUBJECTS)).inc()

    def dead_letter(self, reason: str) -> None:
        """Count a record that went to the dead-letter topic."""
        self._child(DEAD_LETTERS, self._role, reason).inc()

    def stage(self, name: str, seconds: float) -> None:
        """Note what a stage took for an item, on average of those that went through it together."""
        self._child(STAGE, name).observe(seconds)

    def end_to_end(self, seconds: float) -> None:
        """Note the time from a raw record's timestamp to the commit; a sender's clock that is ahead counts as 0."""
        self._end_to_end.observe(max(0.0, seconds))

    def committed(self, topic: str, partition: int, records: int, *, seconds: float, now: float) -> None:
        """Note a committed transaction: source, records, duration and the time (seconds since 1970)."""
        self._committed.inc()
        self._transaction.observe(seconds)
        self._child(RECORDS, self._role, topic).inc(records)
        self._child(OLDEST, topic, str(partition)).set(now)

    def aborted(self) -> None:
        """Count an aborted transaction."""
        self._aborted.inc()

    def lag(self, topic: str, partition: int, records: int) -> None:
        """Set what waits on a source partition."""
        self._child(LAG, topic, str(partition)).set(records)

    def owned(self, partitions: Iterable[tuple[str, int]]) -> None:
        """Set which source partitions are owned, and drop the series of those that are not: another worker reports them."""
        now = {(topic, str(partition)) for topic, partition in partitions}
        self._child(OWNED, self._role).set(len(now))
        topics = {topic for topic, _ in now}
        numbers = {partition for _, partition in now}
        for key in list(self._children):
            name, *labels = key
            of_partition = name in {LAG.name, OLDEST.name} and tuple(labels) not in now
            of_memory = name in {MEMORY_ENTRIES.name, MEMORY_BYTES.name, HELD.name} and labels[0] not in numbers
            if of_partition or of_memory:
                del self._children[key]
                self._series[name].remove(*labels)
        for topic in topics:
            self._child(GAPS, topic)
            self._child(GAP_RECORDS, topic)

    def memory(self, partition: int, *, entries: int, size_bytes: int, held: int = 0) -> None:
        """Set the size of a partition's memory."""
        self._child(MEMORY_ENTRIES, str(partition)).set(entries)
        self._child(MEMORY_BYTES, str(partition)).set(size_bytes)
        self._child(HELD, str(partition)).set(held)

    def limit(self, size_bytes: int) -> None:
        """Set what memory the process may have."""
        self._child(LIMIT).set(size_bytes)

    def loaded(self, seconds: float, begun: str = "topic") -> None:
        """Note how long a partition's memory took to load, and from what."""
        self._child(LOAD, begun).observe(seconds)

    def saved(self, partition: int, now: float) -> None:
        """Note that a snapshot of a partition's memory was written."""
        self._child(SAVED, str(partition)).set(now)

    def gap(self, topic: str, records: int) -> None:
        """Count a retention gap: offsets that were deleted before they were read."""
        self._child(GAPS, topic).inc()
        self._child(GAP_RECORDS, topic).inc(records)

    def recovered(self, topic: str) -> None:
        """Count a partition whose committed offset was gone and found again."""
        self._child(RECOVERED, topic).inc()

    def replay(self, done: int, left: int) -> None:
        """Count what a replay has read since the last call, and set what is left."""
        self._child(REPLAYED).inc(done)
        self._child(REPLAY_LEFT).set(left)

    def _bounded(self, series: Series, value: str, bound: int) -> str:
        """Give a value of a label, or `other` if as many have been seen already."""
        known = self._known.setdefault(series.name, set())
        if value in known:
            return value
        if len(known) >= bound:
            return OTHER
        known.add(value)
        return value

    def _child(self, series: Series, *labels: str) -> Any:
        key = (series.name, *labels)
        child = self._children.get(key)
        if child is None:
            parent = self._series[series.name]
            child = self._children[key] = parent.labels(*labels) if labels else parent
        return child


def _make(series: Series, registry: CollectorRegistry) -> MetricWrapperBase:
    labels = tuple(series.labels)
    match series.kind:
        case Kind.COUNTER:
            return Counter(series.name, series.help, labels, registry=registry)
        case Kind.GAUGE:
            return Gauge(series.name, series.help, labels, registry=registry)
        case Kind.HISTOGRAM:
            return Histogram(series.name, series.help, labels, registry=registry, buckets=series.buckets)


# A `_created` series beside each counter doubles what is scraped, and Prometheus does not read them.
disable_created_metrics()  # type: ignore[no-untyped-call] # the one function there without types
