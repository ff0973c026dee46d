"""`copydesk explain`: what the pipeline makes of items, and why."""

import os
import shutil
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.rule import Rule

from worker.explain.items import tell
from worker.explain.reasons import RouteReasons
from worker.explain.terminal import draw
from worker.rules.load import RuleError, Rules

__all__ = ["command"]

PIPED = 100  # columns when nobody says how wide the paper is


@click.command("explain", short_help="Show what the pipeline makes of items, and why.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
@click.option("--content-type", help="As the message's header would say it, for a file that is one document.")
@click.option("--provider", help="As the message's header or the raw topic's setting would say it.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="COPYDESK_RULES",
    help="A folder with rules.",
)
@click.option("--full", is_flag=True, help="Show long texts from end to end.")
def command(files: tuple[Path, ...], *, content_type: str | None, provider: str | None, rules: Path | None, full: bool) -> None:
    """
    Show each item of FILES with what was taken out of it, its rights, tags, outcome and routes, and why.

    A file is JSON Lines, of raw items or published records, or one document of any format; - is standard input. Items go through one
    desk in their order. The exit status is 1 if any item could not be read.
    """
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=_width())
    marks = not console.is_terminal or console.no_color or bool(os.environ.get("NO_COLOR"))
    contents = ((str(path), sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()) for path in files)
    failed = False
    try:
        reasons = RouteReasons(Rules(rules))
        for number, told in enumerate(tell(contents, Rules(rules), content_type=content_type, provider=provider)):
            failed = failed or not told.readable
            with console.capture() as drawn:
                if number:
                    console.print(Rule(style="dim"))
                console.print(draw(told, reasons, full=full, marks=marks))
            # Blanks that fill a line up are in the way of whoever reads the output with other tools.
            click.echo("\n".join(map(str.rstrip, drawn.get().split("\n"))), nl=False, color=True)
    except RuleError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(1 if failed else 0)


def _width() -> int:
    return shutil.get_terminal_size((PIPED, 24)).columns
