"""Show a person what is being prepared, the first time."""

import sys
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["Preparation"]

LABEL = "downloading Apache Kafka, once"
MEGABYTE = 1_000_000


class Preparation:
    """Draws a bar on a terminal; elsewhere writes a line when something begins and one when it is done."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Write to `out`, standard error by default: standard output belongs to the command."""
        self._out = out or sys.stderr
        self._bar: Progress | None = None

    def training(self) -> None:
        """Say that the start-up cache is being made."""
        self._out.write("preparing a quicker start of Apache Kafka, once: some ten seconds\n")
        self._out.flush()

    def downloaded(self, done: int, total: int) -> None:
        """Take the bytes that are there, of the bytes of all jars."""
        if self._bar is None:
            console = Console(file=self._out)
            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
            self._bar.add_task(LABEL, total=total)
            if not console.is_terminal:
                self._out.write(f"{LABEL}: {(total - done) / MEGABYTE:.0f} MB\n")
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done)
        if done == total:
            self._bar.stop()
            if not self._bar.console.is_terminal:
                self._out.write(f"{LABEL}: done\n")
            self._bar = None
