"""`copydesk suggest-footers`: propose footer rules for what recurs in a feed."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from worker.explain.spans import visible
from worker.model import Draft
from worker.offline import raw_of_line
from worker.outcome import Reject
from worker.rules.load import RuleError, Rules
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import RuleBook
from worker.suggest.mine import Seen, mine
from worker.suggest.propose import Proposal, propose
from worker.suggest.trial import Trial, settle, try_out, without_idle
from worker.wiring import Counter, Intake

__all__ = ["command"]

_SHOWN = 10  # items of a kind that are named
_TEXT = 100  # characters of them


@click.command("suggest-footers", short_help="Propose footer rules for what recurs in a feed.")
@click.option(
    "--input", "source", type=click.File("rb"), required=True, help="JSON Lines as for `copydesk process`; - is standard input."
)
@click.option(
    "--minimum", type=click.IntRange(min=2), default=3, show_default=True, help="In how many stories a line must stand."
)
@click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, help="How many rules are proposed at most.")
@click.option("--prefix", default="feed", show_default=True, help="What the rules' ids start with.")
@click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    envvar="COPYDESK_RULES",
    help="A folder with rules.",
)
def command(source: BinaryIO, *, minimum: int, most: int, prefix: str, rules: Path | None) -> None:
    """
    Find lines that recur at the ends and starts of a feed's stories and that today's rules leave in; print rules for them.

    The output is TOML for a file in the folder footers/ of your rules, with counts, examples, and what the rules would do to the feed
    as comments. A line that reads like a story's own sentence is proposed with enabled = false. Nothing is changed.
    """
    chosen = Rules(rules)
    try:
        items = list(_seen(source, chosen))
        found = mine(items, minimum)
        proposals = propose(found[:most], RuleBook(chosen, Names(chosen)), prefix=prefix)
        good, bad = settle(proposals, chosen)
        good = without_idle(good, try_out(good, items, chosen))
        trial = try_out(good, items, chosen)
    except RuleError as error:
        raise click.ClickException(str(error)) from error
    stories = len({seen.story for seen in items})
    click.echo(f"# {len(items):,} items, {stories:,} stories; lines that recur in {minimum} stories or more: {len(found)}")
    click.echo(f"# These rules would take {trial.total:,} characters out of {trial.changed:,} items.")
    if len(found) > most:
        click.echo(f"# The {most} most frequent are shown; --most shows more.")
    for proposal in good:
        click.echo("\n" + "\n".join(f"# {visible(line)}" for line in _about(proposal, trial)))
        click.echo(proposal.toml(), nl=False)
    _comment("No rule could be made of these lines, which today's rules take for a story's:", [one.examples[0] for one in bad])
    _comment(
        "Look at these items: more than the lines themselves would go.",
        [f"{taken.source}: {taken.why}: {taken.text}" for taken in trial.beyond],
    )


def _seen(lines: Iterable[bytes], rules: Rules) -> Iterator[Seen]:
    """Send the feed through pipeline and desk, which knows the copies and versions of a story."""
    intake, counter = Intake(rules), Counter(rules)
    sequence = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        raw = raw_of_line(line.strip(), number - 1)
        for draft in [] if isinstance(raw, Reject) else intake.pipeline.prepare(raw):
            if isinstance(draft, Draft):
                decision, _, _ = counter.serve(intake.write(draft).value, sequence)
                counter.memory.commit()
                sequence += 1
                yield Seen(draft, decision.story.id, f"line {number}")


def _about(proposal: Proposal, trial: Trial) -> Iterator[str]:
    line = proposal.line
    yield f"in {line.stories} stories ({len(line.items)} items), at the {'start' if line.head else 'end'}"
    if proposal.doubt:
        yield f"SWITCHED OFF, it may be the stories' own: it {proposal.doubt}"
        return
    missed = trial.missed[proposal.id]
    where = ", ".join(missed[:3]) + (", …" if len(missed) > 3 else "")
    stays = f"; stays in {len(missed)} because of what stands around it ({where})" if missed else ""
    yield f"takes {trial.characters[proposal.id]:,} characters out of {trial.items[proposal.id]} items{stays}"


def _comment(title: str, lines: list[str]) -> None:
    if not lines:
        return
    click.echo(f"\n# {title}")
    for line in lines[:_SHOWN]:
        text = " ".join(visible(line).split())
        click.echo(f"#   {text if len(text) <= _TEXT else f'{text[:_TEXT]} …'}")
    if len(lines) > _SHOWN:
        click.echo(f"#   and {len(lines) - _SHOWN} more")
