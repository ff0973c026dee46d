"""Fit the level 2 models: below each level 1 topic, one against the rest."""

from collections.abc import Sequence

import numpy as np

from worker.stages.topics.codes import MediaTopics
from worker.training.examples import Example
from worker.training.fit import Linear, Recipe, fit_linear
from worker.training.matrix import Vocabulary, to_matrix
from worker.training.pack import Children

__all__ = ["fit_children"]


def fit_children(
    examples: Sequence[Example], vocabulary: Vocabulary, linear: Linear, topics: MediaTopics, recipe: Recipe
) -> list[Children]:
    """Fit a level 2 model for each level 1 topic that has examples of two level 2 topics or more."""
    found: list[Children] = []
    for parent in linear.classes:
        chosen = [example for example in examples if example.level1 == (parent,) and example.level2 is not None]
        classes = sorted({str(example.level2) for example in chosen})
        if len(classes) < 2:
            continue
        labels = [str(example.level2) for example in chosen]
        weights = np.array([example.weight for example in chosen])
        fitted = fit_linear(to_matrix(chosen, vocabulary), labels, weights, classes, recipe)
        found.append(Children(parent, fitted))
    return found
