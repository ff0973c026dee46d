# ruff: noqa: INP001, S101, S603, T201 - a check that starts programs of this system
"""
Ask every query of the dashboard of a real Prometheus that scrapes real workers under load: `python -m deploy.queries`.

It starts Kafka, an intake, a desk, a standby, a replay and Prometheus, feeds made-up copy, and asks. A query that fails, or
that gives nothing although the workers have worked, is an error. With --pictures FOLDER it draws what each panel would show
(matplotlib), and saves the status pages.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from tools.build_dashboard import ROWS, Panel
from worker.broker import DevBroker
from worker.testing.stories import Wire

PROMETHEUS: Final = 19090
WORKERS: Final = (("intake", 19464), ("desk", 19465), ("desk", 19466))
REPLAY: Final = 19467
EMPTY_IS_GOOD: Final = {
    "Time since the last commit, where work waits", "Records that were deleted before they were read", "Memory of the processes",
    "Age of the snapshots", "Committed offsets that were gone",
}  # fmt: skip
"""Panels of which one query or all may give nothing: nobody waits, nothing is gone, no limit of memory, too soon for a snapshot."""
CONFIG: Final = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [RULES]
scrape_configs:
  - job_name: copydesk
    static_configs: [{targets: [TARGETS]}]
"""


@contextlib.contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program and end it."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env={"PATH": "/usr/bin:/bin", **environment}, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def get(path: str, **parameters: str) -> Any:
    """Ask Prometheus."""
    url = f"http://127.0.0.1:{PROMETHEUS}{path}?{urllib.parse.urlencode(parameters)}"
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)["data"]


async def feed(bootstrap: str, wire: Wire, seconds: float, rate: float) -> None:
    """Send items of three providers at a rate."""
    number, end = 0, time.monotonic() + seconds
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        while time.monotonic() < end:
            for value in wire.mixture(10):
                provider = (b"alpha", b"beta", b"gamma")[number % 3]
                number += 1
                # A story has a footer, so that there is something to take off.
                own = value.replace(b'."}', b'.\\n___\\n(c) 2026 Alpha News GmbH. All rights reserved."}')
                await producer.send("wire.raw", own, headers=[("ce_source", provider)])
            await asyncio.sleep(10 / rate)


def expression(query: str) -> str:
    """Put in what Grafana puts in."""
    return query.replace("$__rate_interval", "15s").replace("[1h]", "[1m]")


def ask(seconds: float, pictures: Path | None) -> list[str]:
    """Ask every query over the run so far; return what is wrong."""
    wrong, end = [], time.time()
    for title, row in ROWS:
        for panel in row:
            drawn = []
            for query in panel.queries:
                data = get(
                    "/api/v1/query_range", query=expression(query.expr), start=str(end - seconds), end=str(end), step="1"
                )["result"]
                if not data and panel.title not in EMPTY_IS_GOOD:
                    wrong.append(f"{title}, {panel.title}: nothing for {query.expr}")
                drawn += [(legend(query.legend, series["metric"]), series["values"]) for series in data]
            if pictures is not None:
                draw(panel, drawn, pictures)
    rules = get("/api/v1/rules")["groups"]
    wrong += [
        f"rule {rule['name']}: {rule['lastError']}" for group in rules for rule in group["rules"] if rule.get("lastError")
    ]
    assert rules, "Prometheus has no rules"
    return wrong


def legend(form: str, labels: dict[str, str]) -> str:
    """Fill a legend as Grafana does."""
    for name, value in labels.items():
        form = form.replace(f"{{{{{name}}}}}", value)
    return form


def draw(panel: Panel, lines: list[tuple[str, list[tuple[float, str]]]], folder: Path) -> None:
    """Draw a panel into a file."""
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only for pictures, and not needed for the check

    figure, axes = plt.subplots(figsize=(5, 3))
    for name, values in lines:
        axes.plot([at - lines[0][1][0][0] for at, _ in values], [float(value) for _, value in values], label=name)
    axes.set_title(f"{panel.title} [{panel.unit}]", fontsize=9)
    axes.set_ylim(bottom=0)
    if lines:
        axes.legend(fontsize=5)
    number = len(list(folder.glob("*.png")))
    figure.savefig(folder / f"{number:02d}.png", dpi=80, bbox_inches="tight")
    plt.close(figure)


def check(folder: Path, seconds: float, pictures: Path | None) -> list[str]:
    """Start all, feed, and ask."""
    targets = ", ".join(f'"127.0.0.1:{port}"' for port in (*(port for _, port in WORKERS), REPLAY))
    config = folder / "prometheus.yml"
    rules = Path("deploy/prometheus/alerts.yaml").resolve()
    config.write_text(CONFIG.replace("TARGETS", targets).replace("RULES", str(rules)), encoding="utf-8")
    with contextlib.ExitStack() as stack:
        bootstrap = stack.enter_context(DevBroker(folder / "kafka")).bootstrap
        settings = {"COPYDESK_BROKER": bootstrap, "COPYDESK_LOG_LEVEL": "WARNING"}
        subprocess.run(
            [sys.executable, "-m", "worker", "topics", "create"], env=settings, check=True, stdout=subprocess.DEVNULL
        )
        for role, port in WORKERS:
            stack.enter_context(
                running(sys.executable, "-m", "worker", "worker", "--role", role, **settings, COPYDESK_WEB_PORT=str(port))
            )
        stack.enter_context(
            running("prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
                    f"--web.listen-address=127.0.0.1:{PROMETHEUS}")
        )  # fmt: skip
        wire = Wire(seed=3, size=1500)
        asyncio.run(feed(bootstrap, wire, seconds / 3, 40))
        # A replay of what has come so far, slow enough to go on until the end.
        stack.enter_context(
            running(sys.executable, "-m", "worker", "replay", "--from", "earliest", "--into", "live", "--rate", "5", "--max-lag", "1000000",
                    "--metrics-port", str(REPLAY), **settings)
        )  # fmt: skip
        asyncio.run(feed(bootstrap, wire, seconds * 2 / 3, 40))
        up = get("/api/v1/query", query="sum(max_over_time(up[30s]))")["result"]  # a busy machine may miss a scrape
        assert [float(one["value"][1]) for one in up] == [len(WORKERS) + 1], f"Prometheus does not reach all workers: {up}"
        if pictures is not None:
            for role, port in WORKERS:
                page = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Accept": "text/html"})
                with urllib.request.urlopen(page, timeout=5) as answer:  # noqa: S310 - this machine's own worker
                    (pictures / f"{role}-{port}.html").write_bytes(answer.read())
        return ask(seconds, pictures)


def main() -> int:
    """Check; exit code 1 if a query is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=75.0, help="how long to feed (default: %(default)s)")
    parser.add_argument("--pictures", type=Path, help="draw the panels into this folder")
    arguments = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # a topic that was just made refuses for some seconds
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wrong = check(Path(folder), arguments.seconds, arguments.pictures)
    for line in wrong:
        print(line, file=sys.stderr)
    count = sum(len(panel.queries) for _, row in ROWS for panel in row)
    print(f"{count} queries of {sum(len(row) for _, row in ROWS)} panels, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
