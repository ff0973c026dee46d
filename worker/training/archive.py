"""Train on an archive of one's own, and say how good the model is beside the shipped one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from worker.stages.topics.model import TopicModel
from worker.training.children import fit_children
from worker.training.examples import Example, held_out
from worker.training.fit import Recipe, cross_scores, fit_level1
from worker.training.measure import Judged, calibration_error, f1_by_class, share_right
from worker.training.pack import fit_temperature, pack

__all__ = ["ArchiveError", "Figures", "Report", "train_archive"]

_LEAST: Final = 5  # examples that a topic needs: fewer can't be parted into five


class ArchiveError(ValueError):
    """The examples can't make a model; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a model is on some items: share right, F1 by code, and expected calibration error."""

    items: int
    right: float
    f1: dict[str, float]
    calibration: float

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> "Figures":
        """Count."""
        return cls(len(judged), share_right(judged), f1_by_class(judged), calibration_error(judged))

    @property
    def macro(self) -> float:
        """Give the mean F1 over codes."""
        return sum(self.f1.values()) / max(1, len(self.f1))


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a training: the model's version, and figures of the new and the shipped model on the held-out fifth."""

    version: str
    examples: dict[str, int]
    crossed: Figures
    held: Figures
    shipped: Figures


def train_archive(examples: Sequence[Example], output: Path, shipped: Path, recipe: Recipe | None = None) -> Report:
    """
    Train on all examples and write the model; measure it by cross-validation, and on a held-out fifth beside the shipped model.

    Raises:
        ArchiveError: fewer than two topics have enough examples.
    """
    recipe = recipe or Recipe()
    counts = Counter(code for example in examples for code in example.level1)
    classes = sorted(code for code, count in counts.items() if count >= _LEAST)
    if len(classes) < 2:
        raise ArchiveError(f"at least two level 1 topics need {_LEAST} examples each; found {dict(counts)}")
    kept = [example for example in examples if set(example.level1) <= set(classes)]
    early = [example for example in kept if not held_out(example.group)]
    late = [example for example in kept if held_out(example.group)]
    if not late or len({code for example in early for code in example.level1}) < 2:
        raise ArchiveError("the examples of a fifth of the dates must be held out: give examples of more dates, or none a date")
    _write(early, classes, recipe, output)
    held = Figures.of(_judge(late, TopicModel.load(output)))
    beside = Figures.of(_judge(late, TopicModel.load(shipped)))
    version, crossed = _write(kept, classes, recipe, output)
    return Report(version, {code: counts[code] for code in classes}, crossed, held, beside)


def _write(examples: Sequence[Example], classes: Sequence[str], recipe: Recipe, output: Path) -> tuple[str, Figures]:
    vocabulary, linear, settled = fit_level1(examples, classes, recipe)
    scores, rows = cross_scores(settled, vocabulary, classes, recipe)
    right = np.array([classes.index(settled[row].level1[0]) for row in rows])
    temperature = fit_temperature(scores[rows], right)
    children = fit_children(settled, vocabulary, linear, recipe)
    languages = sorted({example.language.partition("-")[0] for example in examples})
    version = pack(output, vocabulary, linear, children, languages, temperature, recipe.child_size)
    powers = np.exp((scores[rows] - scores[rows].max(axis=1, keepdims=True)) / temperature)
    shares = powers / powers.sum(axis=1, keepdims=True)
    judged = [
        Judged(settled[row].level1, classes[int(share.argmax())], int(1000 * share.max()))
        for row, share in zip(rows.tolist(), shares, strict=True)
    ]
    return version, Figures.of(judged)


def _judge(examples: Sequence[Example], model: TopicModel) -> list[Judged]:
    judged = []
    for example in examples:
        confidences = model.confidences(model.score(example.features, headed=example.headed).level1)
        best = confidences.index(max(confidences))
        judged.append(Judged(example.level1, model.codes[best], confidences[best]))
    return judged
