"""Fit the level 2 models: below each level 1 topic, one against the rest."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from worker.training.examples import Example
from worker.training.fit import Linear, Recipe, fit_linear
from worker.training.matrix import Vocabulary, to_matrix
from worker.training.pack import Children

__all__ = ["fit_children"]

_AHEAD: Final = 0.3  # of the margin: by how much a label must lead to be given to a story that came without
_GIVEN_WEIGHT: Final = 0.3  # a given label counts less than one that an editor set


def fit_children(examples: Sequence[Example], vocabulary: Vocabulary, linear: Linear, recipe: Recipe) -> list[Children]:
    """
    Fit a level 2 model for each level 1 topic that has examples of two level 2 topics or more.

    Stories without a level 2 label then get one from this first model, and a second is fitted to both. A label that a corpus
    gives to other stories of the topic is not given to them: its editors would have set it.
    """
    found: list[Children] = []
    for parent in linear.classes:
        inside = [example for example in examples if example.level1 == (parent,)]
        labelled = [example for example in inside if example.level2 is not None]
        classes = sorted({str(example.level2) for example in labelled})
        if len(classes) < 2:
            continue
        labels = [str(example.level2) for example in labelled]
        weights = np.array([example.weight for example in labelled])
        first = fit_linear(to_matrix(labelled, vocabulary), labels, weights, classes, recipe)
        others = [example for example in inside if example.level2 is None and example.group]
        if others:
            scores = first.scores(to_matrix(others, vocabulary))
            scores[:, [classes.index(str(example.level2)) for example in labelled if example.group]] = -1e9
            ranked = np.sort(scores, axis=1)
            sure = np.flatnonzero(ranked[:, -1] - ranked[:, -2] > _AHEAD)
            labelled += [others[row] for row in sure]
            labels += [classes[int(scores[row].argmax())] for row in sure]
            weights = np.concatenate((weights, np.full(len(sure), _GIVEN_WEIGHT)))
            first = fit_linear(to_matrix(labelled, vocabulary), labels, weights, classes, recipe)
        found.append(Children(parent, first))
    return found
