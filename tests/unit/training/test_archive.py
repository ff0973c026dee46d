"""Training on an archive: what is written, what is measured, and what is refused."""

import json
from pathlib import Path

import pytest

from worker.rules.load import PACKAGED, Rules
from worker.stages.topics import TagTopics
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.model import TopicModel
from worker.training.archive import ArchiveError, train_archive
from worker.training.examples import Example, ExampleError, held_out, read_examples
from worker.training.measure import Judged, calibration_error, f1_by_class, share_right

SUBJECTS = {
    "medtop:15000000": ["goal", "striker", "match", "league", "coach"],
    "medtop:04000000": ["profit", "shares", "bank", "dividend", "takeover"],
    "medtop:20000574": ["voters", "ballot", "candidate", "poll", "runoff"],
    "medtop:20000638": ["embassy", "treaty", "summit", "envoy", "sanctions"],
}


def write(path: Path, count: int = 200) -> Path:
    """Write labelled items of made-up words."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            code = list(SUBJECTS)[number % len(SUBJECTS)]
            words = SUBJECTS[code]
            text = f"{words[number % 5]} said {words[(number + 2) % 5]} on day {number} the {words[(number + 3) % 5]}"
            file.write(json.dumps({"headline": words[number % 5], "text": text, "topics": [code], "language": "en-GB"}) + "\n")
    return path


def examples(tmp_path: Path) -> list[Example]:
    """Read them back."""
    return list(read_examples(write(tmp_path / "labelled.jsonl"), MediaTopics.load()))


def test_an_archive_makes_a_model_that_the_worker_loads(tmp_path: Path) -> None:
    """The written model knows the topics, their level 2, and the language of the archive."""
    report = train_archive(examples(tmp_path), tmp_path / "own.npz", PACKAGED / "topics.npz")
    (tmp_path / "topics.toml").write_text('[model]\nfile = "own.npz"\n', encoding="utf-8")
    model = TopicModel.load(tmp_path / "own.npz")

    assert model.codes == ("medtop:04000000", "medtop:11000000", "medtop:15000000")
    assert model.children(1) == ("medtop:20000574", "medtop:20000638")
    assert model.languages == {"en"}
    assert report.held.right > 0.95
    assert report.crossed.right > 0.95
    assert report.shipped.items == report.held.items > 0
    assert TagTopics(Rules(tmp_path)).version == report.version


def test_the_same_archive_makes_the_same_bytes(tmp_path: Path) -> None:
    """Training has no chance in it."""
    for name in ("a.npz", "b.npz"):
        train_archive(examples(tmp_path), tmp_path / name, PACKAGED / "topics.npz")

    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_one_topic_is_no_archive(tmp_path: Path) -> None:
    """With a single topic there is nothing to tell apart."""
    single = [example for example in examples(tmp_path) if example.level1 == ("medtop:15000000",)]

    with pytest.raises(ArchiveError, match="at least two"):
        train_archive(single, tmp_path / "own.npz", PACKAGED / "topics.npz")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('{"topics": ["medtop:15000000"]}', "neither headline nor text"),
        ('{"text": "a", "topics": ["sport"]}', "no topic"),
        ('{"text": "a"}', "no topic"),
        ("{", "line 1"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, word: str) -> None:
    """The message has the file, the line and what is wrong."""
    (tmp_path / "bad.jsonl").write_text(line + "\n", encoding="utf-8")

    with pytest.raises(ExampleError, match=word):
        list(read_examples(tmp_path / "bad.jsonl", MediaTopics.load()))


def test_a_group_is_in_one_part_always() -> None:
    """A name falls into exactly one of the parts, and parts are about alike."""
    parts = [[part for part in range(5) if held_out(f"2020-{number}", part)] for number in range(500)]

    assert all(len(found) == 1 for found in parts)
    assert 60 < sum(found == [0] for found in parts) < 140


def test_figures_count_as_the_scorer_does() -> None:
    """Items with several right codes count for calibration only."""
    judged = [Judged(("a",), "a", 950), Judged(("a",), "b", 450), Judged(("b",), "b", 950), Judged(("a", "b"), "b", 950)]

    assert share_right(judged) == pytest.approx(2 / 3)
    assert f1_by_class(judged) == {"a": pytest.approx(2 / 3), "b": pytest.approx(2 / 3)}
    assert calibration_error(judged) == pytest.approx((3 * 0.05 + 0.45) / 4)
