"""
Every Prometheus series, declared once: name, kind, labels from closed sets, and help.

The live worker makes one `Metrics` with a registry of its own and calls methods named after what happened. Dashboards, alerts and
docs/metrics.md are checked against `SERIES`.
"""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics import MetricWrapperBase

from worker.outcome import OUTCOME_OF, Outcome, Reason, Relation

__all__ = ["OTHER", "SERIES", "Kind", "Metrics", "Role", "Series"]

OTHER: Final = "other"
"""The label value that stands for all beyond a bound."""

# Reached by 4 KB items on two slow cores: a stage takes 2 to 300 microseconds, a whole item up to some milliseconds.
STAGE_BUCKETS = (1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 1e-1)
# From the raw record's timestamp: 60 ms when all is well, hours when a worker catches up after a night.
END_TO_END_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 43_200)
TRANSACTION_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LOAD_BUCKETS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Kind(StrEnum):
    """The kinds of series, as Prometheus calls them."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Role(StrEnum):
    """Who reports."""

    INTAKE = "intake"
    DESK = "desk"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Series:
    """One series as declared. `labels` gives the closed set of each label, in words or as its values."""

    name: str
    kind: Kind
    help: str
    labels: Mapping[str, str]
    buckets: tuple[float, ...] = ()


def _words(members: Iterable[StrEnum]) -> str:
    return ", ".join(members)


_PROVIDER = f"the first COPYDESK_METRIC_PROVIDERS providers seen, then `{OTHER}`"
_ROLE = _words(Role)
_PREPARED = {"partition": "prepared partitions"}
_SOURCE = {"topic": "the source topics", "partition": "their partitions"}

ITEMS = Series(
    "copydesk_items_total", Kind.COUNTER, "Items decided and committed.",
    {"relation": _words(Relation), "outcome": _words(Outcome), "provider": _PROVIDER},
)  # fmt: skip
RECORDS = Series(
    "copydesk_records_total", Kind.COUNTER, "Source records whose transaction was committed.",
    {"role": _ROLE, "topic": "the source topics"},
)  # fmt: skip
REMOVED = Series(
    "copydesk_removed_spans_total", Kind.COUNTER, "Spans taken out of items, by what they were.",
    {"kind": "the kinds of footer rules"},
)  # fmt: skip
DEAD_LETTERS = Series(
    "copydesk_dead_letters_total", Kind.COUNTER, "Records sent to the dead-letter topic.",
    {"role": _ROLE, "reason": _words(Reason)},
)  # fmt: skip
STAGE = Series(
    "copydesk_stage_seconds", Kind.HISTOGRAM, "Time that a stage takes for an item; the mean of those that go through it together.",
    {"stage": "the stages of the pipeline, `decode` and `decide`"}, STAGE_BUCKETS,
)  # fmt: skip
END_TO_END = Series(
    "copydesk_end_to_end_seconds", Kind.HISTOGRAM, "From the raw record's timestamp to the commit of its outcome.",
    {}, END_TO_END_BUCKETS,
)  # fmt: skip
TRANSACTION = Series(
    "copydesk_transaction_seconds", Kind.HISTOGRAM, "From the first send of a transaction to its committed end.",
    {"role": _ROLE}, TRANSACTION_BUCKETS,
)  # fmt: skip
TRANSACTIONS = Series(
    "copydesk_transactions_total", Kind.COUNTER, "Transactions ended.", {"role": _ROLE, "result": "committed, aborted"}
)
LAG = Series(
    "copydesk_lag_records", Kind.GAUGE, "Committed records that the worker has not processed: read_committed end minus position.",
    _SOURCE,
)  # fmt: skip
OLDEST = Series(
    "copydesk_last_commit_timestamp_seconds", Kind.GAUGE, "When a transaction of the partition was last committed.", _SOURCE
)
OWNED = Series("copydesk_owned_partitions", Kind.GAUGE, "Source partitions that this worker owns.", {"role": _ROLE})
MEMORY_ENTRIES = Series("copydesk_memory_entries", Kind.GAUGE, "Items that the desk remembers.", _PREPARED)
MEMORY_BYTES = Series("copydesk_memory_bytes", Kind.GAUGE, "Size of what the desk remembers.", _PREPARED)
LIMIT = Series(
    "copydesk_memory_limit_bytes", Kind.GAUGE, "Memory that the process may have, as its container says; 0 without a limit.", {}
)
LOAD = Series(
    "copydesk_memory_load_seconds", Kind.HISTOGRAM, "Time to load the memory of a partition before its first decision.",
    {"source": "standby, snapshot, topic"}, LOAD_BUCKETS,
)  # fmt: skip
SAVED = Series(
    "copydesk_memory_snapshot_timestamp_seconds", Kind.GAUGE, "When the last snapshot of a partition's memory was written.",
    _PREPARED,
)  # fmt: skip
HELD = Series("copydesk_held_items", Kind.GAUGE, "Items that wait for their embargo to end.", _PREPARED)
GAPS = Series(
    "copydesk_retention_gaps_total", Kind.COUNTER, "Times that records were deleted before the worker had read them.",
    {"topic": "the source topics"},
)  # fmt: skip
GAP_RECORDS = Series(
    "copydesk_retention_gap_records_total", Kind.COUNTER, "Offsets that were skipped so, at most that many records.",
    {"topic": "the source topics"},
)  # fmt: skip
RECOVERED = Series(
    "copydesk_offsets_recovered_total", Kind.COUNTER,
    "Partitions whose committed offset was gone, so that the worker went on behind what it had handled before.",
    {"topic": "the raw topics"},
)  # fmt: skip
REPLAYED = Series("copydesk_replay_records_total", Kind.COUNTER, "Records that a replay has read.", {})
REPLAY_LEFT = Series("copydesk_replay_left_records", Kind.GAUGE, "Records that a replay has still to read.", {})
BUILD = Series(
    "copydesk_build_info", Kind.GAUGE, "1, with what runs here as labels.",
    {"version": "this build", "python": "this Python", "rules": "a digest of the rules in force", "role": _ROLE},
)  # fmt: skip

SERIES: Final = (
    ITEMS, RECORDS, REMOVED, DEAD_LETTERS, STAGE, END_TO_END, TRANSACTION, TRANSACTIONS, LAG, OLDEST, OWNED,
    MEMORY_ENTRIES, MEMORY_BYTES, LIMIT, LOAD, SAVED, HELD, GAPS, GAP_RECORDS, RECOVERED, REPLAYED, REPLAY_LEFT, BUILD,
)  # fmt: skip

_KINDS = 64  # kinds of removed spans come from rule files, which an operator may add to


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
        self._providers: dict[str, str] = {}
        self._max_providers = providers
        self._kinds: set[str] = set()
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
        self._child(ITEMS, relation, outcome, self._provider(provider)).inc()

    def removed(self, kind: str, spans: int = 1) -> None:
        """Count spans that were taken out."""
        if kind not in self._kinds:
            if len(self._kinds) >= _KINDS:
                kind = OTHER
            self._kinds.add(kind)
        self._child(REMOVED, kind).inc(spans)

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

    def _provider(self, name: str) -> str:
        bound = self._providers.get(name)
        if bound is None:
            if len(self._providers) >= self._max_providers:
                return OTHER
            bound = self._providers[name] = name
        return bound

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
