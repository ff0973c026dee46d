"""`copydesk process`: a file through the pipeline and the desk, without a broker."""

import sys
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from worker.offline import process
from worker.rules.load import Rules

__all__ = ["command"]


@click.command("process", short_help="Process a file of items without a broker.")
@click.option(
    "--input", "source", type=click.File("rb"), default="-", show_default=True, help="JSON Lines; - is standard input."
)
@click.option(
    "--output", "target", type=click.File("wb"), default="-", show_default=True, help="JSON Lines; - is standard output."
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="COPYDESK_RULES",
    help="A folder with rules.",
)
def command(source: BinaryIO, target: BinaryIO, rules: Path | None) -> None:
    """
    Process JSON Lines: one line for each input line, in the same order.

    An input line is a ninjs object, a JSON string holding any other format, or an object with content_type and content_base64.
    """
    size = Path(source.name).stat().st_size if source.name not in {"<stdin>", "-"} else None
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn(),
        transient=True, disable=not sys.stderr.isatty() or size is None, console=_stderr(),
    ) as bar:  # fmt: skip
        task = bar.add_task("processing", total=size)
        target.writelines(line + b"\n" for line in process(source, Rules(rules), progress=lambda n: bar.advance(task, n)))


def _stderr() -> Console:
    return Console(stderr=True)
