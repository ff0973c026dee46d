"""`copydesk train-topics`: learn the topic model from labelled items."""

import importlib.util
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from worker.rules.load import PACKAGED
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.model import ModelError

__all__ = ["command"]


@click.command("train-topics")
@click.option(
    "--input", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
    help="Labelled items, one JSON object a line: headline, text, topics (medtop codes), and if known language and date.",
)  # fmt: skip
@click.option(
    "--output", "target", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The model, a .npz file."
)
def command(source: Path, target: Path) -> None:
    """
    Train on labelled items, measure by cross-validation and beside the shipped model, and write the model.

    To use the model, put it in the folder that COPYDESK_RULES names, with a topics.toml that says [model] file = "NAME.npz".
    """
    if importlib.util.find_spec("sklearn") is None:
        raise click.ClickException("training needs scikit-learn: pip install -r requirements/train.txt")
    # Imported here, because a worker has no scikit-learn.
    from worker.training.archive import ArchiveError, train_archive  # noqa: PLC0415
    from worker.training.examples import ExampleError, read_examples  # noqa: PLC0415

    topics = MediaTopics.load()
    try:
        examples = list(read_examples(source, topics))
        report = train_archive(examples, target, PACKAGED / "topics.npz")
    except (ExampleError, ArchiveError, ModelError) as error:
        raise click.ClickException(str(error)) from error
    table = Table(title=f"F1 by topic; {len(examples)} items, a fifth of the dates held out")
    for head in ("code", "topic", "items", "cross-validated", "held out", "shipped model"):
        table.add_column(head, justify="left" if head in {"code", "topic"} else "right")
    for code, count in report.examples.items():
        table.add_row(
            code,
            topics.name(code),
            str(count),
            *(_figure(figures.f1.get(code)) for figures in (report.crossed, report.held, report.shipped)),
        )
    for name in ("right", "macro", "calibration"):
        table.add_row(
            "", name, "", *(_figure(getattr(figures, name)) for figures in (report.crossed, report.held, report.shipped))
        )
    Console().print(table)
    click.echo(f"{target}: {report.version}, {target.stat().st_size} bytes")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
