"""Try proposed rules on the feed: what they would take out that today's rules leave."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from worker.model import Body, Decoded, Draft, Raw, Removed
from worker.rules.load import RuleFile, Rules
from worker.stages.footers import StripFooters
from worker.suggest.mine import Seen
from worker.suggest.propose import Proposal

__all__ = ["Taken", "Trial", "settle", "try_out", "without_idle"]

_STORY: Final = (
    "The harbour council of Lune met on Monday and agreed, after a long debate, to build a new pier for the ferries.\n\n"
    "Fishermen had asked for a longer quay, and they will now have to wait until the spring."
)
_HEAVIER: Final = 60
_IDLE: Final = "stays in most items, because of what stands around it"
# A footer that is more than a third of the text, or longer than any seen, is looked at twice.
_SHARE: Final = 3
_LONG: Final = 2500


@dataclass(frozen=True, slots=True)
class _With(Rules):
    """The rules and the proposed ones."""

    proposed: str = ""

    def files(self, kind: str) -> tuple[RuleFile, ...]:
        """All files of a kind; the proposed rules come last."""
        found = Rules(self.overlay).files(kind)
        return (*found, RuleFile(Path("proposed.toml"), tomllib.loads(self.proposed))) if kind == "footers" else found


class Taken(NamedTuple):
    """What would be taken out of one item beyond the lines that the rules are for: where it stood, which text, and why it is told."""

    source: str
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """
    What the rules would do.

    `items` and `characters` by rule; `missed` by rule: where items stand whose line stays, because of what stands below it; `changed` items and
    `total` characters in all; `beyond` what else would go.
    """

    items: dict[str, int]
    characters: dict[str, int]
    missed: dict[str, tuple[str, ...]]
    changed: int
    total: int
    beyond: tuple[Taken, ...]


def settle(proposals: Iterable[Proposal], rules: Rules) -> tuple[list[Proposal], list[Proposal]]:
    """Give the proposals whose examples work, heavier where they must be, and those whose examples do not."""
    good: list[Proposal] = []
    open_ones = list(proposals)
    for weight in (None, _HEAVIER):
        trial = [replace(one, weight=weight or one.weight, doubt="") for one in open_ones]
        stage = _stage(trial, rules)
        passed = {one.id for one in trial if all(_goes(stage, text, head=one.line.head) for text in one.examples)}
        good += [replace(one, weight=weight or one.weight) for one in open_ones if one.id in passed]
        open_ones = [one for one in open_ones if one.id not in passed]
        if not open_ones:
            break
    return good, open_ones


def try_out(proposals: Sequence[Proposal], items: Sequence[Seen], rules: Rules) -> Trial:
    """Strip all items with the proposals that are not in doubt, and compare with today's rules."""
    used = [one for one in proposals if not one.doubt]
    names = {one.id for one in used}
    stage = _stage(used, rules)
    touched: dict[str, set[int]] = {name: set() for name in names}
    characters = dict.fromkeys(names, 0)
    beyond: list[Taken] = []
    changed = total = 0
    for number, seen in enumerate(items):
        draft = Draft(raw=seen.draft.raw, decoded=seen.draft.decoded, provider=seen.draft.provider)
        stage(draft)
        if draft.removed == seen.draft.removed:
            continue
        gone = 0
        for span in draft.removed:
            fresh = _fresh(span, seen.draft.removed)
            gone += len(fresh)
            if span.rule in names:
                touched[span.rule].add(number)
                characters[span.rule] += len(fresh)
            elif fresh.strip():
                beyond.append(Taken(seen.source, fresh.strip(), f"goes along, by {span.rule}"))
        changed, total = changed + 1, total + gone
        size = len(draft.decoded.body.value) if draft.decoded.body is not None else 0
        if gone > _LONG or _SHARE * gone > size:
            beyond.append(Taken(seen.source, f"{gone:,} of {size:,} characters", "much of the text"))
    return Trial(
        items={name: len(numbers) for name, numbers in touched.items()},
        characters=characters,
        missed={one.id: tuple(items[number].source for number in sorted(one.line.items - touched[one.id])) for one in used},
        changed=changed,
        total=total,
        beyond=tuple(beyond),
    )


def without_idle(proposals: Sequence[Proposal], trial: Trial) -> list[Proposal]:
    """Switch off the proposals whose line stays in most of the items that have it."""
    return [
        replace(one, doubt=_IDLE) if not one.doubt and 2 * len(trial.missed[one.id]) > len(one.line.items) else one
        for one in proposals
    ]


def _stage(proposals: Iterable[Proposal], rules: Rules) -> StripFooters:
    return StripFooters(_With(rules.overlay, proposed="\n".join(one.toml() for one in proposals)))


def _goes(stage: StripFooters, text: str, *, head: bool) -> bool:
    """Whether a line goes as a whole, and nothing else."""
    whole = f"{text}\n\n{_STORY}" if head else f"{_STORY}\n\n{text}"
    draft = Draft(
        raw=Raw(value=b""), decoded=Decoded(format="text", body=Body(field="body_text", content_type="text/plain", value=whole))
    )
    stage(draft)
    return draft.body is not None and draft.body.value.strip() == _STORY


def _fresh(span: Removed, before: Iterable[Removed]) -> str:
    """Give the part of a span that was not taken out before; earlier spans lie side by side."""
    kept, at = [], span.start
    for old in before:
        if old.field == span.field and old.end > at and old.start < span.end:
            kept.append(span.text[at - span.start : max(at, old.start) - span.start])
            at = max(at, old.end)
    if at < span.end:
        kept.append(span.text[at - span.start :])
    return "".join(kept)
