"""`copydesk replay`: a range of the raw topics through the pipeline again."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, start_http_server
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from worker.cli.options import environment_settings
from worker.connect import ConnectError
from worker.metrics import Metrics, Role
from worker.replay.bounds import Ask, ReplayError, parse_offsets, parse_time
from worker.replay.manifest import Manifest
from worker.replay.start import LIVE, Plan, Runs
from worker.settings import Settings
from worker.topics import TopicsError

__all__ = ["command"]


@click.command("replay", short_help="Feed a range of the raw topics through the pipeline again.")
@click.option("--from", "since", help="First time, like 2026-11-24T12:00Z; `earliest` is all that is left.")
@click.option("--to", "until", help="Time behind the last; now if not given.")
@click.option("--offsets", multiple=True, help="A span of offsets, like wire.raw:0:1000-1999; may be given several times.")
@click.option(
    "--uris", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A file with a uri a line; no others."
)
@click.option("--into", type=click.Choice([LIVE]), help="Send items to the live desk, which alone decides.")
@click.option("--isolated", metavar="NAME", help="Decide with a desk and topics of its own: replay.NAME.*")
@click.option("--run", "name", help="The run's name; one is made of the arguments if not given.")
@click.option("--as-new", is_flag=True, help="Publish also items that are older than anything remembered.")
@click.option("--rate", type=click.FloatRange(min=0), default=0, help="Items a second at most; 0 is as fast as it goes.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that prepare items.")
@click.option(
    "--max-lag", type=click.IntRange(min=0), default=1000, show_default=True, help="Wait while live work is behind by more."
)
@click.option("--metrics-port", type=click.IntRange(1, 65_535), help="Serve /metrics here while it runs, for a job.")
@click.option("--dry-run", is_flag=True, help="Only say how many items, from when to when, and how long it may take.")
def command(**given: Any) -> None:
    """
    Replay raw items: bounded by what the log holds at the start, resumed where it stopped if it is started again.

    With --into live, known versions are published again with today's rules unless a newer version or a kill has passed; unknown
    ones are decided as of their own time. With --isolated nothing live is touched; compare with `copydesk diff`.
    """
    settings = environment_settings()
    try:
        asyncio.run(_run(settings, given))
    except (ReplayError, ConnectError, TopicsError, KafkaError) as error:
        raise click.ClickException(str(error)) from error


async def _run(settings: Settings, given: dict[str, Any]) -> None:
    ask = _ask(settings, given)
    runs = Runs(settings)
    if given["dry_run"]:
        _tell(await runs.plan(ask, given["rate"]))
        return
    if bool(given["into"]) == bool(given["isolated"]):
        raise ReplayError("say where to: --into live, or --isolated NAME (or look first with --dry-run)")
    into = given["into"] or given["isolated"]
    asked = {key: _plain(given[key]) for key in ("since", "until", "offsets", "uris", "as_new")}
    if given["isolated"] and (given["name"] or into == LIVE):
        raise ReplayError(f"an isolated run is called by its NAME; --run is for --into live, and {LIVE} is no name")
    digest = hashlib.sha256(json.dumps([into, asked], sort_keys=True).encode()).hexdigest()[:8]
    manifest = await runs.begin(given["isolated"] or given["name"] or f"{into}-{digest}", into, asked, ask)
    if manifest.state == "done":
        click.echo(f"run {manifest.name} is done; another --run name does it again")
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.speed:.0f}/s"), TimeRemainingColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    ) as bar:  # fmt: skip
        task = bar.add_task(manifest.name, total=manifest.bounds.records)

        with _metrics(settings, given["metrics_port"]) as metrics:
            before = manifest.bounds.left(manifest.positions)

            def progress(now: Manifest, left: int) -> None:
                nonlocal before
                metrics.replay(before - left, left)
                before = left
                bar.update(task, completed=now.bounds.records - left)

            manifest = await runs.work(
                manifest,
                ask,
                rate=given["rate"],
                max_lag=given["max_lag"],
                as_new=given["as_new"],
                workers=given["workers"],
                progress=progress,
            )
    click.echo(f"run {manifest.name}: {manifest.state}")
    for word, count in sorted(manifest.counts.items()):
        if count:
            click.echo(f"  {count:>9,} {word}")


@contextmanager
def _metrics(settings: Settings, port: int | None) -> Iterator[Metrics]:
    """Give the run's metrics, served if a port is named."""
    registry = CollectorRegistry()
    metrics = Metrics(registry, Role.REPLAY)
    if port is None:
        yield metrics
        return
    try:
        server, _ = start_http_server(port, settings.web_host, registry)
    except OSError as error:
        raise ReplayError(
            f"{settings.web_host}:{port} can't be served on: {error.strerror}; choose another --metrics-port"
        ) from error
    try:
        yield metrics
    finally:
        server.shutdown()


def _ask(settings: Settings, given: dict[str, Any]) -> Ask:
    since, until = given["since"], given["until"]
    if given["offsets"] and (since or until):
        raise ReplayError("a range is by time or by offsets, not both")
    if not (given["offsets"] or since or given["uris"]):
        raise ReplayError("say from when: --from TIME (or earliest), --offsets, or --uris FILE")
    uris = Path(given["uris"]).read_text(encoding="utf-8").split() if given["uris"] else []
    return Ask(
        topics=tuple(source.topic for source in settings.sources),
        since=parse_time(since) if since and since != "earliest" else None,
        until=parse_time(until) if until else None,
        offsets=dict(map(parse_offsets, given["offsets"])) or None,
        uris=frozenset(uris),
    )


def _plain(value: object) -> object:
    if isinstance(value, Path):
        # Other uris under the same file name are another run.
        return f"{value.name} {hashlib.sha256(value.read_bytes()).hexdigest()[:12]}"
    return list(value) if isinstance(value, tuple) else value


def _tell(plan: Plan) -> None:
    click.echo(f"{plan.records:,} offsets, of which a few are no items")
    click.echo(f"from {_time(plan.first)} to {_time(plan.last)}")
    click.echo(f"about {plan.seconds:,.0f} s on this machine")


def _time(at: int | None) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "–"
