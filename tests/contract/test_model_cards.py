"""The model cards speak of the models that are shipped."""

import hashlib
from pathlib import Path

from worker.rules.load import PACKAGED
from worker.stages.topics.model import TopicModel

DOCS = Path(__file__).parents[2] / "docs"


def test_the_card_of_the_regions_names_the_shipped_file() -> None:
    """Who trains the model anew writes the card anew: its digest is in it."""
    digest = hashlib.sha256((PACKAGED / "regions_model.json").read_bytes()).hexdigest()

    assert digest in (DOCS / "model-card-regions.md").read_text(encoding="utf-8")


def test_the_figures_of_the_topics_are_those_of_the_shipped_model() -> None:
    """The page of figures names the version that is in each record."""
    version = TopicModel.load(PACKAGED / "topics.npz").version

    assert version in (DOCS / "topics.md").read_text(encoding="utf-8")
