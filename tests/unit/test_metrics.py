"""The series: declared once, bounded, and clean by Prometheus' own rules."""

import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from worker.metrics import OTHER, SERIES, Kind, Metrics, Role
from worker.metrics_page import markdown
from worker.outcome import OUTCOME_OF, Reason

ROOT = Path(__file__).parents[2]


@pytest.fixture
def registry() -> CollectorRegistry:
    """Make a registry of the test's own."""
    return CollectorRegistry()


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """Read one sample."""
    return registry.get_sample_value(name, labels)


def use_everything(metrics: Metrics) -> None:
    """Call every method once."""
    metrics.build(version="1", rules="abc")
    metrics.owned([("wire.prepared", 0)])
    metrics.item("new", "kept", "afp")
    metrics.prepared([("copyright", "copyright.line")], "Northern Europe", ["sport"])
    metrics.dead_letter("empty")
    metrics.stage("footers", 0.0001)
    metrics.end_to_end(0.07)
    metrics.committed("wire.prepared", 0, 5, seconds=0.02, now=1000.0)
    metrics.aborted()
    metrics.lag("wire.prepared", 0, 7)
    metrics.memory(0, entries=3, size_bytes=900, held=1)
    metrics.loaded(1.5)
    metrics.gap("wire.prepared", 12)
    metrics.replay(100, 50)


def test_the_names_keep_to_prometheus_rules() -> None:
    """Base units, `_total` for counters and for nothing else, no names or labels that Prometheus uses itself, help as a sentence."""
    for series in SERIES:
        assert re.fullmatch(r"copydesk(_[a-z]+)+", series.name)
        assert series.name.endswith("_total") == (series.kind is Kind.COUNTER)
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|count|sum|bucket)(_total)?$", series.name)
        assert series.help.endswith(".") or series.name.endswith("_info")
        assert not {"le", "quantile", "job", "instance"} & series.labels.keys()
        assert bool(series.buckets) == (series.kind is Kind.HISTOGRAM)
        assert list(series.buckets) == sorted(set(series.buckets))


def test_no_series_is_declared_twice() -> None:
    """Each name stands once."""
    assert len({series.name for series in SERIES}) == len(SERIES)


def test_what_is_exposed_is_what_is_declared(registry: CollectorRegistry) -> None:
    """The page that Prometheus reads has each declared series with its kind, help and labels, and nothing else."""
    use_everything(Metrics(registry, Role.DESK))

    families = {family.name: family for family in text_string_to_metric_families(generate_latest(registry).decode())}

    assert families.keys() == {series.name.removesuffix("_total") for series in SERIES}
    for series in SERIES:
        family = families[series.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (series.kind, series.help)
        for sample in family.samples:
            assert sample.labels.keys() - {"le"} == series.labels.keys()


def test_an_item_is_counted_by_relation_outcome_and_provider(registry: CollectorRegistry) -> None:
    """Each decided item adds one."""
    metrics = Metrics(registry, Role.DESK)

    metrics.item("update", "kept", "afp")
    metrics.item("update", "kept", "afp")

    assert value(registry, "copydesk_items_total", relation="update", outcome="kept", provider="afp") == 2


def test_providers_beyond_the_bound_count_as_other(registry: CollectorRegistry) -> None:
    """Providers come from the feed: whatever it sends, the number of series stays bounded and no item goes uncounted."""
    metrics = Metrics(registry, Role.DESK, providers=3)

    for number in range(1000):
        metrics.item("new", "kept", f"p{number}")

    assert value(registry, "copydesk_items_total", relation="new", outcome="kept", provider="p2") == 1
    assert value(registry, "copydesk_items_total", relation="new", outcome="kept", provider="p3") is None
    assert value(registry, "copydesk_items_total", relation="new", outcome="kept", provider=OTHER) == 997


def test_names_from_rule_files_are_bounded_too(registry: CollectorRegistry) -> None:
    """Kinds, rules, areas and topics come from rule files, and an operator's may have any: beyond a bound they count as other."""
    metrics = Metrics(registry, Role.INTAKE)

    for number in range(10_000):
        metrics.prepared([(f"kind{number}", f"rule{number}")], f"area{number}", [f"subject{number}"])

    page = generate_latest(registry).decode()
    for series, label, bound in (
        ("copydesk_removed_spans_total", "kind", 64), ("copydesk_rule_hits_total", "rule", 300),
        ("copydesk_area_items_total", "area", 64), ("copydesk_subject_items_total", "subject", 64),
    ):  # fmt: skip
        assert page.count(f"\n{series}{{") == bound + 1
        assert value(registry, series, **{label: OTHER}) == 10_000 - bound


def test_an_item_without_tags_counts_as_none(registry: CollectorRegistry) -> None:
    """What part of the wire has no country or no topic can be read off."""
    metrics = Metrics(registry, Role.INTAKE)

    metrics.prepared([], "", ())

    assert value(registry, "copydesk_area_items_total", area="none") == 1
    assert value(registry, "copydesk_subject_items_total", subject="none") == 1


def test_what_has_not_happened_yet_is_zero(registry: CollectorRegistry) -> None:
    """An alert on a rate needs a zero to start from, or it misses the first time."""
    Metrics(registry, Role.DESK)

    for reason in Reason:
        assert value(registry, "copydesk_dead_letters_total", role="desk", reason=reason) == 0
    for relation, outcome in OUTCOME_OF.items():
        assert value(registry, "copydesk_items_total", relation=relation, outcome=outcome, provider=OTHER) == 0
    assert value(registry, "copydesk_transactions_total", role="desk", result="aborted") == 0


def test_a_partition_that_was_lost_is_not_reported(registry: CollectorRegistry) -> None:
    """Its new owner reports it; two workers must not tell two lags."""
    metrics = Metrics(registry, Role.DESK)
    metrics.owned([("wire.prepared", 0), ("wire.prepared", 1)])
    for partition in (0, 1):
        metrics.lag("wire.prepared", partition, 5)
        metrics.memory(partition, entries=1, size_bytes=1)
        metrics.committed("wire.prepared", partition, 1, seconds=0.1, now=1.0)

    metrics.owned([("wire.prepared", 1)])

    assert value(registry, "copydesk_owned_partitions", role="desk") == 1
    for name in ("copydesk_lag_records", "copydesk_last_commit_timestamp_seconds"):
        assert value(registry, name, topic="wire.prepared", partition="0") is None
        assert value(registry, name, topic="wire.prepared", partition="1") is not None
    assert value(registry, "copydesk_memory_entries", partition="0") is None
    assert value(registry, "copydesk_memory_entries", partition="1") == 1


def test_a_partition_that_comes_back_is_reported_again(registry: CollectorRegistry) -> None:
    """A series that was dropped is made anew."""
    metrics = Metrics(registry, Role.DESK)
    for owned in ([("t", 0)], [], [("t", 0)]):
        metrics.owned(owned)
    metrics.lag("t", 0, 3)

    assert value(registry, "copydesk_lag_records", topic="t", partition="0") == 3


def test_a_senders_clock_that_is_ahead_counts_as_no_time(registry: CollectorRegistry) -> None:
    """A negative time would make the sum of the histogram fall, which Prometheus takes for a restart."""
    metrics = Metrics(registry, Role.DESK)

    metrics.end_to_end(-5.0)

    assert value(registry, "copydesk_end_to_end_seconds_sum") == 0
    assert value(registry, "copydesk_end_to_end_seconds_count") == 1


def test_the_page_of_metrics_is_fresh() -> None:
    """docs/metrics.md is written from the declarations."""
    assert (ROOT / "docs/metrics.md").read_text(encoding="utf-8") == markdown()
