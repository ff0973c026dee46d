"""`copydesk desk`: tell the desk to release, kill or forget an item, or that it is no duplicate."""

import asyncio

import click
from aiokafka.errors import KafkaError

from worker.ask import COMMANDS, Operator, OperatorError
from worker.cli.options import environment_settings
from worker.connect import ConnectError

__all__ = ["command"]

_WHAT = {
    "release": "Publish an item under embargo now.",
    "kill": "Take an item back wherever it went, with what follows it.",
    "not-a-duplicate": "Publish an item that was suppressed as a duplicate, as a story of its own.",
    "forget": "Remember nothing of an item: it will be new when it comes again.",
}


@click.group("desk", short_help="Tell the desk to release, kill or forget an item.")
def command() -> None:
    """
    Tell the desk what to do with an item.

    The command is appended to the prepared topic; the desk carries it out in its order and records it.
    """


def _add(kind: str) -> None:
    @command.command(kind, help=_WHAT[kind])
    @click.argument("uri")
    @click.option("--reason", default="", help="Why, for the record.")
    def run(uri: str, reason: str) -> None:
        settings = environment_settings()
        try:
            click.echo(asyncio.run(Operator(settings).send(kind, uri, reason)))
        except (OperatorError, ConnectError, KafkaError) as error:
            raise click.ClickException(str(error)) from error


for _kind in COMMANDS:
    _add(_kind)
