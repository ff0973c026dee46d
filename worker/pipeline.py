"""
The way of one item through intake: read the flow here.

`Pipeline.prepare` turns the bytes of one message into its items, each sent through the stages in their order. It never raises on
input: what can't be read, and a stage that fails, becomes a `Reject`. The desk (`worker.desk`) takes it from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from worker.formats import decode
from worker.model import Decoded, Draft, Raw
from worker.outcome import Reason, Reject
from worker.rules.load import Rules
from worker.stages.dateline import ReadDateline
from worker.stages.fingerprint import TakeFingerprint
from worker.stages.footers import StripFooters
from worker.stages.identity import Identify
from worker.stages.language import DetectLanguage
from worker.stages.plain import MakeView, PlainText
from worker.stages.regions import TagRegions
from worker.stages.status import ReadStatus
from worker.stages.topics import TagTopics

__all__ = ["Pipeline", "Stage", "stages"]


class Stage(Protocol):
    """One step: reads what earlier steps wrote, writes the fields of the draft that it names in `writes`, and no others."""

    @property
    def name(self) -> str:
        """The stage's name in metrics, logs and dead letters."""

    @property
    def writes(self) -> tuple[str, ...]:
        """The fields of `Draft` that the stage sets."""

    def __call__(self, draft: Draft) -> None:
        """Do the step. Must not depend on anything but the draft and the rules that the stage was made with."""


def stages(rules: Rules) -> tuple[Stage, ...]:
    """Make the stages in their order."""
    return (
        Identify(rules),
        ReadStatus(rules),
        StripFooters(rules),  # before all that reads the text: what distributors add must not decide
        PlainText(),
        ReadDateline(rules),  # before the view, which knows where the story starts
        MakeView(),  # one token pass, shared by all below
        DetectLanguage(rules),
        TagRegions(rules),
        TagTopics(rules),
        TakeFingerprint(rules),
    )


Observe = Callable[[str, Callable[[], None]], None]


def _decode(raw: Raw, observe: Observe | None) -> Sequence[Decoded | Reject] | Reject:
    if observe is None:
        return decode(raw)
    found: list[Sequence[Decoded | Reject] | Reject] = []
    observe("decode", lambda: found.append(decode(raw)))
    return found[0]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages, ready to run."""

    stages: tuple[Stage, ...]

    @classmethod
    def from_rules(cls, rules: Rules) -> "Pipeline":
        """Make the pipeline that `rules` describe."""
        return cls(stages(rules))

    def prepare(self, raw: Raw, observe: Observe | None = None) -> list[Draft | Reject]:
        """
        Read one message.

        Args:
            raw: the message.

            observe: called with `decode` and each stage's name, and the step to run, by a shell that times them.

        Returns:
            One entry for each item in the message, in order; at least one.
        """
        try:
            items = _decode(raw, observe)
        except Exception as error:  # noqa: BLE001 - a bug in a decoder must cost one message, not the worker
            return [Reject(Reason.STAGE_FAILED, f"decoder raised {type(error).__name__}", "decode")]
        if isinstance(items, Reject):
            return [items]
        return [
            item if isinstance(item, Reject) else self._run(Draft(raw=raw, decoded=item, index=index), observe)
            for index, item in enumerate(items)
        ]

    def _run(self, draft: Draft, observe: Observe | None) -> Draft | Reject:
        for stage in self.stages:
            try:
                if observe is None:
                    stage(draft)
                else:
                    observe(stage.name, lambda stage=stage: stage(draft))  # type: ignore[misc] # bound per stage
            except Exception as error:  # noqa: BLE001 - the one place where a bug in a stage becomes a dead letter
                return Reject(Reason.STAGE_FAILED, f"stage {stage.name} raised {type(error).__name__}", stage.name)
        return draft
