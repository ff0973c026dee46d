"""`copydesk worker`: run intake, desk or both."""

import os
import sys

import click

from worker.settings import Settings, SettingsError

__all__ = ["command"]


@click.command("worker", short_help="Run the worker: intake, desk or both.")
@click.option(
    "--role",
    type=click.Choice(["all", "intake", "desk"]),
    default="all",
    show_default=True,
    help="all runs both side by side; they live and die together.",
)
@click.option("--beside", is_flag=True, hidden=True, help="The other role runs beside this one.")
def command(role: str, *, beside: bool) -> None:
    """Read raw items from Kafka and publish enriched records, exactly once, until told to stop (SIGTERM)."""
    from worker.live.main import run_role  # noqa: PLC0415 - Faust takes a while to import
    from worker.live.supervise import run_all  # noqa: PLC0415 - the same

    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(run_all() if role == "all" else run_role(role, settings, beside=beside))
