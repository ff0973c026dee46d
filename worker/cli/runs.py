"""`copydesk runs`: list the replays there were, or remove one."""

import asyncio
from datetime import UTC, datetime

import click
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.options import environment_settings
from worker.connect import ConnectError
from worker.replay.bounds import ReplayError
from worker.replay.manifest import Manifest
from worker.replay.start import Runs

__all__ = ["command"]


@click.group("runs", invoke_without_command=True, short_help="List the replays there were, or remove one.")
@click.pass_context
def command(context: click.Context) -> None:
    """List all replay runs: what was asked, how far they have come, what came out."""
    if context.invoked_subcommand is not None:
        return
    settings = environment_settings()
    try:
        runs = asyncio.run(Runs(settings).all())
    except (ReplayError, ConnectError, KafkaError) as error:
        raise click.ClickException(str(error)) from error
    table = Table("run", "into", "state", "started (UTC)", "left", "items", "asked")
    for run in runs:
        table.add_row(*map(Text, _row(run)))
    Console().print(table)


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, *, yes: bool) -> None:
    """Delete the topics of an isolated run, and forget the run."""
    settings = environment_settings()
    if not yes:
        click.confirm(f"Delete the topics of run {name}, if it has any of its own?", abort=True)
    try:
        topics = asyncio.run(Runs(settings).remove(name))
    except (ReplayError, ConnectError, KafkaError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"removed run {name} and {len(topics)} topics")


def _row(run: Manifest) -> tuple[str, ...]:
    started = f"{datetime.fromtimestamp(run.started / 1000, UTC):%Y-%m-%d %H:%M:%S}"
    counts = "\n".join(f"{count:,} {word}" for word, count in sorted(run.counts.items()) if count)
    asked = ", ".join(f"{key} {value}" for key, value in run.asked.items() if value)
    return run.name, run.into, run.state, started, f"{run.bounds.left(run.positions):,}", counts, asked
