"""Which bias the topic model reads a text with."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from worker.model import Decoded, Draft, Raw
from worker.rules.load import PACKAGED, Rules
from worker.stages.topics import TagTopics
from worker.stages.topics.features import features
from worker.stages.topics.model import TopicModel
from worker.text import TextView


def arrays() -> dict[str, Any]:
    """Read the fields of the shipped model."""
    with np.load(PACKAGED / "topics.npz") as file:
        return {name: file[name] for name in file.files}


def test_a_headline_chooses_the_bias(tmp_path: Path) -> None:
    """Texts with and without a headline get a bias each."""
    made = arrays()
    np.savez(tmp_path / "two.npz", **(made | {"headed_bias": made["bias"] + 100}))
    model = TopicModel.load(tmp_path / "two.npz")
    text = features(TextView("", "The committee met."))

    assert model.score(text, headed=True).level1 == [score + 100 for score in model.score(text).level1]


def test_a_model_with_one_bias_gives_it_to_all_texts(tmp_path: Path) -> None:
    """Models trained on an archive of one's own have no second bias."""
    made = arrays()
    del made["headed_bias"]
    np.savez(tmp_path / "one.npz", **made)
    model = TopicModel.load(tmp_path / "one.npz")
    text = features(TextView("", "The committee met."))

    assert model.score(text, headed=True).level1 == model.score(text).level1


@pytest.mark.parametrize(("headline", "code"), [("", "medtop:15000000"), ("Committee meets", "medtop:12000000")])
def test_the_stage_tells_whether_there_is_a_headline(tmp_path: Path, headline: str, code: str) -> None:
    """An item with a headline is read with the bias for it, any other with the plain one."""
    made = arrays()
    for name, chosen in (("bias", "medtop:15000000"), ("headed_bias", "medtop:12000000")):
        made[name] = np.where(made["codes"] == chosen, 30_000, 0)
    np.savez(tmp_path / "two.npz", **made)
    (tmp_path / "topics.toml").write_text('[model]\nfile = "two.npz"\n', encoding="utf-8")
    view = TextView(headline, "The committee met.")
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="ninjs", item={}), view=view, language="en")

    TagTopics(Rules(tmp_path))(draft)

    assert draft.topics[0].code == code
