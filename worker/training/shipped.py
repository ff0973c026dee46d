"""The recipe of the model that is shipped: which data, counted how."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import features
from worker.text import TextView
from worker.training.children import fit_children
from worker.training.examples import Example, held_out, split_levels
from worker.training.fit import Recipe, cross_scores, fit_level1
from worker.training.knowledge import concept_examples, word_examples
from worker.training.pack import fit_temperature, pack

__all__ = ["OPEN_CORPORA", "corpus_examples", "train_shipped"]

# The only corpora whose licence lets a model be shipped that was trained on them.
OPEN_CORPORA: Final = {"WCEP": "CC BY-SA 4.0", "HuffPost": "CC BY 4.0"}
# WCEP has no headlines, HuffPost has. A text without one is read with WCEP's priors. Other desks than HuffPost have headlines too:
# a text with one is given less than half of its priors.
_RECIPE: Final = Recipe(size=200_000, corpora=(("WCEP", 1.0), ("HuffPost", 0.4)))
_CONCEPT_WEIGHT: Final = 0.5
_WORD_WEIGHT: Final = 3.0


def corpus_examples(path: Path, topics: MediaTopics) -> Iterator[Example]:
    """Read the open corpora out of the evaluation set's file; WCEP is grouped by day, HuffPost by item."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["corpus"] in OPEN_CORPORA:
                level1, level2 = split_levels([*row["gold_l1"], *_list(row["gold_l2"])], topics)
                yield Example(
                    features=features(TextView(row["headline"] or "", row["text"])),
                    level1=level1,
                    level2=level2,
                    language="en",
                    group=f"WCEP{row['date']}" if row["corpus"] == "WCEP" else str(row["id"]),
                    origin=row["corpus"],
                    headed=bool(row["headline"]),
                )


def train_shipped(data: Path, words: Path, output: Path, *, hold_out: bool) -> str:
    """Train and write the shipped model, or the same without the held-out fifth. Returns its version."""
    topics = MediaTopics.load()
    examples = [
        example for example in corpus_examples(data / "dev.jsonl.gz", topics) if not (hold_out and held_out(example.group))
    ]
    examples += concept_examples(data / "mediatopics.json", topics, _CONCEPT_WEIGHT)
    examples += word_examples(words, topics, _WORD_WEIGHT)
    classes = sorted(code for code, concept in topics.concepts.items() if concept.level == 1)
    vocabulary, linear, settled = fit_level1(examples, classes, _RECIPE)
    # One part is enough to fit the temperature: the first, or the last where the hold-out took the first.
    scores, rows = cross_scores(settled, vocabulary, classes, _RECIPE, parts=10, used=[9 if hold_out else 0])
    right = np.array([classes.index(settled[row].level1[0]) for row in rows])
    temperature = fit_temperature(scores[rows], right)
    children = fit_children(settled, vocabulary, linear, _RECIPE)
    languages = sorted({example.language for example in settled} | {"pcm"})
    plain, headed = (linear.bias + share * priors for (_, share), priors in zip(_RECIPE.corpora, linear.priors, strict=True))
    return pack(output, vocabulary, replace(linear, bias=plain), children, languages, temperature, _RECIPE.child_size, headed)


def _list(value: str | list[str] | None) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else value
