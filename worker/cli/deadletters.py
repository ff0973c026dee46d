"""`copydesk deadletters`: count, show, redrive, export or purge dead letters."""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, BinaryIO

import click
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from worker.cli.options import environment_settings
from worker.connect import ConnectError
from worker.letters import PARKED, Letter, Letters, Wanted
from worker.outcome import Reason
from worker.replay.bounds import ReplayError, parse_time

__all__ = ["command"]

_SHOWN = 2000  # bytes of a letter that are shown


@click.group("deadletters", invoke_without_command=True, short_help="Count, show, redrive, export or purge dead letters.")
@click.pass_context
def command(context: click.Context) -> None:
    """Count the dead letters by reason, provider, state and age; the subcommands do something about them."""
    if context.invoked_subcommand is None:
        letters = _run(_all(Wanted()))
        table = Table("reason", "provider", "state", "letters", "oldest (UTC)", "latest (UTC)")
        counts = Counter((x.facts.get("reason", "?"), x.provider, x.state) for x in letters)
        for (reason, provider, state), count in counts.most_common():
            times = [x.at for x in letters if (x.facts.get("reason", "?"), x.provider, x.state) == (reason, provider, state)]
            table.add_row(reason, provider, state, f"{count:,}", _time(min(times)), _time(max(times)))
        Console().print(table)


def _choosing(function: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--reason",
            "reasons",
            multiple=True,
            type=click.Choice([reason.value for reason in Reason]),
            help="Only these reasons.",
        ),
        click.option("--since", help="Only those from this time on, like 2026-11-24T12:00Z."),
        click.option("--until", help="Only those before this time."),
        click.option("--id", "ids", multiple=True, help="Only this letter, as shown; may be given several times."),
    ):
        function = option(function)
    return function


@command.command("list")
@_choosing
def list_command(**given: Any) -> None:
    """List letters, one a line."""
    table = Table("id", "when (UTC)", "reason", "provider", "from", "attempts", "state", "why")
    for letter in _run(_all(_wanted(given))):
        facts = letter.facts
        origin = f"{facts.get('topic')}/{facts.get('partition')}/{facts.get('offset')}"
        why = (facts.get("reason", ""), letter.provider, origin, str(letter.attempts), letter.state, facts.get("detail", ""))
        table.add_row(letter.id, _time(letter.at), *why)
    Console().print(table)


@command.command("show")
@click.argument("identity", metavar="ID")
def show(identity: str) -> None:
    """Show one letter: its headers and the head of its bytes, with what is no text escaped."""
    letters = _run(_all(Wanted(ids=frozenset({identity}))))
    if not letters:
        raise click.ClickException(f"there is no letter {identity}; `copydesk deadletters list` shows their ids")
    letter = letters[0]
    for name, value in letter.facts.items():
        click.echo(f"{name}: {value}")
    value = letter.record.value or b""
    click.echo(f"bytes: {len(value)}")
    # Escaped, so that what is in it can't speak to the terminal.
    click.echo(value[:_SHOWN].decode("utf-8", "backslashreplace").encode("unicode_escape").decode().replace("\\n", "\n"))


@command.command("redrive")
@_choosing
@click.option("--dry-run", is_flag=True, help="Only say which would be sent.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@click.option("--rate", type=click.FloatRange(min=0), default=0, help="Letters a second at most.")
@click.option("--force", is_flag=True, help=f"Also those that were sent before, or failed {PARKED} times.")
def redrive(*, dry_run: bool, limit: int | None, rate: float, force: bool, **given: Any) -> None:
    """Send letters again to the topic they came from."""
    settings = environment_settings()
    sent = Counter[str]()

    async def work() -> None:
        letters = Letters(settings)
        async with letters.sending() as send:
            async for letter in letters.read(_wanted(given)):
                if limit is not None and sent["sent"] >= limit:
                    break
                if not letter.whole:
                    sent["kept: only the head of its bytes is here; replay its origin instead"] += 1
                elif letter.state != "waiting" and not force:
                    sent[f"kept: {letter.state}"] += 1
                else:
                    if not dry_run:
                        await send(letter)
                        await asyncio.sleep(1 / rate if rate else 0)
                    sent["sent"] += 1

    _run(work())
    for word, count in sorted(sent.items()):
        click.echo(f"{count:>9,} {'would be sent' if dry_run and word == 'sent' else word}")


@command.command("export")
@_choosing
@click.option("--output", type=click.File("wb"), default="-", help="JSON Lines; - is standard output.")
def export(output: BinaryIO, **given: Any) -> None:
    """Write letters as JSON Lines, their bytes in base64, as `copydesk process` reads them."""
    for letter in _run(_all(_wanted(given))):
        content_type = next((v.decode() for k, v in letter.record.headers if k == "content-type"), None)
        value = base64.b64encode(letter.record.value or b"").decode("ascii")
        line = {"content_type": content_type, "content_base64": value, "letter": {"id": letter.id, **letter.facts}}
        output.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


@command.command("purge")
@click.option("--until", required=True, help="Delete all that are older, like 2026-11-24T12:00Z.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(until: str, *, yes: bool) -> None:
    """Delete the letters older than a time, for good."""
    at = _parsed(until)
    settings = environment_settings()
    if not yes:
        click.confirm(f"Delete all dead letters older than {_time(at)} UTC?", abort=True)
    click.echo(f"deleted {_run(Letters(settings).purge(at)):,} offsets")


async def _all(wanted: Wanted) -> list[Letter]:
    return [letter async for letter in Letters(environment_settings()).read(wanted)]


def _wanted(given: dict[str, Any]) -> Wanted:
    return Wanted(
        reasons=frozenset(given["reasons"]),
        since=_parsed(given["since"]) if given["since"] else None,
        until=_parsed(given["until"]) if given["until"] else None,
        ids=frozenset(given["ids"]),
    )


def _parsed(text: str) -> int:
    try:
        return parse_time(text)
    except ReplayError as error:
        raise click.ClickException(str(error)) from error


def _run(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except (ConnectError, KafkaError) as error:
        raise click.ClickException(str(error)) from error


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}"
