"""`copydesk routes`: the routes there are, and where items of a file would go."""

import json
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.options import environment_settings
from worker.names import Names
from worker.offline import process
from worker.rules.load import RuleError, Rules
from worker.wiring import Counter

__all__ = ["command"]


@click.command("routes", short_help="List the routes, or try where items would go.")
@click.option(
    "--try", "source", type=click.File("rb"), help="JSON Lines as for `copydesk process`; shows where each item would go."
)
@click.option("--rules", type=click.Path(path_type=Path, file_okay=False, exists=True), help="A folder with rules to try.")
def command(source: BinaryIO | None, rules: Path | None) -> None:
    """List the routes with their topics; with --try FILE show where its items would go, and by which tags."""
    from worker.desk.routes import Routes  # noqa: PLC0415 - what the offline pipeline loads is not needed to list

    settings = environment_settings()
    chosen = Rules(rules or settings.rules)
    try:
        routes = Routes.from_rules(chosen)
    except RuleError as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    if source is None:
        table = Table("topic", "takes", "what")
        for route in routes.routes:
            table.add_row(f"{settings.topic_prefix}{route.name}", ", ".join(sorted(route.relations)), Text(route.doc))
        console.print(table)
        return
    table = Table("headline", "outcome", "regions", "topics", "goes to")
    for line in process(source, chosen, counter=Counter(chosen, names=Names.of(settings))):
        result = json.loads(line)
        for record in result.get("items", [result]):
            table.add_row(*map(Text, _row(record)))
    console.print(table)


def _row(record: dict[str, object]) -> tuple[str, ...]:
    if "item" not in record:
        return ("", str(record.get("outcome")), "", "", str(record.get("detail", "")))
    item, story = record["item"], record["story"]
    assert isinstance(item, dict)  # noqa: S101 - the record's own schema
    assert isinstance(story, dict)  # noqa: S101 - the same
    headlines = item.get("headlines") or [{"value": ""}]
    regions = record.get("regions")
    topics = record.get("topics")
    routes = record.get("routes")
    return (
        str(headlines[0]["value"]),
        f"{record['outcome']}: {story['relation']}",
        ", ".join(r["code"] for r in regions if r["role"] != "dateline") if isinstance(regions, list) else "",
        ", ".join(t["name"] for t in topics) if isinstance(topics, list) else "",
        "\n".join(routes) if isinstance(routes, list) else "",
    )
