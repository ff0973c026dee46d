"""`copydesk story`: what became of a story."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import click
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.ask import Operator, OperatorError, StoryView
from worker.cli.options import environment_settings
from worker.connect import ConnectError

__all__ = ["command"]


@click.command("story", short_help="Show what became of a story.")
@click.argument("uri")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON Lines.")
def command(uri: str, *, as_json: bool) -> None:
    """Show versions, duplicates and carriers, routes and decisions of the story that an item belongs to."""
    settings = environment_settings()
    try:
        view = asyncio.run(Operator(settings).story(uri))
    except (OperatorError, ConnectError, KafkaError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        for record in view.records:
            click.echo(json.dumps(record, ensure_ascii=False))
        return
    console = Console()
    console.print(Text(f"story {view.entries[0].story}", style="bold"))
    console.print(_items(view))
    console.print(_decisions(view))


def _items(view: StoryView) -> Table:
    table = Table(title="what is remembered", title_justify="left")
    for name in ("item", "provider", "state", "of", "versions", "routes", "headline"):
        table.add_column(name, overflow="fold")
    for entry in view.entries:
        versions = ", ".join(v.version or "–" for v in entry.versions)
        state = f"{entry.state}, update held" if entry.held is not None and entry.state != "held" else str(entry.state)
        table.add_row(
            *map(Text, (entry.uri, entry.provider, state, entry.of or "", versions, "\n".join(entry.routes), entry.headline))
        )
    return table


def _decisions(view: StoryView) -> Table:
    table = Table(title="what was decided, in its order", title_justify="left")
    for name in ("no.", "arrived (UTC)", "item", "version", "relation", "of", "how", "what differs", "from"):
        table.add_column(name, overflow="fold")
    for record in view.records:
        story = record["story"]
        similar = f" {story['similarity'] / 10:.0f} %" if story["similarity"] else ""
        table.add_row(*map(Text, (
            str(record["origin"]["sequence"]), _time(record["origin"]["timestamp"]), record["uri"], record["version"],
            story["relation"], story["of"] or "", f"{story['method'] or ''}{similar}", ", ".join(story["differs"]), _from(record),
        )))  # fmt: skip
    return table


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%m-%d %H:%M}" if milliseconds else ""


def _from(record: dict[str, Any]) -> str:
    origin = record["origin"]
    if not origin["timestamp"]:
        return str(origin["topic"])  # an operator
    return f"{origin['topic']}/{origin['partition']}/{origin['offset']}"
