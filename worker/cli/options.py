"""What several commands need from the environment, with errors as a person wants them."""

import os
from pathlib import Path

import click

from worker.settings import Settings, SettingsError

__all__ = ["environment_settings", "route_names"]


def environment_settings() -> Settings:
    """Read the settings from the environment; end the command with what is wrong if something is."""
    try:
        return Settings.from_env(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def route_names(overlay: Path | None) -> tuple[str, ...]:
    """Name all routes under an operator's rules folder; end the command if a rule file is wrong."""
    from worker.desk.routes import Routes  # noqa: PLC0415 - not for commands that only show settings
    from worker.rules.load import RuleError, Rules  # noqa: PLC0415

    try:
        return Routes.from_rules(Rules(overlay)).names
    except RuleError as error:
        raise click.ClickException(str(error)) from error
