"""Write docs/metrics.md from the declared series: `python -m worker.metrics_page`."""

import sys

from worker.metrics import SERIES, Series

__all__ = ["markdown"]

HEAD = """\
# Metrics

<!-- Made by `python -m worker.metrics_page`; `make docs` writes it anew. -->

Each worker process serves these at `/metrics`, on `COPYDESK_WEB_HOST` and `COPYDESK_WEB_PORT`. Labels take their values from closed
sets, so the number of series is bounded whatever the feed sends. Beside them stand the usual series about the process and Python.

| series | kind | what | labels |
|---|---|---|---|
"""


def markdown() -> str:
    """Write the page."""
    return HEAD + "".join(_row(series) for series in SERIES)


def _row(series: Series) -> str:
    labels = "<br>".join(f"`{name}`: {values}" for name, values in series.labels.items())
    return f"| `{series.name}` | {series.kind} | {series.help} | {labels} |\n"


if __name__ == "__main__":
    sys.stdout.write(markdown())
