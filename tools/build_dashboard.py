# ruff: noqa: INP001 - a command, no part of a package
"""
Write the Grafana dashboard from one declaration of rows and panels: `python -m tools.build_dashboard`.

A panel is a title, a unit and its queries. tests/contract/test_deploy.py checks each query's series and labels against
`worker.metrics.SERIES`, and that the file is what this writes.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["ROWS", "Panel", "Query", "dashboard"]

FILE: Final = Path(__file__).parents[1] / "deploy/grafana/copydesk.json"
_COLUMNS: Final = 24
_HEIGHT: Final = 8
_SOURCE: Final = {"type": "prometheus", "uid": "${source}"}


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL query and how its lines are called."""

    expr: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel: Grafana's name of its unit, its queries, what it is good for, how wide, and whether areas are stacked."""

    title: str
    unit: str
    queries: tuple[Query, ...]
    note: str
    width: int = 8
    stacked: bool = False


def _quantiles(series: str, by: str = "") -> tuple[Query, ...]:
    group, name = (f"le, {by}", f"{{{{{by}}}}} ") if by else ("le", "")
    return tuple(
        Query(f"histogram_quantile({q}, sum by ({group}) (rate({series}_bucket[$__rate_interval])))", f"{name}p{q * 100:g}")
        for q in (0.5, 0.99)
    )


ROWS: Final[tuple[tuple[str, tuple[Panel, ...]], ...]] = (
    ("Is all well?", (
        Panel("Records waiting", "short", (
            Query("sum by (topic) (copydesk_lag_records)", "{{topic}}"),
        ), "Committed records that nobody has processed. It should come back to 0."),
        Panel("Time since the last commit, where work waits", "s", (
            Query(
                "time() - max by (topic, partition) (copydesk_last_commit_timestamp_seconds)"
                " and on (topic, partition) max by (topic, partition) (copydesk_lag_records) > 0",
                "{{topic}}/{{partition}}",
            ),
        ), "Empty is good."),
        Panel("From the wire to the outcome", "s", _quantiles("copydesk_end_to_end_seconds"),
              "From the raw record's timestamp to the commit of its outcome."),
    )),
    ("Traffic", (
        Panel("Records read", "reqps", (
            Query("sum by (role, topic) (rate(copydesk_records_total[$__rate_interval]))", "{{role}} {{topic}}"),
        ), "Source records whose transaction was committed."),
        Panel("Items by outcome", "reqps", (
            Query("sum by (outcome) (rate(copydesk_items_total[$__rate_interval]))", "{{outcome}}"),
        ), "What became of the items.", stacked=True),
        Panel("Items by relation", "reqps", (
            Query("sum by (relation) (rate(copydesk_items_total[$__rate_interval]))", "{{relation}}"),
        ), "How they stand to what was seen before.", stacked=True),
        Panel("Items by provider, an hour", "short", (
            Query("topk(12, sum by (provider) (increase(copydesk_items_total[1h])))", "{{provider}}"),
        ), "The twelve that send most.", 12),
        Panel("Duplicates of each provider", "percentunit", (
            Query(
                'sum by (provider) (increase(copydesk_items_total{outcome="duplicate"}[1h]))'
                " / sum by (provider) (increase(copydesk_items_total[1h]))",
                "{{provider}}",
            ),
        ), "The part of what it sends that says nothing new.", 12),
    )),
    ("What is taken out, and what can't be read", (
        Panel("Spans taken out, by kind", "reqps", (
            Query("sum by (kind) (rate(copydesk_removed_spans_total[$__rate_interval]))", "{{kind}}"),
        ), "Footers by the kind of rule. A kind that stops means that a source has changed its form.", stacked=True),
        Panel("Rules that hit most, an hour", "short", (
            Query("topk(12, sum by (rule) (increase(copydesk_rule_hits_total[1h])))", "{{rule}}"),
        ), "The rules for footers, by the spans that they took out."),
        Panel("Dead letters, by reason", "reqps", (
            Query("sum by (role, reason) (rate(copydesk_dead_letters_total[$__rate_interval])) > 0", "{{role}} {{reason}}"),
        ), "Empty is good.", stacked=True),
    )),
    ("What it is about", (
        Panel("Items by part of the world", "reqps", (
            Query("sum by (area) (rate(copydesk_area_items_total[$__rate_interval]))", "{{area}}"),
        ), "By the first country that an item was tagged with; none is without.", stacked=True),
        Panel("Items by topic", "reqps", (
            Query("sum by (subject) (rate(copydesk_subject_items_total[$__rate_interval]))", "{{subject}}"),
        ), "Media Topics of level 1; an item may have two. none is without.", stacked=True),
        Panel("Without a tag", "percentunit", (
            Query('sum(rate(copydesk_area_items_total{area="none"}[$__rate_interval]))'
                  " / sum(rate(copydesk_area_items_total[$__rate_interval]))", "no country"),
            Query('sum(rate(copydesk_subject_items_total{subject="none"}[$__rate_interval]))'
                  " / sum(rate(copydesk_area_items_total[$__rate_interval]))", "no topic"),
        ), "A part that grows means other copy than before, or a language that nobody has taught it."),
    )),
    ("Transactions", (
        Panel("Transactions", "reqps", (
            Query("sum by (role, result) (rate(copydesk_transactions_total[$__rate_interval]))", "{{role}} {{result}}"),
        ), "Aborted ones cost time, never a record."),
        Panel("Time of a transaction", "s", _quantiles("copydesk_transaction_seconds", "role"),
              "From the first send to the committed end."),
        Panel("Records in a transaction", "short", (
            Query(
                "sum by (role) (rate(copydesk_records_total[$__rate_interval]))"
                ' / sum by (role) (rate(copydesk_transactions_total{result="committed"}[$__rate_interval]))',
                "{{role}}",
            ),
        ), "Near COPYDESK_CHUNK while a heap is worked off, small else."),
        Panel("Time of the stages", "s", (
            Query("sum by (stage) (rate(copydesk_stage_seconds_sum[$__rate_interval]))"
                  " / sum by (stage) (rate(copydesk_stage_seconds_count[$__rate_interval]))", "{{stage}}"),
        ), "The mean for one item, on a sample of the items.", 12),
        Panel("Processor time", "percentunit", (
            Query("rate(process_cpu_seconds_total[$__rate_interval]) and on (instance) copydesk_build_info", "{{instance}}"),
        ), "A role works in one core: at 100 % it is at its end.", 12),
    )),
    ("Memory", (
        Panel("Memory of the processes", "bytes", (
            Query("process_resident_memory_bytes and on (instance) copydesk_build_info", "{{instance}}"),
            Query("copydesk_memory_limit_bytes > 0", "{{instance}} limit"),
        ), "What the processes use, and what their containers may use."),
        Panel("What the desk remembers", "short", (
            Query("sum by (partition) (copydesk_memory_entries)", "items, partition {{partition}}"),
            Query("sum by (partition) (copydesk_held_items)", "held, partition {{partition}}"),
        ), "Items within the identity window, and those that wait for an embargo."),
        Panel("Size of that", "bytes", (
            Query("sum by (partition) (copydesk_memory_bytes)", "partition {{partition}}"),
        ), "Grows with the rate of items and the windows, then stays."),
        Panel("Time to load the memory", "s", (
            Query("histogram_quantile(0.99, sum by (le) (increase(copydesk_memory_load_seconds_bucket[1h])))", "p99 of an hour"),
        ), "What a takeover costs. A warm standby has loaded it already."),
        Panel("Age of the snapshots", "s", (
            Query("min by (partition) (time() - copydesk_memory_snapshot_timestamp_seconds)", "partition {{partition}}"),
        ), "Empty without COPYDESK_SNAPSHOTS. About its interval else; a standby writes them too."),
        Panel("Who owns what", "short", (
            Query("sum by (role) (copydesk_owned_partitions)", "partitions of {{role}}"),
            Query("count by (role) (copydesk_build_info)", "processes of {{role}}"),
        ), "Two desks and one owned partition: an owner and a standby."),
        Panel("Records that were deleted before they were read", "short", (
            Query("sum by (topic) (increase(copydesk_retention_gap_records_total[1h]))", "{{topic}}"),
            Query("sum by (topic) (increase(copydesk_retention_gaps_total[1h]))", "gaps of {{topic}}"),
        ), "Anything but 0 is a loss."),
        Panel("Committed offsets that were gone", "short", (
            Query("sum by (topic) (increase(copydesk_offsets_recovered_total[1h]))", "{{topic}}"),
        ), "The worker went on behind what it had handled before; nobody was a member of the group for days."),
    )),
    ("Replay", (
        Panel("Records replayed", "reqps", (
            Query("sum by (instance) (rate(copydesk_replay_records_total[$__rate_interval])) > 0", "{{instance}}"),
        ), "Of replays that serve their metrics (--metrics-port); `copydesk runs` lists all.", 12),
        Panel("Records left to replay", "short", (
            Query("sum by (instance) (copydesk_replay_left_records) > 0", "{{instance}}"),
        ), "A replay waits while live work is behind.", 12),
    )),
    ("What runs", (
        Panel("Versions", "short", (
            Query("count by (role, version, python, rules) (copydesk_build_info)",
                  "{{role}} {{version}}, Python {{python}}, rules {{rules}}"),
        ), "More than one line for a role is an upgrade that has not ended.", 24),
    )),
)  # fmt: skip


