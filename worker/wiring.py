"""
Put the parts together: the one place that builds the pipeline, the routes and the desk from rules and settings.

`Intake` turns a raw message into prepared values, `Counter` decides prepared values in their order. The live worker, replay and
the offline command all use these two, so that they can't differ.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from worker import __version__
from worker.desk.areas import area_name
from worker.desk.decide import Desk
from worker.desk.decision import Decision
from worker.desk.memory import DAY, Memory
from worker.desk.precedence import Precedence
from worker.desk.routes import Routes
from worker.desk.slip import Slip, read_prepared, write_prepared
from worker.model import Draft, Raw
from worker.names import Names
from worker.outcome import Outcome, Reject
from worker.pipeline import Observe, Pipeline, in_runs
from worker.records import prepared_record, published, slip_of
from worker.rules.load import PACKAGED, Rules

__all__ = ["Counter", "Intake", "PreparedItem", "Published", "rules_digest"]


@dataclass(frozen=True, slots=True)
class Published:
    """One record for one topic; a value of None removes what stands under the key."""

    topic: str
    key: bytes
    value: bytes | None


class PreparedItem(NamedTuple):
    """
    An item as it goes to the desk: its slip and the prepared topic's value.

    The rest is for counting: kind and rule of each span that was taken out, the area of its first country, its topics of level 1.
    """

    slip: Slip
    value: bytes
    removed: tuple[tuple[str, str], ...]
    area: str
    subjects: tuple[str, ...]


class Intake:
    """Raw messages to prepared values."""

    def __init__(self, rules: Rules) -> None:
        """Load the rules and models. Raises `RuleError` if they can't be used."""
        self.pipeline = Pipeline.from_rules(rules)
        self.routes = Routes.from_rules(rules)
        models = {s.name: v for s in self.pipeline.stages if isinstance(v := getattr(s, "version", None), str)}
        self.versions = {"code": __version__, "rules": rules_digest(rules), **models}

    def prepare(
        self, raw: Raw, observe: Observe | None = None, *, replayed: bool = False, as_new: bool = False
    ) -> list[PreparedItem | Reject]:
        """Give each item in the message as it goes to the desk, or why it was rejected; `replayed` marks a backfill."""
        return next(self.prepare_all([raw], observe, replayed=replayed, as_new=as_new))

    def prepare_all(
        self, raws: Iterable[Raw | Reject], observe: Observe | None = None, *, replayed: bool = False, as_new: bool = False
    ) -> Iterator[list[PreparedItem | Reject]]:
        """Give for each message what `prepare` gives, at half the cost; what was rejected before stays in its place."""
        for run in in_runs(raws):
            yield from [
                [d if isinstance(d, Reject) else self.write(d, replayed=replayed, as_new=as_new) for d in items]
                for items in self.pipeline.prepare_all(run, observe)
            ]

    def write(self, draft: Draft, *, replayed: bool = False, as_new: bool = False) -> PreparedItem:
        """Write what went through all stages as it goes to the desk."""
        slip = slip_of(draft, self.routes, replayed=replayed, as_new=as_new)
        value = write_prepared(slip, prepared_record(draft, self.versions))
        removed = tuple([(span.kind, span.rule) for span in draft.removed])
        area = area_name(draft.regions[0].m49) if draft.regions else ""
        return PreparedItem(slip, value, removed, area, tuple([topic.name for topic in draft.topics if topic.level == 1]))


class Counter:
    """Prepared values to published records, through one partition's desk."""

    def __init__(
        self,
        rules: Rules,
        *,
        names: Names | None = None,
        fingerprint_window: int = 7 * DAY,
        identity_window: int = 30 * DAY,
        precedence: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        """Start with an empty memory; `memory.load` fills it."""
        self.names = names or Names()
        routes = Routes.from_rules(rules)
        self.topic_of = {name: self.names.route(name) for name in routes.names}
        self.memory = Memory(fingerprint_window, identity_window)
        self.desk = Desk(
            self.memory,
            relations_of=routes.relations_of,
            all_routes=routes.names,
            precedence=Precedence(precedence),
        )

    def serve(self, value: bytes, sequence: int) -> tuple[Decision, bytes, list[Published]]:
        """
        Decide the prepared value at offset `sequence`.

        Returns:
            The decision, the published record's bytes, and what goes to which topic.

        Raises:
            SlipError: the value is no prepared item.
        """
        slip, record = read_prepared(value)
        decision = self.desk.decide(slip, sequence)
        self.memory.next_offset = sequence + 1
        line = published(decision, record, self.topic_of)
        if decision.silent:
            return decision, line, []
        key = slip.uri.encode("utf-8", "surrogatepass")
        outputs = [Published(self.names.held, uri.encode("utf-8", "surrogatepass"), None) for uri in decision.release]
        if decision.outcome is Outcome.HELD:
            # What is held is the prepared item itself, so that its release is decided like any other.
            outputs.append(Published(self.names.held, key, value))
        else:
            outputs.append(Published(self.names.of_outcome(decision.outcome), key, line))
        outputs += [Published(self.topic_of[name], key, line) for name in decision.routes if name in self.topic_of]
        return decision, line, outputs


def rules_digest(rules: Rules) -> str:
    """Give the first 12 hexadecimal digits of a digest over all rule files, the operator's included."""
    digest = hashlib.sha256()
    for folder in (PACKAGED, rules.overlay):
        if folder is not None:
            for path in sorted(Path(folder).rglob("*.toml")):
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
