"""Linear models: what is learnt of words, and what of the desks that used them."""

import numpy as np

from worker.stages.topics.features import features
from worker.text import TextView
from worker.training.examples import Example
from worker.training.fit import Recipe, corpus_shares, fit_linear
from worker.training.matrix import Vocabulary, to_matrix

CLASSES = ("politics", "sport")
RECIPE = Recipe(corpora=(("sheet", 1.0), ("wire", 0.5)))


def make_example(text: str, label: str, origin: str) -> Example:
    """Make an example of one class."""
    return Example(features=features(TextView("", text)), level1=(label,), level2=None, language="en", group="", origin=origin)


def corpora() -> list[Example]:
    """Make a sheet that mostly writes about sport and a wire that mostly writes about politics, each with a word of its own."""
    found = []
    for origin, often, seldom in (("sheet", "sport", "politics"), ("wire", "politics", "sport")):
        topics = [often] * 9 + [seldom]
        words = {"sport": "match", "politics": "ballot"}
        found += [make_example(f"{words[topic]} {origin}word", topic, origin) for topic in topics * 5]
    return found


def test_the_habit_of_a_desk_is_no_property_of_its_words() -> None:
    """With corpora told apart, a word that one corpus alone uses says less about the topic, and the prior says it instead."""
    examples = corpora()
    vocabulary = Vocabulary.of(examples, 1)
    matrix = to_matrix(examples, vocabulary)
    labels, weights = [example.level1[0] for example in examples], np.ones(len(examples))
    marks = corpus_shares(examples, RECIPE, whole=True)
    plain = fit_linear(matrix, labels, weights, CLASSES, RECIPE)
    apart = fit_linear(matrix, labels, weights, CLASSES, RECIPE, corpora=marks)
    word = to_matrix([make_example("sheetword", "sport", "")], vocabulary)

    assert plain.priors.shape == (0, 2)
    assert apart.priors[0, 1] > 0 > apart.priors[1, 1]
    assert np.ptp(apart.scores(word)) < np.ptp(plain.scores(word))


def test_shares_are_those_of_the_recipe() -> None:
    """In training a row is wholly of its corpus, in the worker it gets the recipe's share; others get nothing."""
    rows = [make_example("a word", "sport", origin) for origin in ("sheet", "wire", "elsewhere")]

    assert corpus_shares(rows, RECIPE, whole=True).tolist() == [[1, 0], [0, 1], [0, 0]]
    assert corpus_shares(rows, RECIPE, whole=False).tolist() == [[1, 0], [0, 0.5], [0, 0]]
    assert corpus_shares(rows, Recipe(), whole=True).shape == (3, 0)
