"""Dashboard, alerts, chart and compose speak of what the worker really has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tools import build_asyncapi, build_chart_files, build_dashboard
from worker.metrics import SERIES, Kind, Metrics, Role
from worker.outcome import OUTCOME_OF
from worker.settings import explain

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = (DEPLOY / "prometheus/alerts.yaml").read_text(encoding="utf-8")

OF_TARGET = {"instance", "job", "pod", "namespace", "container"}  # labels that Prometheus itself adds
# The usual series of a Python process, and what the rules record.
ELSEWHERE = {"process_resident_memory_bytes", "process_cpu_seconds_total"}


def known() -> dict[str, set[str]]:
    """Give each series as it is queried, with its labels."""
    names: dict[str, set[str]] = {name: set() for name in ELSEWHERE}
    for series in SERIES:
        labels = set(series.labels)
        if series.kind is Kind.HISTOGRAM:
            names |= {f"{series.name}_bucket": labels | {"le"}, f"{series.name}_sum": labels, f"{series.name}_count": labels}
        else:
            names[series.name] = labels
    return names


def alert_queries() -> Iterator[str]:
    """Give the expressions of the alert rules; a folded one is joined."""
    for found in re.finditer(r"^( +)expr: (?:>-\n((?:\1  +.*\n)+)|(.*)\n)", ALERTS, re.MULTILINE):
        yield " ".join((found[2] or found[3]).split())


QUERIES = [
    *((panel.title, query.expr) for _, row in build_dashboard.ROWS for panel in row for query in panel.queries),
    *(("alerts", expr) for expr in alert_queries()),
]


def test_queries_are_found() -> None:
    """The tests below look at something: the dashboard's queries, and one of each rule."""
    rules = len(re.findall(r"^ +- (?:alert|record): ", ALERTS, re.MULTILINE))

    assert len(list(alert_queries())) == rules
    assert len(QUERIES) > rules + 20


@pytest.mark.parametrize(("where", "query"), QUERIES)
def test_queries_name_what_there_is(where: str, query: str) -> None:
    """Every series in a query is one that the worker has, and so is every label that it picks or groups by."""
    series = known()
    text = re.sub(r'"[^"]*"', '""', query)
    text = re.sub(r"provider:copydesk_items:\w+", "copydesk_items_total", text)  # recorded from it, in the same file
    used = set(re.findall(r"\b(?:copydesk|process)_\w+", text))

    assert used
    assert used <= series.keys()
    for name, picked in re.findall(r"(\w+)\{([^}]*)\}", text):
        assert set(re.findall(r"(\w+)\s*(?:=|!)", picked)) <= series[name] | OF_TARGET
    grouped = {label for labels in re.findall(r"\b(?:by|on) \(([^)]*)\)", text) for label in re.findall(r"\w+", labels)}
    assert grouped <= set.union(*(series[name] for name in used)) | OF_TARGET


def test_every_series_is_on_the_dashboard() -> None:
    """What the worker counts can be seen."""
    shown = " ".join(query for where, query in QUERIES if where != "alerts")

    assert {series.name for series in SERIES if series.name not in shown} == set()


def test_every_alert_has_its_section_and_its_test() -> None:
    """The runbook has a section for each alert, which the alert links to, and promtool's tests expect each at least once."""
    alerts = re.findall(r"- alert: (\w+)", ALERTS)
    sections = re.findall(r"^## (\w+)$", (ROOT / "docs/runbook.md").read_text(encoding="utf-8"), re.MULTILINE)
    tests = (DEPLOY / "prometheus/alerts_test.yaml").read_text(encoding="utf-8")

    assert alerts == sections
    assert re.findall(r"runbook_url: docs/runbook.md#(\w+)", ALERTS) == [alert.lower() for alert in alerts]
    assert [alert for alert in alerts if f"docs/runbook.md#{alert.lower()}\n" not in tests] == []


def test_the_dashboard_is_fresh() -> None:
    """The file is what the declaration gives."""
    assert build_dashboard.FILE.read_text(encoding="utf-8") == build_dashboard.text()


def test_panels_do_not_overlap() -> None:
    """No two panels of the dashboard stand on the same place."""
    places = [panel["gridPos"] for panel in json.loads(build_dashboard.text())["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]

    assert len(set(cells)) == len(cells)


def test_the_files_of_the_chart_are_fresh() -> None:
    """The chart's topics, users, alerts and dashboard are those that hold elsewhere."""
    old = [
        name
        for name, text in build_chart_files.chart_files().items()
        if (build_chart_files.FOLDER / name).read_text(encoding="utf-8") != text
    ]

    assert old == []


def test_settings_in_the_files_are_settings() -> None:
    """Every COPYDESK_ variable that image, compose or chart set is one that the worker reads."""
    settings = {setting.name for setting in explain({})}
    files = [ROOT / "docker-compose.yml", *(path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".json")]
    found = {name for path in files for name in re.findall(r"\bCOPYDESK_[A-Z_]+", path.read_text(encoding="utf-8"))}

    assert found
    assert found - settings == set()


def test_all_that_the_image_is_built_from_is_let_in() -> None:
    """What the Dockerfile copies from the tree is not kept out by .dockerignore, and is there."""
    copied = {
        name
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
        for name in line.split()
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}

    assert copied == let_in
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_asyncapi_document_is_fresh() -> None:
    """schemas/asyncapi.yaml is what the plan of topics and the schemas give."""
    assert build_asyncapi.FILE.read_text(encoding="utf-8") == build_asyncapi.text()


def test_the_asyncapi_document_has_every_schema() -> None:
    """Every schema that it names is there, and every schema is named, but for the one of raw items, which may be in any format."""
    named = set(re.findall(r"\./([a-z-]+\.schema\.json)", build_asyncapi.text()))

    assert named == {path.name for path in (ROOT / "schemas").glob("*.schema.json")} - {"raw-item.schema.json"}


@pytest.mark.parametrize("name", ["topics.yaml", "users.yaml"])
def test_the_rendered_chart_has_the_topics_and_users(name: str) -> None:
    """What the chart rendered when it was last looked at has today's topics and rights; if not: UPDATE=1 deploy/check.sh helm."""
    rendered = set((ROOT / "tests/golden/helm/full.yaml").read_text(encoding="utf-8").splitlines())
    lines = (DEPLOY / "helm/copydesk/files" / name).read_text(encoding="utf-8").replace("CLUSTER", "news").splitlines()

    assert [line for line in lines if line not in rendered] == []


def test_ten_thousand_providers_cost_no_more_series_than_the_bound() -> None:
    """Names that a feed makes up don't fill Prometheus: there are as many series as with the bound's number of providers."""

    def series(providers: int) -> int:
        registry = CollectorRegistry()
        metrics = Metrics(registry, Role.DESK, providers=50)
        for number in range(providers):
            for relation, outcome in OUTCOME_OF.items():
                metrics.item(relation, outcome, f"provider-{number}")
        return len([line for line in generate_latest(registry).splitlines() if not line.startswith(b"#")])

    assert series(10_000) == series(50)
