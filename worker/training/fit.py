"""Fit the linear models behind a topic model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from worker.training.examples import Example, held_out
from worker.training.matrix import Floats, Vocabulary, to_matrix

__all__ = ["Linear", "Recipe", "cross_scores", "fit_linear", "fit_level1", "settle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    Numbers of the training, chosen on held-out days (docs/topics.md).

    `cost` is the C of the support vector machine; `balance` 0 counts each example alike, 1 each class alike; `least` is in how
    many examples a feature must stand; `size` how many features are kept.
    """

    cost: float = 0.3
    balance: float = 0.5
    least: int = 2
    size: int = 120_000
    child_size: int = 12_000


@dataclass(frozen=True, slots=True)
class Linear:
    """One weight a feature and class, one bias a class; `classes` are the labels of the columns."""

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats

    def scores(self, matrix: sparse.csr_matrix) -> Floats:
        """Score each row for each class."""
        result: Floats = matrix @ self.weights + self.bias
        return result


def fit_linear(
    matrix: sparse.csr_matrix, labels: Sequence[str], weights: Floats, classes: Sequence[str], recipe: Recipe
) -> Linear:
    """Fit one against the rest. A class without examples gets a bias that never wins."""
    known = [name for name in classes if name in set(labels)]
    index = {name: place for place, name in enumerate(classes)}
    numbers = np.array([index[label] for label in labels])
    mass = np.bincount(numbers, weights=weights, minlength=len(classes))
    scale = (mass.sum() / np.maximum(mass, 1e-9)) ** recipe.balance
    counted = weights * scale[numbers]
    counted /= counted.mean()
    full, bias = np.zeros((matrix.shape[1], len(classes))), np.full(len(classes), -2.0)
    for name in known:
        place = index[name]
        # One binary problem at a time: a fixed seed, and the same float operations on any machine.
        machine = LinearSVC(C=recipe.cost, random_state=0, tol=1e-3).fit(matrix, numbers == place, sample_weight=counted)
        full[:, place], bias[place] = machine.coef_[0], machine.intercept_[0]
    return Linear(tuple(classes), full, bias)


def settle(examples: Sequence[Example], scores: Floats, classes: Sequence[str]) -> list[Example]:
    """Where several level 1 labels are possible, keep the one that scores best."""
    index = {name: place for place, name in enumerate(classes)}
    return [
        replace(example, level1=(max(example.level1, key=lambda name, row=row: row[index[name]]),))  # type: ignore[misc] # bound
        if len(example.level1) > 1
        else example
        for example, row in zip(examples, scores, strict=True)
    ]


def fit_level1(examples: Sequence[Example], classes: Sequence[str], recipe: Recipe) -> tuple[Vocabulary, Linear, list[Example]]:
    """
    Choose the vocabulary and fit level 1.

    A first model over all features settles ambiguous labels and says what each feature is worth; the second sees only those
    that are kept. Returns the examples with settled labels too.
    """
    vocabulary = Vocabulary.of(examples, recipe.least)
    matrix = to_matrix(examples, vocabulary)
    clear = np.array([len(example.level1) == 1 for example in examples])
    labels = [example.level1[0] for example in examples]
    weights = np.array([example.weight for example in examples])
    chosen = [label for label, is_clear in zip(labels, clear, strict=True) if is_clear]
    first = fit_linear(matrix[clear], chosen, weights[clear], classes, recipe)
    settled = settle(examples, first.scores(matrix), classes)
    worth = np.abs(first.weights).max(axis=1) * vocabulary.idf
    vocabulary = vocabulary.pruned(worth, recipe.size)
    labels = [example.level1[0] for example in settled]
    return vocabulary, fit_linear(to_matrix(settled, vocabulary), labels, weights, classes, recipe), settled


def cross_scores(
    examples: Sequence[Example], vocabulary: Vocabulary, classes: Sequence[str], recipe: Recipe, parts: int = 5
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Score each example with a group by a model that saw no example of its group: gives the scores, and which examples."""
    matrix = to_matrix(examples, vocabulary)
    labels = [example.level1[0] for example in examples]
    weights = np.array([example.weight for example in examples])
    fold = np.array(
        [next((p for p in range(parts) if example.group and held_out(example.group, p, parts)), -1) for example in examples]
    )
    scores = np.zeros((len(examples), len(classes)))
    for part in range(parts):
        rest = np.flatnonzero(fold != part)
        model = fit_linear(matrix[rest], [labels[row] for row in rest], weights[rest], classes, recipe)
        here = np.flatnonzero(fold == part)
        scores[here] = model.scores(matrix[here])
    return scores, np.flatnonzero(fold >= 0)
