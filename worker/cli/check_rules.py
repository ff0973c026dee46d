"""`copydesk check-rules`: run the rules' examples, and warn of rules that do nothing."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from worker.explain.spans import visible
from worker.model import Raw
from worker.offline import raw_of_line
from worker.outcome import Reject
from worker.rulecheck.check import check
from worker.rulecheck.finding import Finding
from worker.rules.load import PACKAGED, RuleError, Rules

__all__ = ["command"]


@click.command("check-rules", short_help="Run the rules' examples, and warn of rules that do nothing.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="COPYDESK_RULES",
    help="A folder with rules.",
)
@click.option(
    "--sample",
    type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True),
    help="JSON Lines as for `copydesk process`; names the rules that do nothing on it.",
)
@click.option("--quiet", is_flag=True, help="Only examples that fail, no warnings.")
def command(rules: Path | None, sample: Path | None, *, quiet: bool) -> None:
    """
    Run all examples that stand beside rules: footers, signals, routes, providers' ids, topic keywords.

    Warns of rules that overlap, of patterns that nobody proves linear in time, and with --sample of rules that never fire. The exit
    status is 1 if a file can't be read or an example fails.
    """
    try:
        report = check(Rules(rules), _messages(sample) if sample is not None else None)
    except RuleError as error:
        raise click.ClickException(str(error)) from error
    _show("failed", "red", report.failures)
    if not quiet:
        _show("warning", "yellow", report.warnings)
        _show("never", "cyan", report.never)
    counted = ", ".join(f"{count} of {kind}" for kind, count in report.examples.items())
    seen = f"; {len(report.never)} rules do nothing on {report.items:,} items" if sample is not None else ""
    click.echo(
        f"{sum(report.examples.values())} examples ({counted}): {len(report.failures)} fail, {len(report.warnings)} warnings{seen}"
    )
    sys.exit(1 if report.failures else 0)


def _messages(path: Path) -> Iterator[Raw | Reject]:
    lines = sys.stdin.buffer if str(path) == "-" else path.read_bytes().splitlines()
    return (raw_of_line(line.strip(), number) for number, line in enumerate(lines) if line.strip())


def _show(word: str, colour: str, findings: Iterable[Finding]) -> None:
    for finding in findings:
        click.echo(f"{click.style(word, fg=colour)} {_name(finding.path)}: {visible(finding.rule)}: {visible(finding.text)}")


def _name(path: Path) -> str:
    """Name a file: the package's own without the way there."""
    return f"package:{path.relative_to(PACKAGED)}" if path.is_relative_to(PACKAGED) else str(path)
