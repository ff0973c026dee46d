from collections.abc import Callable, Sequence
from typing import Final

import orjson
import pytest

import worker.pipeline
from worker.model import Draft, Raw
from worker.outcome import Reason, Reject
from worker.pipeline import Pipeline, in_runs, stages
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
    pipeline, seen = Pipeline.from_rules(Rules()), list[tuple[str, int]]()

    def observe(name: str, step: Callable[[], None], items: int) -> None:
        seen.append((name, items))
        step()

    [watched] = pipeline.prepare(ITEM, observe)
    [alone] = pipeline.prepare(ITEM)

    assert seen == [(name, 1) for name in ("decode", *(stage.name for stage in pipeline.stages))]
    assert isinstance(watched, Draft)
    assert isinstance(alone, Draft)
    assert (watched.uri, watched.text, watched.fingerprint) == (alone.uri, alone.text, alone.fingerprint)


def test_footers_come_before_all_that_reads_the_text() -> None:
    """What distributors add must not decide: it is taken off before datelines, tags and fingerprints are read."""
    names = [stage.name for stage in stages(Rules())]

    for later in ("plain", "dateline", "view", "language", "regions", "topics", "fingerprint"):
        assert names.index("footers") < names.index(later)


def test_messages_read_together_give_what_each_gives_alone() -> None:
    """What comes out does not depend on which messages are read in one run, and what was rejected before keeps its place."""
    pipeline = Pipeline.from_rules(Rules())
    raws = [Raw(value=orjson.dumps({"uri": f"urn:a:{n}", "headline": f"Harbour {n} closed in Perth"})) for n in range(3)]
    unread, rejected = Raw(value=b'{"uri":1'), Reject(Reason.TOO_LARGE, "too large", "intake")

    together = pipeline.prepare_all([raws[0], rejected, raws[1], unread, raws[2]])

    assert [_facts(items) for items in together if isinstance(items[0], Draft)] == [_facts(pipeline.prepare(r)) for r in raws]
    assert together[1] == [rejected]
    assert together[3] == pipeline.prepare(unread)


def _facts(items: list[Draft | Reject]) -> list[object]:
    return [(d.uri, d.headline, d.regions, d.topics, d.fingerprint) for d in items if isinstance(d, Draft)]


def test_stage_that_raises_leaves_the_others_of_its_run_alone() -> None:
    """Only the item that a stage fails on is rejected, and no later stage sees it."""

    class Picky(BadStage):
        def __call__(self, draft: Draft) -> None:
            if draft.uri == "urn:a:1":
                raise ZeroDivisionError

    good = stages(Rules())
    pipeline = Pipeline((*good[:4], Picky(), *good[4:]))
    other = Raw(value=orjson.dumps({"uri": "urn:a:2", "headline": "Harbour open"}))

    [[first], [second]] = pipeline.prepare_all([ITEM, other])

    assert isinstance(first, Reject)
    assert isinstance(second, Draft)
    assert second.fingerprint is not None


def test_item_that_spoils_what_is_done_together_is_the_only_one_rejected() -> None:
    """Where a stage fails on many items at once, each is done alone, and only the one that is to blame is rejected."""

    class Together(BadStage):
        def __call__(self, draft: Draft) -> None:
            if draft.uri == "urn:a:1":
                raise ZeroDivisionError

        def together(self, drafts: Sequence[Draft]) -> None:
            for draft in drafts:
                self(draft)

    pipeline = Pipeline((*stages(Rules())[:4], Together()))
    other = Raw(value=orjson.dumps({"uri": "urn:a:2", "headline": "Harbour open"}))

    [[first], [second], [third]] = pipeline.prepare_all([other, ITEM, other])

    assert second == Reject(Reason.STAGE_FAILED, "stage bad raised ZeroDivisionError", "bad")
    assert isinstance(first, Draft)
    assert isinstance(third, Draft)


def test_runs_are_bounded_in_messages_and_bytes() -> None:
    """A run ends after 32 messages or a quarter of a megabyte, or at a message that is as large alone, and keeps the order."""
    small, large = [Raw(value=b"%d" % n) for n in range(40)], Raw(value=b" " * 300_000)

    runs = list(in_runs([large, *small, large]))

    assert [len(run) for run in runs] == [1, 32, 9]
    assert [raw for run in runs for raw in run] == [large, *small, large]
