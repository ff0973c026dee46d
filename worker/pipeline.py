"""
The way of one item through intake: read the flow here.

`Pipeline.prepare_all` turns the bytes of messages into their items, each sent through the stages in their order. It never raises
on input: what can't be read, and a stage that fails, becomes a `Reject`. The desk (`worker.desk`) takes it from there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from worker.formats import decode
from worker.model import Draft, Raw
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

__all__ = ["Observe", "Pipeline", "Stage", "in_runs", "stages"]


class Stage(Protocol):
    """One step: reads what earlier steps wrote, writes the fields of the draft that it names in `writes`, and no others."""

    @property
    def name(self) -> str:
        """The stage's name in metrics, logs and dead letters."""

    @property
    def writes(self) -> tuple[str, ...]:
        """The fields of `Draft` that the stage sets."""

    def __call__(self, draft: Draft) -> None:
        """
        Do the step. Must not depend on anything but the draft and the rules that the stage was made with.

        A stage for which many items cost less than one by one also has `together(drafts)`, which does the same to each of them.
        """


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


Observe = Callable[[str, Callable[[], None], int], None]

_ITEMS: Final = 32  # messages in a run; more gain nothing
_BYTES: Final = 1 << 18  # of a run's messages at most, unless it is of one: what is made of them takes twenty times as much


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages, ready to run."""

    stages: tuple[Stage, ...]

    @classmethod
    def from_rules(cls, rules: Rules) -> "Pipeline":
        """Make the pipeline that `rules` describe."""
        return cls(stages(rules))

    def prepare(self, raw: Raw, observe: Observe | None = None) -> list[Draft | Reject]:
        """Read one message; as `prepare_all`."""
        [items] = self.prepare_all([raw], observe)
        return items

    def prepare_all(self, raws: Sequence[Raw | Reject], observe: Observe | None = None) -> list[list[Draft | Reject]]:
        """
        Read messages. They go through each stage together; what comes out does not depend on which do.

        Args:
            raws: a run of messages, as `in_runs` gives it; what was rejected before stays in its place.

            observe: called with `decode` and each stage's name, the step to run, and of how many items, by a shell that times them.

        Returns:
            For each message one entry for each item in it, in order; at least one.
        """
        watch = observe or _unobserved
        messages: list[list[Draft | Reject]] = []
        watch("decode", lambda: messages.extend(map(_read, raws)), len(raws))
        drafts = [item for items in messages for item in items if isinstance(item, Draft)]
        failed: dict[int, Reject] = {}
        for stage in self.stages:
            if drafts:
                watch(stage.name, partial(_do, stage, drafts, failed), len(drafts))
            if failed:
                drafts = [draft for draft in drafts if id(draft) not in failed]
        return [[failed.get(id(item), item) for item in items] for items in messages]


def _unobserved(_name: str, step: Callable[[], None], _items: int) -> None:
    step()


def _do(stage: Stage, drafts: Sequence[Draft], failed: dict[int, Reject]) -> None:
    """Do one stage to all drafts; a bug in it becomes a reject, under the draft's `id`."""
    together = getattr(stage, "together", None)
    if together is not None and len(drafts) > 1:
        try:
            together(drafts)
        except Exception as error:  # noqa: BLE001 - one of them is to blame: one by one shows which
            del error
        else:
            return
    for draft in drafts:
        try:
            stage(draft)
        except Exception as error:  # noqa: BLE001 - the one place where a bug in a stage becomes a dead letter
            problem = f"stage {stage.name} raised {type(error).__name__}"
            failed[id(draft)] = Reject(Reason.STAGE_FAILED, problem, stage.name)


def in_runs(raws: Iterable[Raw | Reject]) -> Iterator[list[Raw | Reject]]:
    """
    Part messages into runs to be read together.

    A stage takes half the time while its code and tables are in the processor's caches, where the stage before has left its own.
    """
    run: list[Raw | Reject] = []
    size = 0
    for raw in raws:
        run.append(raw)
        size += 0 if isinstance(raw, Reject) else len(raw.value)
        if len(run) >= _ITEMS or size >= _BYTES:
            yield run
            run, size = [], 0
    if run:
        yield run


def _read(raw: Raw | Reject) -> list[Draft | Reject]:
    """Decode one message."""
    if isinstance(raw, Reject):
        return [raw]
    try:
        items = decode(raw)
    except Exception as error:  # noqa: BLE001 - a bug in a decoder must cost one message, not the worker
        return [Reject(Reason.STAGE_FAILED, f"decoder raised {type(error).__name__}", "decode")]
    if isinstance(items, Reject):
        return [items]
    return [item if isinstance(item, Reject) else Draft(raw=raw, decoded=item, index=index) for index, item in enumerate(items)]
