"""`copydesk diff`: what an isolated replay would change."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
import orjson
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.options import environment_settings
from worker.clients import Clients
from worker.connect import ConnectError
from worker.names import Names
from worker.replay.bounds import ReplayError
from worker.replay.diff import KINDS, Change, compare
from worker.replay.start import Runs, isolated_settings
from worker.settings import Settings

__all__ = ["command"]


@click.command("diff", short_help="Compare an isolated replay with what was published.")
@click.argument("name")
@click.option("--examples", type=click.IntRange(min=0), default=3, show_default=True, help="Examples shown of each kind.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only these kinds; may be given several times.")
@click.option("--json", "as_json", is_flag=True, help="Print every change as a line of JSON.")
def command(name: str, *, examples: int, kinds: tuple[str, ...], as_json: bool) -> None:
    """Show what the isolated run NAME decided otherwise than what was published: counts first, then examples side by side."""
    settings = environment_settings()
    try:
        changes, items = asyncio.run(_changes(settings, name))
    except (ReplayError, ConnectError, KafkaError) as error:
        raise click.ClickException(str(error)) from error
    changes = [c for c in changes if not kinds or c.kind in kinds]
    if as_json:
        for change in changes:
            click.echo(json.dumps(asdict(change), ensure_ascii=False))
        return
    counts = Counter(change.kind for change in changes)
    click.echo(f"{items:,} items, {len({(c.uri, c.version) for c in changes}):,} of them would change")
    for kind in KINDS:
        if counts[kind]:
            click.echo(f"  {counts[kind]:>9,} {kind}")
    console = Console()
    for table in _tables(changes, examples):
        console.print(table)


async def _changes(settings: Settings, name: str) -> tuple[list[Change], int]:
    run = await Runs(settings).get(name)
    if run is None or run.into != name:
        raise ReplayError(f"there is no isolated run {name}; `copydesk runs` lists all")
    clients = Clients(settings, "diff")
    shadow = await _records(clients, Names.of(isolated_settings(settings, name)), None)
    live = await _records(clients, Names.of(settings), {record["uri"] for record in shadow})
    return compare(live, shadow), len({(r["uri"], r["version"]) for r in shadow})


async def _records(clients: Clients, names: Names, uris: set[str] | None) -> list[dict[str, Any]]:
    wanted = {uri.encode("utf-8", "surrogatepass") for uri in uris} if uris is not None else None
    topics = [names.enriched, names.duplicates, names.advisories]
    return [
        orjson.loads(record.value)
        async for record in clients.read(topics)
        if record.value is not None and (wanted is None or record.key in wanted)
    ]


def _tables(changes: list[Change], examples: int) -> Iterator[Table]:
    for kind in KINDS:
        shown = [c for c in changes if c.kind == kind][:examples]
        if shown:
            table = Table("item", "published", "in the run", title=kind, title_justify="left")
            for change in shown:
                table.add_row(
                    Text(f"{change.headline}\n{change.uri} {change.version}"), _side(change.live), _side(change.shadow)
                )
            yield table


def _side(value: Any) -> Text:
    return Text("–" if value is None else json.dumps(value, ensure_ascii=False, indent=1))
