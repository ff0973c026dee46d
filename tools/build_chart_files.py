# ruff: noqa: INP001 - a command, no part of a package
"""
Write the files that the Helm chart takes from elsewhere: `python -m tools.build_chart_files`.

Topics and users for Strimzi come from the plan that the worker itself holds to, under default settings; alerts and dashboard are
the ones beside the chart. Helm reads nothing outside a chart's folder, so the chart has copies; a test says when they are old.
"""

import sys
from pathlib import Path
from typing import Final

from tools.build_dashboard import text
from worker.acls import ROLES, least, strimzi_user
from worker.desk.routes import Routes
from worker.rules.load import Rules
from worker.settings import Settings
from worker.topics.plan import plan
from worker.topics.written import strimzi

__all__ = ["chart_files"]

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
FOLDER: Final = DEPLOY / "helm/copydesk/files"
CLUSTER: Final = "CLUSTER"
"""Stands for the name of the Kafka resource; the chart puts the real one in its place."""


def chart_files() -> dict[str, str]:
    """Give name and text of each file."""
    settings = Settings(security_protocol="SASL_SSL", sasl_username="copydesk")
    routes = Routes.from_rules(Rules()).names
    users = "".join(strimzi_user(least(settings, r, routes), f"copydesk-{r}", CLUSTER, settings) for r in ROLES)
    return {
        "topics.yaml": strimzi(plan(settings, routes), CLUSTER),
        "users.yaml": users,
        "alerts.yaml": (DEPLOY / "prometheus/alerts.yaml").read_text(encoding="utf-8"),
        "dashboard.json": text(),
    }


def main() -> int:
    """Write them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in chart_files().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