def dashboard() -> dict[str, Any]:
    """Make the dashboard as Grafana reads it."""
    panels: list[dict[str, Any]] = []
    top = 0
    for title, row in ROWS:
        panels.append({
            "id": len(panels) + 1, "type": "row", "title": title, "collapsed": False, "panels": [],
            "gridPos": {"x": 0, "y": top, "w": _COLUMNS, "h": 1},
        })  # fmt: skip
        top += 1
        left = 0
        for panel in row:
            if left + panel.width > _COLUMNS:
                top, left = top + _HEIGHT, 0
            place = {"x": left, "y": top, "w": panel.width, "h": _HEIGHT}
            panels.append({"id": len(panels) + 1, **_panel(panel), "gridPos": place})
            left += panel.width
        top += _HEIGHT
    return {
        "uid": "copydesk",
        "title": "Copydesk",
        "tags": ["copydesk"],
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "schemaVersion": 39,
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [{"name": "source", "label": "Data source", "type": "datasource", "query": "prometheus"}]},
        "links": [],
        "annotations": {"list": []},
        "panels": panels,
    }


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "type": "timeseries",
        "title": panel.title,
        "description": panel.note,
        "datasource": _SOURCE,
        "targets": _targets(panel.queries),
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": {
                    "fillOpacity": 30 if panel.stacked else 5,
                    "showPoints": "never",
                    "stacking": {"mode": "normal" if panel.stacked else "none", "group": "A"},
                },
            },
            "overrides": [],
        },
        "options": {
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    }


def _targets(queries: Sequence[Query]) -> list[dict[str, Any]]:
    return [
        {"refId": "ABCD"[number], "datasource": _SOURCE, "expr": query.expr, "legendFormat": query.legend}
        for number, query in enumerate(queries)
    ]


def text() -> str:
    """Write the dashboard as the file holds it."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(FILE.write_text(text(), encoding="utf-8") == 0)
