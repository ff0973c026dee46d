"""`copydesk config`: show all settings with value and source."""

import os

import click
from rich.console import Console
from rich.table import Table

from worker.settings import SettingsError, Shown, explain

__all__ = ["command", "markdown"]

HEAD = """\
# Settings

<!-- Made by `copydesk config --markdown`; `make docs` writes it anew. -->

Every setting is an environment variable, read once at start. A value that is not allowed, and a `COPYDESK_` name that is none of
these, is refused with what would be right. An empty variable counts as not set.

| variable | default | allowed | what |
|---|---|---|---|
"""


@click.command("config", short_help="Show all settings with value and source.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print docs/configuration.md: the defaults, whatever is set.")
def command(*, as_markdown: bool) -> None:
    """Show every setting: its value here, where that comes from, and what it is for. Secrets are masked."""
    if as_markdown:
        click.echo(markdown(), nl=False)
        return
    try:
        shown = explain(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    console = Console()
    if console.is_terminal:
        console.print(_table(shown))
    else:
        # A table is cut to a width; whoever reads this with a program wants all of it.
        for setting in shown:
            click.echo(f"{setting.name}\t{setting.value}\t{setting.source}\t{setting.doc}")


def markdown() -> str:
    """Write docs/configuration.md."""
    rows = [f"| `{s.name}` | {_code(s)} | {s.allowed} | {s.doc} |\n" for s in explain({})]
    return HEAD + "".join(rows)


def _code(setting: Shown) -> str:
    """Set a value as code, but not the words that stand for an unset one."""
    return f"`{setting.value}`" if setting.value and " " not in setting.value and "`" not in setting.value else setting.value


def _table(shown: tuple[Shown, ...]) -> Table:
    table = Table("variable", "value", "from", "what", box=None, header_style="bold")
    for setting in shown:
        style = "bold" if setting.source == "environment" else None
        table.add_row(setting.name, setting.value, setting.source, setting.doc, style=style)
    return table
