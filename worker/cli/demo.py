"""`copydesk demo`: the whole thing with a few sample items."""

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from worker.broker import BrokerError
from worker.demo import dry, expected, show
from worker.demo.live import SETTINGS, play
from worker.demo.rows import Result, rows
from worker.demo.script import Sample, load
from worker.demo.stand import Stand, StandError
from worker.rules.load import Rules
from worker.settings import Settings

__all__ = ["command"]

PIPED = 120  # columns when nobody says how wide the paper is


@click.command("demo", short_help="Show the whole thing with a few sample items.")
@click.option("--offline", is_flag=True, help="Without Kafka: the same items through the same pipeline and desk.")
@click.option("--update", is_flag=True, help="Write the rows of an offline run as the expected ones; for developers.")
@click.option("--keep", is_flag=True, help="Leave Kafka and the worker running until Ctrl-C.")
def command(*, offline: bool, update: bool, keep: bool) -> None:
    """
    Start Kafka and the worker, send a few sample items, and show what became of each.

    Everything runs on free ports and in a passing folder, and is stopped at the end. The exit code is 1 if any cell differs from
    what is expected.
    """
    console = _console()
    samples = load()
    started = time.monotonic()
    if offline or update:
        found = rows(samples, dry.run(samples, Rules(), Settings()))
        _report(samples, found, console, started, update=update)
        return
    signal.signal(signal.SIGTERM, _terminated)
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # a topic that is new has no leader for a moment
    try:
        with tempfile.TemporaryDirectory(prefix="copydesk-demo-") as folder, _stand(Path(folder), console) as stand:
            found = rows(samples, _play(stand, samples, console))
            matches = _report(samples, found, console, started)
            if keep:
                _keep(stand, console)
    except (BrokerError, StandError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        console.print("stopped")
        sys.exit(130)
    if not matches:
        sys.exit(1)


def _called() -> str:
    """Say how copydesk is called from this shell: its environment may not be active."""
    script = Path(sys.executable).with_name("copydesk")
    return "copydesk" if shutil.which("copydesk") else os.path.relpath(script)


def _console() -> Console:
    """Print as wide as the terminal; a pipe gets the width that COLUMNS says."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=shutil.get_terminal_size((PIPED, 24)).columns)


@contextmanager
def _stand(folder: Path, console: Console) -> Iterator[Stand]:
    stand = Stand(folder, SETTINGS)
    stand.broker.fetch()  # shows its own progress
    with _step(console, "starting Apache Kafka") as done:
        stand.broker.start()
        done(f"Apache Kafka at {stand.broker.bootstrap}")
    with stand:
        yield stand


def _play(stand: Stand, samples: tuple[Sample, ...], console: Console) -> list[Result]:
    with _step(console, "creating the topics") as done:
        done(f"{stand.create_topics()} topics (copydesk topics create)")
    with _step(console, "starting the worker") as done:
        stand.start_worker()
        settings = Settings.from_env(stand.environment)
        with_outcome = 0

        def seen(count: int) -> None:
            nonlocal with_outcome
            with_outcome = count

        found = asyncio.run(play(samples, settings, check=stand.check, seen=seen))
        done(f"{len(samples)} items sent through the worker (copydesk worker), {with_outcome} have their outcome")
    return found


def _report(
    samples: tuple[Sample, ...], found: list[dict[str, str]], console: Console, started: float, *, update: bool = False
) -> bool:
    """Show all rows and whether they are as expected."""
    console.print()
    console.print(show.table(samples, found, console.width))
    console.print(show.tally(found))
    different = expected.compare(expected.read(), found)
    if different:
        console.print()
        show.differences(different, console)
    if update:
        expected.write(found)
        console.print(f"wrote {os.path.relpath(expected.EXPECTED)}")
    elif not different:
        console.print(f"All {len(found)} items as expected, in {time.monotonic() - started:.0f} s.")
        console.print()
        console.print(show.next_steps(_called()))
    return not different


def _keep(stand: Stand, console: Console) -> None:
    console.print()
    console.print(f"Kafka stays at {stand.broker.bootstrap}, the worker's log is {stand.log}. Ctrl-C ends both.")
    while True:
        stand.check()
        time.sleep(0.5)


@contextmanager
def _step(console: Console, words: str) -> Iterator["_Done"]:
    """Show that something is being done, then that it is, and how long it took."""
    done = _Done()
    began = time.monotonic()
    if console.is_terminal:
        with console.status(f"{words} …"):
            yield done
    else:
        yield done
    console.print(f"[green]✓[/] {done.words or words}  [dim]{time.monotonic() - began:.1f} s[/]")


class _Done:
    """Called with the words that tell what was done."""

    words = ""

    def __call__(self, words: str) -> None:
        self.words = words


def _terminated(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
