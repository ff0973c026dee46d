"""Figures beside goals and floors."""

import json
from pathlib import Path

import pytest

from bench import quality
from bench.quality import Figure, Goal, figures, update

F1 = Goal("dedupe/f1", 0.95)
LOST = Goal("footers/docs_losing_body", 0, most=True)


def test_figures_are_found_by_their_path() -> None:
    """What was scored stands beside its goal; what was not is left out."""
    reached = {"dedupe": {"f1": 0.97}, "formats": {"fields": {"uri": 1.0}, "formats": {"nitf": 0.8}}}

    found = {one.goal.path: (one.value, one.met) for one in figures(reached)}

    assert found == {"dedupe/f1": (0.97, True), "formats/fields/uri": (1.0, True), "formats/formats/nitf": (0.8, False)}


@pytest.mark.parametrize(
    ("figure", "floor", "below"),
    [
        (Figure(F1, 0.96), 0.97, True),
        (Figure(F1, 0.97), 0.97, False),
        (Figure(F1, 0.96996), 0.97, False),
        (Figure(F1, 0.5), None, False),
        (Figure(LOST, 1), 0, True),
        (Figure(LOST, 0), 0, False),
    ],
    ids=["lower", "same", "same when rounded", "no floor", "more is worse", "as few"],
)
def test_a_floor_is_held(figure: Figure, floor: float | None, below: bool) -> None:
    """A figure that is worse than its floor is seen, whichever way is worse."""
    assert figure.below(floor) is below


def test_floors_are_not_lowered_by_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lower floor is refused and nothing written, unless it is allowed in so many words."""
    monkeypatch.setattr(quality, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    low = Figure(F1, 0.9)

    assert update([low], {F1.path: 0.95}, [low], allowed=False) == 1
    assert not quality.FLOORS.exists()

    assert update([low], {F1.path: 0.95}, [low], allowed=True) == 0
    assert json.loads(quality.FLOORS.read_text()) == {F1.path: 0.9}


def test_floors_of_what_was_not_scored_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scoring one task leaves the floors of the others."""
    monkeypatch.setattr(quality, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setattr(quality, "ROOT", tmp_path)

    update([Figure(F1, 0.98)], {F1.path: 0.95, "topic/x": 0.8}, [], allowed=False)

    assert json.loads(quality.FLOORS.read_text()) == {F1.path: 0.98, "topic/x": 0.8}
