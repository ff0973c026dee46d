"""`copydesk report`: one page about many items."""

import sys
from pathlib import Path

import click

from worker.explain.items import tell
from worker.explain.page import page
from worker.explain.reasons import RouteReasons
from worker.rules.load import RuleError, Rules

__all__ = ["command"]


@click.command("report", short_help="Write one page about many items.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
@click.option(
    "--output", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The page, an HTML file."
)
@click.option("--title", default="What became of these items", show_default=True, help="The page's title.")
@click.option("--content-type", help="As the message's header would say it, for a file that is one document.")
@click.option("--provider", help="As the message's header or the raw topic's setting would say it.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="COPYDESK_RULES",
    help="A folder with rules.",
)
def command(
    files: tuple[Path, ...], *, target: Path, title: str, content_type: str | None, provider: str | None, rules: Path | None
) -> None:
    """
    Write one HTML page that shows each item of FILES: outcome, what was taken out, and duplicates beside their original.

    A file is JSON Lines, of raw items or published records, or one document of any format; - is standard input. The page needs no
    network and no other file. It holds the items' texts: give it only to those who may read them.
    """
    contents = ((str(path), sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()) for path in files)
    try:
        items = list(tell(contents, Rules(rules), content_type=content_type, provider=provider))
        written = page(items, RouteReasons(Rules(rules)), title)
        with target.open("w", encoding="utf-8") as file:
            file.writelines(written)
    except (RuleError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{target}: {len(items):,} items, {target.stat().st_size:,} bytes", err=True)
