"""`copydesk decode`: what a file is read as, field by field. The first thing to try with a new feed."""

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.formats import decode
from worker.formats.times import iso
from worker.model import Decoded, Raw
from worker.outcome import Reject

__all__ = ["command"]

_SHOWN = 400  # characters of a body that are shown from its start, and half as many from its end


@click.command("decode", short_help="Show how a format reads a file.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
@click.option("--content-type", help="As the message's header would say it, for example application/nitf+xml.")
@click.option("--provider", help="As the message's header or the raw topic's setting would say it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each item, bodies in full.")
def command(files: tuple[Path, ...], content_type: str | None, provider: str | None, as_json: bool) -> None:
    """
    Show what FILES are read as: format, ids, times, status, text, tags and rights, and what was mended.

    The exit status is 1 if any file or item could not be read. - is standard input.
    """
    console = Console()
    failed = False
    for path in files:
        value = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        found = decode(Raw(value=value, content_type=content_type, provider=provider))
        items = [found] if isinstance(found, Reject) else list(found)
        failed = failed or any(isinstance(item, Reject) for item in items)
        for index, item in enumerate(items):
            if as_json:
                sys.stdout.buffer.write(_json(path, index, item) + b"\n")
            else:
                console.print(_table(path, index, len(items), item))
    sys.exit(1 if failed else 0)


def _fields(item: Decoded) -> dict[str, Any]:
    """List the fields with times in words; empty ones left out."""
    fields = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    for name in ("created", "updated"):
        if fields[name] is not None:
            fields[name] = iso(fields[name])
    if item.embargo is not None:
        until = iso(item.embargo.until) if item.embargo.until is not None else "not readable as a time"
        fields["embargo"] = {"until": until, "text": item.embargo.text}
    fields["body"] = dataclasses.asdict(item.body) if item.body else None
    fields["rights"] = {name: value for name, value in dataclasses.asdict(item.rights).items() if value}
    return {name: value for name, value in fields.items() if value not in (None, "", (), {}, [])}


def _json(path: Path, index: int, item: Decoded | Reject) -> bytes:
    if isinstance(item, Reject):
        return orjson.dumps(
            {"file": str(path), "index": index, "rejected": item.reason, "detail": item.detail, "uri": item.uri}
        )
    return orjson.dumps({"file": str(path), "index": index, **_fields(item)})


def _table(path: Path, index: int, count: int, item: Decoded | Reject) -> Table:
    title = f"{path}" + (f"  item {index + 1} of {count}" if count > 1 else "")
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    if isinstance(item, Reject):
        table.add_row(Text("rejected", style="red"), Text(f"{item.reason}: {item.detail}"))
        return table
    for name, value in _fields(item).items():
        if name in {"item", "extra", "rights"}:
            for key, one in value.items():
                table.add_row(f"{name}.{key}", Text(_short(one)))
        elif name == "body":
            table.add_row(f"body ({item.body.field if item.body else ''})", Text(_excerpt(value["value"])))
        elif name == "warnings":
            for warning in value:
                table.add_row(Text("warning", style="yellow"), Text(warning))
        else:
            table.add_row(name, Text(_short(value)))
    return table


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} … ({len(text)} characters)"


def _excerpt(text: str) -> str:
    if len(text) <= 2 * _SHOWN:
        return text
    return f"{text[:_SHOWN]}\n… {len(text)} characters …\n{text[-_SHOWN // 2 :]}"
