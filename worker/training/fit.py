"""Fit the linear models behind a topic model."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from worker.training.examples import Example, held_out
from worker.training.matrix import Floats, Vocabulary, to_matrix

__all__ = ["Linear", "Recipe", "corpus_shares", "cross_scores", "fit_level1", "fit_linear", "settle"]

# Of a corpus against a topic. Many corpora have no section for a topic at all: that says nothing about how often others write of it.
_LEAST_PRIOR: Final = -0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    Numbers of the training, chosen on held-out days (docs/topics.md).

    `cost` is the C of the support vector machine; `balance` 0 counts each example alike, 1 each class alike; `smooth` is
    added to the counts behind a feature's scale; `least` is in how many examples a feature must stand; `size` how many features are
    kept. `corpora` are those whose priors are told from what their words say, with the share of these priors that the worker is given.
    """

    cost: float = 0.3
    balance: float = 0.6
    smooth: float = 0.5
    least: int = 2
    size: int = 120_000
    child_size: int = 12_000
    corpora: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Linear:
    """
    One weight a feature and class, one bias a class; `classes` are the labels of the columns.

    `priors` has a row for each corpus that was told apart: what must be added to the bias for its texts.
    """

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats
    priors: Floats

    def scores(self, matrix: sparse.csr_matrix, shares: Floats | None = None) -> Floats:
        """Score each row for each class; `shares` says how much of each corpus's priors a row is given."""
        result: Floats = matrix @ self.weights + self.bias
        return result if shares is None else result + shares @ self.priors


def corpus_shares(examples: Sequence[Example], recipe: Recipe, *, whole: bool) -> Floats:
    """Give a row for each example: how much of each corpus's priors it has, all of its own or the share of the recipe."""
    return np.array(
        [[(1.0 if whole else share) * (example.origin == name) for name, share in recipe.corpora] for example in examples]
    ).reshape(len(examples), len(recipe.corpora))


def fit_linear(
    matrix: sparse.csr_matrix,
    labels: Sequence[str],
    weights: Floats,
    classes: Sequence[str],
    recipe: Recipe,
    *,
    corpora: Floats | None = None,
) -> Linear:
    """
    Fit one against the rest: a support vector machine over features scaled by how much oftener they stand in the class.

    This is NBSVM (Wang and Manning, "Baselines and Bigrams", ACL 2012); the scale is folded into the weights. A class without
    examples gets a bias that never wins. `corpora` marks with 1 which corpus a row comes from: each then gets a bias of its own,
    so that the habits of one desk do not end up in the weights of words.
    """
    known = [name for name in classes if name in set(labels)]
    index = {name: place for place, name in enumerate(classes)}
    numbers = np.array([index[label] for label in labels])
    mass = np.bincount(numbers, weights=weights, minlength=len(classes))
    scale = (mass.sum() / np.maximum(mass, 1e-9)) ** recipe.balance
    counted = weights * scale[numbers]
    counted /= counted.mean()
    present = matrix.copy()
    present.data[:] = 1.0
    size = matrix.shape[1]
    marks = sparse.csr_matrix(np.zeros((len(numbers), 0)) if corpora is None else corpora)
    full, bias, priors = np.zeros((size, len(classes))), np.full(len(classes), -2.0), np.zeros((marks.shape[1], len(classes)))
    for name in known:
        place = index[name]
        # One binary problem at a time: a fixed seed, and the same float operations on any machine.
        inside = numbers == place
        ratio = _log_ratio(present, counted, inside, recipe.smooth)
        scaled = sparse.hstack([matrix @ sparse.diags(ratio), marks], format="csr")
        machine = LinearSVC(C=recipe.cost, random_state=0, tol=1e-2).fit(scaled, inside, sample_weight=counted)
        full[:, place], bias[place] = machine.coef_[0, :size] * ratio, machine.intercept_[0]
        priors[:, place] = np.maximum(machine.coef_[0, size:], _LEAST_PRIOR)
    return Linear(tuple(classes), full, bias, priors)


def _log_ratio(present: sparse.csr_matrix, weights: Floats, inside: npt.NDArray[np.bool_], smooth: float) -> Floats:
    """Give the logarithm of how much oftener each feature stands in the class than outside."""
    one = np.asarray(present[inside].T @ weights[inside]).ravel() + smooth
    other = np.asarray(present[~inside].T @ weights[~inside]).ravel() + smooth
    ratio: Floats = np.log((one / one.sum()) / (other / other.sum()))
    return ratio


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
    worth = np.abs(first.weights).max(axis=1)
    vocabulary = vocabulary.pruned(worth, recipe.size)
    labels = [example.level1[0] for example in settled]
    corpora = corpus_shares(settled, recipe, whole=True)
    matrix = to_matrix(settled, vocabulary)
    return vocabulary, fit_linear(matrix, labels, weights, classes, recipe, corpora=corpora), settled


def cross_scores(
    examples: Sequence[Example],
    vocabulary: Vocabulary,
    classes: Sequence[str],
    recipe: Recipe,
    *,
    parts: int = 5,
    used: Sequence[int] = range(5),
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """
    Score examples by a model that saw no example of their group.

    Args:
        parts: into how many parts the groups are cut.

        used: which of the parts are scored, one model each.

    Returns:
        One row of scores an example, and which examples were scored.
    """
    matrix = to_matrix(examples, vocabulary)
    labels = [example.level1[0] for example in examples]
    weights = np.array([example.weight for example in examples])
    corpora, shares = (corpus_shares(examples, recipe, whole=whole) for whole in (True, False))
    fold = np.array(
        [next((p for p in range(parts) if example.group and held_out(example.group, p, parts)), -1) for example in examples]
    )
    scores = np.zeros((len(examples), len(classes)))
    for part in used:
        rest = np.flatnonzero(fold != part)
        model = fit_linear(matrix[rest], [labels[row] for row in rest], weights[rest], classes, recipe, corpora=corpora[rest])
        here = np.flatnonzero(fold == part)
        scores[here] = model.scores(matrix[here], shares[here])
    return scores, np.flatnonzero(np.isin(fold, list(used)))
