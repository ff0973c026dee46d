"""Draw the demo's rows for the width that is there: a table where it fits, a block for each item where it does not."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from worker.demo.expected import Difference
from worker.demo.rows import NOTHING
from worker.demo.script import Sample

__all__ = ["differences", "next_steps", "table", "tally"]

WIDE: Final = 170  # eight columns
MIDDLE: Final = 110  # four
STYLES: Final = (("dead letter", "red"), ("held", "cyan"), ("kept", "green"), ("duplicate", "yellow"), ("rejected", "magenta"))
TITLES: Final = {"removed": "cut", "rights": "rights", "regions": "where", "topics": "about", "routes": "goes to"}


def table(samples: Sequence[Sample], rows: Sequence[dict[str, str]], width: int) -> RenderableType:
    """Draw all rows, for a console of `width` columns."""
    both = list(zip(samples, rows, strict=True))
    if width >= WIDE:
        return _wide(both)
    if width >= MIDDLE:
        return _middle(both)
    return Group(*(_block(number, sample, row) for number, (sample, row) in enumerate(both, 1)))


def _wide(both: Iterable[tuple[Sample, dict[str, str]]]) -> Table:
    drawn = _frame()
    for title, share in (
        ("story", 7),
        ("outcome", 5),
        ("cut from the text", 8),
        ("rights", 5),
        ("where", 4),
        ("about", 6),
        ("goes to", 8),
    ):
        drawn.add_column(title, ratio=share, overflow="fold")
    for number, (sample, row) in enumerate(both, 1):
        cells = [Text(row[name]) for name in ("rights", "regions", "topics", "routes")]
        drawn.add_row(str(number), _story(sample, row), outcome(row["outcome"]), _cut(row, rules=True), *cells)
    return drawn


def _middle(both: Iterable[tuple[Sample, dict[str, str]]]) -> Table:
    drawn = _frame()
    for title, share in (("story", 5), ("outcome", 4), ("cut from the text, rights", 6), ("where, about, goes to", 7)):
        drawn.add_column(title, ratio=share, overflow="fold")
    for number, (sample, row) in enumerate(both, 1):
        left = [_cut(row, rules=False)] + ([Text(row["rights"])] if row["rights"] != NOTHING else [])
        right = [Text(row[name]) for name in ("regions", "topics") if row[name] != NOTHING]
        right += [Text(f"→ {row['routes']}", style="cyan")] if row["routes"] != NOTHING else []
        drawn.add_row(
            str(number), _story(sample, row), outcome(row["outcome"]), Group(*left), Group(*right) if right else NOTHING
        )
    return drawn


def _block(number: int, sample: Sample, row: dict[str, str]) -> RenderableType:
    """Draw one item as a few lines."""
    head = Text.assemble((f"{number:>2}  ", "dim"), (row["story"], "bold"))
    facts = Table.grid(padding=(0, 1))
    facts.add_column(style="dim", min_width=7, no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("", Text(f"{sample.provider}: {sample.shows}", style="dim"))
    facts.add_row("outcome", outcome(row["outcome"]))
    for name, title in TITLES.items():
        if row[name] != NOTHING:
            facts.add_row(title, _cut(row, rules=True) if name == "removed" else Text(row[name]))
    return Group(head, Padding(facts, (0, 0, 1, 4)))


def _frame() -> Table:
    drawn = Table(expand=True, show_lines=False, box=None, header_style="bold underline", padding=(0, 2, 1, 0))
    drawn.add_column("#", justify="right", style="dim", no_wrap=True)
    return drawn


def _story(sample: Sample, row: dict[str, str]) -> Text:
    return Text.assemble((row["story"], "bold"), "\n", (f"{sample.provider}: {sample.shows}", "dim"))


def outcome(words: str) -> Text:
    """Colour an outcome; of several the last counts."""
    last = words.rpartition(", then ")[2]
    return Text(words, style=next((style for begin, style in STYLES if last.startswith(begin)), "red"))


def _cut(row: dict[str, str], *, rules: bool) -> Text:
    """Show what was cut, a line for each piece, and fainter by which rules."""
    if row["removed"] == NOTHING:
        return Text(NOTHING)
    text = Text(row["removed"].replace("”; ", "”\n"))
    if rules:
        text.append(f"\n{row['rules']}", style="dim")
    return text


def tally(rows: Sequence[dict[str, str]]) -> Text:
    """Count the items by outcome."""
    counts = {begin: 0 for begin, _ in reversed(STYLES)}
    for row in rows:
        last = row["outcome"].rpartition(", then ")[2]
        for begin in counts:
            counts[begin] += last.startswith(begin)
    parts = [
        Text(f"{counts[begin]} {begin}", style=style)
        for begin, style in (STYLES[2], STYLES[3], STYLES[4], STYLES[1], STYLES[0])
    ]
    return Text(", ").join(parts)


def next_steps(command: str) -> RenderableType:
    """Say where to look next; `command` is how copydesk is called here."""
    steps = Table.grid(padding=(0, 2))
    steps.add_column(no_wrap=True)
    steps.add_column(overflow="fold")
    for name, what in (
        (f"{command} demo --keep", "the same, and Kafka and the worker stay up until Ctrl-C"),
        (f"{command} broker", "Kafka for your own trials; then topics create, and worker"),
        (f"{command} process --help", "your own files through the same pipeline, without Kafka"),
        ("worker/demo/samples", "the items that you just saw, and expected.json, which they were held against"),
        ("worker/pipeline.py", "the way of one item, in the order in which it happens"),
        ("docs/configuration.md", "every setting"),
    ):
        steps.add_row(f"  {name}", what)
    return Group(Text("Where to look next", style="bold"), steps)


def differences(found: Sequence[Difference], console: Console) -> None:
    """Show each cell that is not as expected."""
    console.print(Text(f"{len(found)} cells are not as expected:", style="bold red"))
    for one in found:
        console.print(Text.assemble((f"#{one.number} {one.item}, {one.cell}", "bold")))
        console.print(Padding(Text(f"expected  {one.expected}", style="green"), (0, 0, 0, 2)))
        console.print(Padding(Text(f"got       {one.got}", style="red"), (0, 0, 0, 2)))
