from collections.abc import Callable
from typing import Final

import orjson
import pytest

import worker.pipeline
from worker.model import Draft, Raw
from worker.outcome import Reason, Reject
from worker.pipeline import Pipeline, stages
from worker.rules.load import Rules

ITEM = Raw(
    value=orjson.dumps({"uri": "urn:a:1", "headline": "Harbour closed", "body_text": "The harbour of Lindesmouth is closed."})
)


class BadStage:
    """A stage with a bug."""

    name: Final = "bad"
    writes: Final[tuple[str, ...]] = ()

    def __call__(self, draft: Draft) -> None:
        raise ZeroDivisionError(draft.text)


def test_stage_that_raises_costs_its_item_only() -> None:
    """A bug in a stage becomes a reject that names stage and exception, never the words of the exception."""
    good = stages(Rules())
    pipeline = Pipeline((*good[:4], BadStage(), *good[4:]))

    [result] = pipeline.prepare(ITEM)

    assert result == Reject(Reason.STAGE_FAILED, "stage bad raised ZeroDivisionError", "bad")


def test_decoder_that_raises_costs_its_message_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in a decoder becomes a reject."""

    def decode(_raw: Raw) -> None:
        raise KeyError("Lindesmouth")

    monkeypatch.setattr(worker.pipeline, "decode", decode)

    [result] = Pipeline.from_rules(Rules()).prepare(ITEM)

    assert result == Reject(Reason.STAGE_FAILED, "decoder raised KeyError", "decode")


def test_observer_runs_every_step_in_its_order() -> None:
    """A shell that times steps is given all of them, and the result is the same as without it."""
    pipeline, seen = Pipeline.from_rules(Rules()), list[str]()

    def observe(name: str, step: Callable[[], None]) -> None:
        seen.append(name)
        step()

    [watched] = pipeline.prepare(ITEM, observe)
    [alone] = pipeline.prepare(ITEM)

    assert seen == ["decode", *(stage.name for stage in pipeline.stages)]
    assert isinstance(watched, Draft)
    assert isinstance(alone, Draft)
    assert (watched.uri, watched.text, watched.fingerprint) == (alone.uri, alone.text, alone.fingerprint)


def test_footers_come_before_all_that_reads_the_text() -> None:
    """What distributors add must not decide: it is taken off before datelines, tags and fingerprints are read."""
    names = [stage.name for stage in stages(Rules())]

    for later in ("plain", "dateline", "view", "language", "regions", "topics", "fingerprint"):
        assert names.index("footers") < names.index(later)
