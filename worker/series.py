"""
Every Prometheus series, declared once: name, kind, labels from closed sets, and help.

`worker.metrics` makes them. Dashboards, alerts and docs/metrics.md are checked against `SERIES`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from worker.outcome import Outcome, Reason, Relation

__all__ = ["NONE", "OTHER", "SERIES", "Kind", "Role", "Series"]

OTHER: Final = "other"
"""The label value that stands for all beyond a bound."""

NONE: Final = "none"
"""The label value of an item without a tag of the kind."""

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
HITS = Series(
    "copydesk_rule_hits_total", Kind.COUNTER, "Spans taken out of items, by the rule that found them.",
    {"rule": f"the first 300 rules that hit, then `{OTHER}`"},
)  # fmt: skip
AREAS = Series(
    "copydesk_area_items_total", Kind.COUNTER, "Items prepared, by the part of the world that their first country lies in.",
    {"area": f"the United Nations' M49 areas by name, `{NONE}` without a country"},
)  # fmt: skip
SUBJECTS = Series(
    "copydesk_subject_items_total", Kind.COUNTER, "Items prepared, once for each Media Topic of level 1 that they have.",
    {"subject": f"the Media Topics of level 1 by name, `{NONE}` without one"},
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
    ITEMS, RECORDS, REMOVED, HITS, AREAS, SUBJECTS, DEAD_LETTERS, STAGE, END_TO_END, TRANSACTION, TRANSACTIONS, LAG, OLDEST, OWNED,
    MEMORY_ENTRIES, MEMORY_BYTES, LIMIT, LOAD, SAVED, HELD, GAPS, GAP_RECORDS, RECOVERED, REPLAYED, REPLAY_LEFT, BUILD,
)  # fmt: skip
