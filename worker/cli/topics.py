"""`copydesk topics`: plan, create or check the topics."""

import asyncio
import sys
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from worker.cli.options import environment_settings, route_names
from worker.connect import ConnectError
from worker.settings import Settings
from worker.topics import Problem, Topic, TopicsError, check, create, plan
from worker.topics.written import create_command, strimzi

__all__ = ["command"]

T = TypeVar("T")
_SETTLE_SECONDS = 15.0
_LOOK_SECONDS = 0.2


@click.group("topics", short_help="Plan, create or check the topics.")
def command() -> None:
    """Plan the topics, create those that are missing, or check those that are there. Nothing is ever deleted or changed."""


@command.command("plan")
@click.option("--as", "form", type=click.Choice(["table", "commands", "strimzi"]), default="table", show_default=True)
@click.option("--cluster", default="kafka", show_default=True, help="For strimzi: the name of the Kafka resource.")
def plan_command(form: str, cluster: str) -> None:
    """Print the topics as they should be. It asks no cluster."""
    settings, topics = _planned()
    if form == "commands":
        for topic in topics:
            click.echo(create_command(topic, settings.broker))
    elif form == "strimzi":
        click.echo(strimzi(topics, cluster), nl=False)
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(_table(topics))


@command.command("create")
def create_command_() -> None:
    """Create the topics that are missing. It can be run again at any time."""
    settings, topics = _planned()
    created = _run(create(settings, route_names(settings.rules)))
    for name in created:
        click.echo(f"created {name}")
    click.echo(f"{len(created)} created, {len(topics) - len(created)} were there")
    _show(_run(_settled(settings)))


async def _settled(settings: Settings) -> list[Problem]:
    """Check what was just created; until all brokers have heard of it, some may say that it is not there."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        problems = await check(settings, route_names(settings.rules))
        if time.monotonic() > deadline or not any(problem.missing for problem in problems):
            return problems
        await asyncio.sleep(_LOOK_SECONDS)


@command.command("check")
def check_command() -> None:
    """Compare the cluster with the plan; say what mends each difference. Exit code 1 if a worker would refuse to start."""
    settings, topics = _planned()
    problems = _run(check(settings, route_names(settings.rules)))
    _show(problems)
    if not problems:
        click.echo(f"{len(topics)} topics, all as planned")


def _planned() -> tuple[Settings, tuple[Topic, ...]]:
    settings = environment_settings()
    return settings, plan(settings, route_names(settings.rules))


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (TopicsError, ConnectError) as error:
        raise click.ClickException(str(error)) from error


def _show(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(
            f"{'error' if problem.fatal else 'warning'}: topic {problem.topic} {problem.text}. Mend it with:\n  {problem.mend}"
        )
    if any(problem.fatal for problem in problems):
        raise click.exceptions.Exit(1)


def _table(topics: tuple[Topic, ...]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("topic", "partitions", "kept", "largest", "stamped by"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what")
    for topic in topics:
        kept = topic.config.get("retention.ms")
        table.add_row(
            topic.name,
            str(topic.partitions),
            "last of each key" if kept is None else f"{int(kept) / 86_400_000:g} d",
            f"{topic.max_message_bytes / (1 << 20):.1f} MiB",
            "sender" if topic.config["message.timestamp.type"] == "CreateTime" else "broker",
            topic.doc,
        )
    return table
