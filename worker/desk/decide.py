"""
Decide what an item is to those before it: read the order of the rules here.

`Desk.decide` is a function of the prepared items in their order and of nothing else. What it returns says what is published and
where; what it remembers is in `Desk.memory`, to be committed or rolled back by the caller.
"""

from dataclasses import replace
from typing import Final

from worker.desk.cancel import cancels, family_of, killed
from worker.desk.decision import Decision, Story
from worker.desk.embargo import waits
from worker.desk.entry import KEEP, Entry, Seen, Version
from worker.desk.memory import Memory
from worker.desk.precedence import Precedence
from worker.desk.prints import RECIPE
from worker.desk.slip import Slip
from worker.desk.versions import compare_versions
from worker.outcome import OUTCOME_OF, Outcome, Relation

__all__ = ["Desk"]

_FAR: Final = 7 * 86_400_000  # an item's own time further from the clock than this is a bad date, not news
_AHEAD: Final = 86_400_000  # further ahead of its arrival than any time zone explains
_AUDIT: Final = frozenset({Relation.STALE, Relation.REDELIVERY})


class Desk:
    """
    One owner's desk.

    Args:
        memory: what is remembered; the desk is its only writer.

        relations_of: for each route that is limited to some relations, which.

        all_routes: every route there is, for a kill whose item is forgotten.

        precedence: which providers' copies are worth more.
    """

    def __init__(
        self,
        memory: Memory,
        *,
        relations_of: dict[str, frozenset[Relation]] | None = None,
        all_routes: tuple[str, ...] = (),
        precedence: Precedence | None = None,
    ) -> None:
        """Start with `memory` as it is."""
        self.memory = memory
        self._relations_of = relations_of or {}
        self._all_routes = all_routes
        self._precedence = precedence or Precedence(())

    def decide(self, slip: Slip, sequence: int) -> Decision:
        """
        Decide one prepared item and remember it.

        Args:
            slip: the prepared item, or a command.

            sequence: its offset in the prepared topic.
        """
        memory = self.memory
        own = self._own_time(slip)
        if slip.kind == "item" and not slip.replayed:
            memory.admit(own)
        time = own if slip.replayed or abs(own - memory.clock.now) <= _FAR else memory.clock.now
        known = memory.get(slip.uri)

        if slip.kind != "item":
            return self._command(slip, sequence, known, time)
        if "test" in slip.signals:
            return self._rejected(slip, sequence, Relation.TEST, known)
        if cancels(slip, known):
            return self._cancel(slip, sequence, known, time)
        if slip.status == "withheld":
            return self._rejected(slip, sequence, Relation.WITHHELD, known)
        if "advisory" in slip.signals:
            return self._rejected(slip, sequence, Relation.ADVISORY, known)
        if slip.replayed and known is None and not slip.as_new and time < memory.clock.now - memory.identity_window:
            # Nobody can know what went out before: published again it might overwrite what is newer.
            return _decision(slip, sequence, Story(id=slip.uri, relation=Relation.STALE, method="forgotten"))
        if slip.embargo is not None and waits(slip, time):
            return self._hold(slip, sequence, known, time)
        return self._news(slip, sequence, known, time)

    @staticmethod
    def _own_time(slip: Slip) -> int:
        """Give the item's own time, or its arrival's where that is missing or lies ahead of it."""
        arrival = slip.origin.timestamp
        return arrival if not slip.time or (arrival > 0 and slip.time > arrival + _AHEAD) else slip.time

    # --- an item that says something -------------------------------------------------------------------------------

    def _news(self, slip: Slip, sequence: int, known: Entry | None, time: int, *, release: tuple[str, ...] = ()) -> Decision:
        story = None
        if known is not None and known.state == Seen.KILLED:
            story = Story(id=known.story, relation=Relation.STALE, of=known.uri, method="killed")
            return _decision(slip, sequence, story, release=release)
        if known is not None and known.newest is not None:
            story = self._version(slip, known, known.newest, time)
            if story.relation in _AUDIT:
                return _decision(slip, sequence, story, release=release)
        again = story is not None and story.method == "replayed"
        if not again and (known is None or known.state != Seen.KEPT):
            story = self._compare(slip, time) or story
        if story is None:
            relation = _declared(slip)
            method = "" if relation is Relation.NEW else "declared"
            story = Story(id=known.story if known else slip.uri, relation=relation, method=method)
        return self._keep(slip, sequence, known, time, story, release=release)

    def _version(self, slip: Slip, known: Entry, newest: Version, time: int) -> Story:
        """Say how an item whose uri is known stands to its last version."""
        order = compare_versions(newest.version, newest.time, slip.version, time)
        same = slip.exact == newest.exact and slip.headline == known.headline
        if order < 0:
            return Story(id=known.story, relation=Relation.STALE, of=known.uri, method="version")
        if order == 0 and slip.replayed:
            return Story(id=known.story, relation=Relation(known.relation), of=known.of, method="replayed")
        if same and (order == 0 or not (slip.version or newest.version)):
            return Story(id=known.story, relation=Relation.REDELIVERY, of=known.uri, method="version", similarity=1000)
        relation = Relation.CORRECTION if "correction" in slip.signals else Relation.UPDATE
        return Story(id=known.story, relation=relation, of=known.uri, method="version" if order else "content")

    def _compare(self, slip: Slip, time: int) -> Story | None:
        """Say how a text under a new uri stands to the nearest text that was kept."""
        # A print of another recipe can't be compared: prepared by an intake that is not upgraded yet.
        found = self.memory.alike(slip.exact, slip.print, time) if slip.recipe in {RECIPE, 0} else None
        if found is None:
            return None
        entry, match = found
        verdict = match.verdict
        relation, method = verdict.relation, verdict.method
        if relation is Relation.DUPLICATE and self._precedence.better(slip.provider, entry.provider):
            relation, method = Relation.UPDATE, "precedence"
        apart = (
            ("carrier", entry.provider, slip.provider),
            ("rights", entry.holder, slip.holder),
            ("headline", entry.headline, slip.headline),
        )
        differs = [f"{kind}: {its}" if its else kind for kind, its, own in apart if its != own]
        return Story(
            id=entry.story,
            relation=relation,
            of=entry.uri,
            method=method,
            similarity=verdict.similarity,
            differs=(*differs, *verdict.differs),
        )

    def _keep(
        self, slip: Slip, sequence: int, known: Entry | None, time: int, story: Story, *, release: tuple[str, ...]
    ) -> Decision:
        kept = story.relation is not Relation.DUPLICATE
        routes = self._routes(slip, story, known) if kept else ()
        versions = known.versions if known is not None else ()
        if story.method == "replayed":
            versions = versions[:-1]  # the same version under today's rules takes its place
        self.memory.put(
            Entry(
                uri=slip.uri,
                story=story.id,
                state=Seen.KEPT if kept else Seen.DUPLICATE,
                relation=story.relation,
                of=story.of if story.of != slip.uri else (known.of if known else None),
                provider=slip.provider,
                holder=slip.holder,
                headline=slip.headline,
                sequence=sequence,
                at=time if slip.replayed else self.memory.clock.now,
                time=time,
                routes=routes if kept else (known.routes if known else ()),
                versions=(*versions, Version(slip.version, slip.exact, slip.print, sequence, time, slip.recipe))[-KEEP:],
                held=None if release or known is None else known.held,
                until=None if release or known is None else known.until,
            )
        )
        return _decision(slip, sequence, story, routes=routes, release=release)

    def _routes(self, slip: Slip, story: Story, known: Entry | None) -> tuple[str, ...]:
        """Give the routes of its own tags, and every route that what it follows ever went to."""
        own = [name for name in slip.routes if story.relation in self._relations_of.get(name, (story.relation,))]
        before = list(known.routes) if known else []
        if story.of is not None and story.of != slip.uri:
            followed = self.memory.get(story.of)
            before += followed.routes if followed else ()
        return tuple(sorted({*own, *before}))

    # --- what takes back, what is not news, what must wait ---------------------------------------------------------

    def _cancel(self, slip: Slip, sequence: int, known: Entry | None, time: int, *, by_operator: bool = False) -> Decision:
        now = self.memory.clock.now
        if known is None:
            # Remembered all the same: its item may come late. It goes everywhere, for nobody knows where the item went.
            self.memory.put(
                Entry(
                    uri=slip.uri, story=slip.uri, state=Seen.KILLED, provider=slip.provider, relation=Relation.CANCELLATION,
                    sequence=sequence, at=now, time=time, routes=self._all_routes,
                )
            )  # fmt: skip
            story = Story(id=slip.uri, relation=Relation.CANCELLATION, method="forgotten", cancels=(slip.uri,))
            return _decision(slip, sequence, story, routes=self._all_routes)
        family = family_of(self.memory, known, by_operator=by_operator)
        cancelled = {e.uri: e for e in (known, *family.members)}
        routes = tuple(sorted({route for e in cancelled.values() for route in e.routes}))
        for entry in cancelled.values():
            self.memory.put(killed(entry, sequence, now))
        story = Story(
            id=known.story,
            relation=Relation.CANCELLATION,
            of=family.target.uri,
            method="operator" if by_operator else "kill",
            cancels=tuple(sorted(cancelled)),
            carriers=family.carriers,
        )
        release = tuple(sorted(e.uri for e in cancelled.values() if e.held is not None))
        return _decision(slip, sequence, story, routes=routes, release=release)

    @staticmethod
    def _rejected(slip: Slip, sequence: int, relation: Relation, known: Entry | None, method: str = "") -> Decision:
        story = Story(id=known.story if known else slip.uri, relation=relation, of=known.uri if known else None, method=method)
        return _decision(slip, sequence, story)

    def _hold(self, slip: Slip, sequence: int, known: Entry | None, time: int) -> Decision:
        """Keep an embargoed item back. It is not compared, so a free copy of it is never suppressed."""
        published = known is not None and known.state != Seen.HELD
        if known is not None and known.state == Seen.KILLED:
            story = Story(id=known.story, relation=Relation.STALE, of=known.uri, method="killed")
            return _decision(slip, sequence, story)
        if known is not None and known.newest is not None:
            story = self._version(slip, known, known.newest, time)
            if story.relation in _AUDIT:
                return _decision(slip, sequence, story)
        base = known or Entry(
            uri=slip.uri, story=slip.uri, state=Seen.HELD, provider=slip.provider, holder=slip.holder,
            sequence=sequence, at=0, time=time, headline=slip.headline,
        )  # fmt: skip
        until = slip.embargo.until if slip.embargo else None
        self.memory.put(replace(base, sequence=sequence, at=self.memory.clock.now, held=sequence, until=until))
        relation = _declared(slip)
        if published and relation is Relation.NEW:
            relation = Relation.UPDATE
        story = Story(id=base.story, relation=relation, of=base.uri if published else None, method="embargo")
        return _decision(slip, sequence, story, outcome=Outcome.HELD)

    def _command(self, slip: Slip, sequence: int, known: Entry | None, time: int) -> Decision:
        """Carry out a command that was appended to the prepared topic. One that finds nothing to do changes nothing."""
        if slip.kind == "release" and known is not None and known.held is not None and slip.target in {known.held, None}:
            return self._news(slip, sequence, known, time, release=(slip.uri,))
        if slip.kind == "kill" and (known is None or known.state != Seen.KILLED):
            return self._cancel(slip, sequence, known, time, by_operator=True)
        if slip.kind == "not-a-duplicate" and known is not None and known.state == Seen.DUPLICATE:
            story = Story(id=slip.uri, relation=Relation.NEW, method="operator")
            return self._keep(slip, sequence, replace(known, versions=known.versions[:-1]), time, story, release=())
        if slip.kind == "forget" and known is not None:
            self.memory.forget(slip.uri)
            release = (slip.uri,) if known.held is not None else ()
            story = Story(id=known.story, relation=Relation.ADVISORY, of=known.uri, method="forgotten")
            return _decision(slip, sequence, story, release=release)
        story = Story(id=known.story if known else slip.uri, relation=Relation.STALE, of=slip.uri, method=slip.kind)
        return _decision(slip, sequence, story, silent=True)


def _decision(
    slip: Slip,
    sequence: int,
    story: Story,
    *,
    routes: tuple[str, ...] = (),
    outcome: Outcome | None = None,
    release: tuple[str, ...] = (),
    silent: bool = False,
) -> Decision:
    return Decision(
        slip=slip,
        sequence=sequence,
        story=story,
        outcome=outcome or OUTCOME_OF[story.relation],
        routes=routes,
        release=release,
        silent=silent,
    )


def _declared(slip: Slip) -> Relation:
    """Take the item's own word where nothing that it follows is known: a correction of what never came is one all the same."""
    if "correction" in slip.signals:
        return Relation.CORRECTION
    return Relation.UPDATE if "update" in slip.signals else Relation.NEW
