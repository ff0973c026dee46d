"""
Decide what an item is to those before it: read the order of the rules here.

`Desk.decide` is a function of the prepared items in their order and of nothing else. What it returns says what is published and
where; what it remembers is in `Desk.memory`, to be committed or rolled back by the caller.
"""

from dataclasses import dataclass, replace
from typing import Final

from worker.desk.entry import KEEP, Entry, Seen, Version
from worker.desk.memory import Memory
from worker.desk.precedence import Precedence
from worker.desk.slip import Slip
from worker.desk.versions import compare_versions
from worker.outcome import OUTCOME_OF, Outcome, Relation

__all__ = ["Decision", "Desk", "Story"]

_FAR: Final = 7 * 86_400_000  # an item's own time further from the clock than this is a bad date, not news


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    How an item stands to its story.

    `id` is the uri of the story's first item; `of` the item that this one duplicates or follows; `similarity` is per mille;
    `differs` says in short words what sets a duplicate apart; `carriers` who else carries a story that was cancelled.
    """

    id: str
    relation: Relation
    of: str | None = None
    method: str = ""
    similarity: int = 0
    differs: tuple[str, ...] = ()
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    What becomes of one prepared item.

    `routes` are the names of the routes that it goes to. `release` names the held items whose records in the held topic are to be
    removed, because they were released or cancelled. `silent` marks a command that found nothing to do: nothing is published.
    """

    slip: Slip
    sequence: int
    story: Story
    outcome: Outcome
    routes: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    silent: bool = False


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
            slip: the prepared item.

            sequence: its offset in the prepared topic.
        """
        if slip.kind != "item":
            return self._command(slip, sequence)
        memory = self.memory
        time = self._time(slip)
        if not slip.replayed:
            memory.admit(time)
        known = memory.get(slip.uri)

        if "test" in slip.signals:
            return self._rejected(slip, sequence, Relation.TEST, known)
        if _cancels(slip, known):
            return self._cancel(slip, sequence, known, time)
        if slip.status == "withheld":
            return self._rejected(slip, sequence, Relation.WITHHELD, known)
        if "advisory" in slip.signals:
            return self._rejected(slip, sequence, Relation.ADVISORY, known)
        if slip.embargo is not None and (slip.embargo.until is None or slip.embargo.until > max(time, slip.origin.timestamp)):
            return self._hold(slip, sequence, known, time)
        return self._news(slip, sequence, known, time)

    def _time(self, slip: Slip) -> int:
        """The item's own time, or the clock's where that is missing or can't be true."""
        now = self.memory.clock.now
        if slip.replayed or not now:
            return slip.time or slip.origin.timestamp
        return slip.time if abs(slip.time - now) <= _FAR else now

    # --- an item that says something -------------------------------------------------------------------------------

    def _news(self, slip: Slip, sequence: int, known: Entry | None, time: int, *, release: tuple[str, ...] = ()) -> Decision:
        story = None
        if known is not None and known.state == Seen.KILLED:
            story = Story(id=known.story, relation=Relation.STALE, of=known.uri, method="killed", similarity=0)
            return self._decision(slip, sequence, story, release=release)
        if known is not None and known.state != Seen.HELD and known.newest is not None:
            story = self._version(slip, known, known.newest, time)
            if story.relation in {Relation.STALE, Relation.REDELIVERY}:
                return self._decision(slip, sequence, story, release=release)
        if known is None or known.state != Seen.KEPT:
            story = self._compare(slip, time, known) or story
        if story is None:
            story = Story(id=known.story if known else slip.uri, relation=Relation.NEW)
        return self._keep(slip, sequence, known, time, story, release=release)

    def _version(self, slip: Slip, known: Entry, newest: Version, time: int) -> Story:
        """How an item whose uri is known stands to its last version."""
        order = compare_versions(newest.version, newest.time, slip.version, time)
        if order < 0:
            return Story(id=known.story, relation=Relation.STALE, of=known.uri, method="version")
        if order == 0 and slip.exact == newest.exact and slip.headline == known.headline:
            return Story(id=known.story, relation=Relation.REDELIVERY, of=known.uri, method="version", similarity=1000)
        relation = Relation.CORRECTION if "correction" in slip.signals else Relation.UPDATE
        return Story(id=known.story, relation=relation, of=known.uri, method="version" if order else "content")

    def _compare(self, slip: Slip, time: int, known: Entry | None) -> Story | None:
        """How a text under a new uri stands to the nearest text that was kept."""
        found = self.memory.alike(slip.exact, slip.print, time)
        if found is None:
            return None
        entry, match = found
        verdict = match.verdict
        if verdict.relation is Relation.DUPLICATE and self._precedence.better(slip.provider, entry.provider):
            return Story(
                id=entry.story, relation=Relation.UPDATE, of=entry.uri, method="precedence", similarity=verdict.similarity,
                differs=(f"carrier: {entry.provider} to {slip.provider}",),
            )  # fmt: skip
        differs = list(verdict.differs)
        if entry.provider != slip.provider:
            differs.insert(0, "carrier")
        if entry.holder != slip.holder:
            differs.append("rights")
        if entry.headline != slip.headline:
            differs.append("headline")
        return Story(
            id=entry.story,
            relation=verdict.relation,
            of=entry.uri,
            method=verdict.method,
            similarity=verdict.similarity,
            differs=tuple(differs),
        )

    def _keep(self, slip: Slip, sequence: int, known: Entry | None, time: int, story: Story, *, release: tuple[str, ...]) -> Decision:
        kept = story.relation is not Relation.DUPLICATE
        routes = self._routes(slip, story, known) if kept else ()
        versions = known.versions if known is not None and known.state != Seen.HELD else ()
        self.memory.put(
            Entry(
                uri=slip.uri,
                story=story.id,
                state=Seen.KEPT if kept else Seen.DUPLICATE,
                relation=story.relation,
                of=story.of,
                provider=slip.provider,
                holder=slip.holder,
                headline=slip.headline,
                sequence=sequence,
                at=self.memory.clock.now if not slip.replayed else time,
                time=time,
                routes=routes if kept else (known.routes if known else ()),
                versions=(*versions, Version(slip.version, slip.exact, slip.print, sequence, time))[-KEEP:],
            )
        )
        return self._decision(slip, sequence, story, routes=routes, release=release)

    def _routes(self, slip: Slip, story: Story, known: Entry | None) -> tuple[str, ...]:
        """The routes of its own tags, and every route that what it follows ever went to."""
        own = [name for name in slip.routes if story.relation in self._relations_of.get(name, (story.relation,))]
        before = list(known.routes) if known else []
        if story.of is not None and story.of != slip.uri:
            followed = self.memory.get(story.of)
            before += followed.routes if followed else ()
        return tuple(sorted({*own, *before}))

    # --- cancellations ---------------------------------------------------------------------------------------------

    def _cancel(self, slip: Slip, sequence: int, known: Entry | None, time: int) -> Decision:
        """Cancel an item and its family: the provider's own items of the same story."""
        family: list[Entry] = []
        of, carriers = (known.uri if known else None), ()
        if known is not None:
            members = self.memory.story(known.story)
            target = self.memory.get(known.of) if known.state == Seen.DUPLICATE and known.of else known
            owns = target is not None and (
                target.uri == known.uri
                or target.provider == slip.provider
                or (target.holder is not None and target.holder == known.holder)
            )
            if target is not None and owns:
                family = [e for e in members if e.provider == target.provider and e.state in {Seen.KEPT, Seen.HELD}]
                family = [e for e in family if e.uri == target.uri or _follows(e, target, members)]
                of = target.uri
                carriers = tuple(
                    sorted(e.uri for e in members if e.state == Seen.DUPLICATE and e.uri != slip.uri and e.provider != target.provider)
                )
        routes = sorted({r for e in (*family, *([known] if known else [])) for r in e.routes}) if known else list(self._all_routes)
        for entry in family:
            if entry.uri != slip.uri:
                self.memory.put(_killed(entry, sequence, self.memory.clock.now))
        story = Story(
            id=known.story if known else slip.uri,
            relation=Relation.CANCELLATION,
            of=of,
            method="kill" if known else "forgotten",
            carriers=carriers,
        )
        base = known or Entry(
            uri=slip.uri, story=slip.uri, state=Seen.KILLED, provider=slip.provider, sequence=sequence, at=0, time=time
        )
        self.memory.put(_killed(base, sequence, self.memory.clock.now, routes=tuple(routes)))
        release = tuple(e.uri for e in {e.uri: e for e in (*family, base)}.values() if e.held is not None)
        return self._decision(slip, sequence, story, routes=tuple(routes), release=release)

    # --- what is not news, and what must wait ------------------------------------------------------------------------

    def _rejected(self, slip: Slip, sequence: int, relation: Relation, known: Entry | None) -> Decision:
        story = Story(id=known.story if known else slip.uri, relation=relation, of=known.uri if known else None)
        return self._decision(slip, sequence, story)

    def _hold(self, slip: Slip, sequence: int, known: Entry | None, time: int) -> Decision:
        """Keep an embargoed item back. It is not compared, so a free copy of it is never suppressed."""
        if known is not None and known.state == Seen.KILLED:
            return self._decision(slip, sequence, Story(id=known.story, relation=Relation.STALE, of=known.uri, method="killed"))
        if known is not None and known.newest is not None:
            story = self._version(slip, known, known.newest, time)
            if story.relation in {Relation.STALE, Relation.REDELIVERY}:
                return self._decision(slip, sequence, story)
        published = known is not None and known.state != Seen.HELD
        story = Story(
            id=known.story if known else slip.uri,
            relation=Relation.UPDATE if published else Relation.NEW,
            of=known.uri if known and published else None,
            method="embargo",
        )
        base = known or Entry(
            uri=slip.uri, story=slip.uri, state=Seen.HELD, provider=slip.provider, holder=slip.holder, sequence=sequence, at=0, time=time
        )
        until = slip.embargo.until if slip.embargo else None
        self.memory.put(replace(base, sequence=sequence, at=self.memory.clock.now, held=sequence, until=until))
        return self._decision(slip, sequence, story, outcome=Outcome.HELD)

    def _command(self, slip: Slip, sequence: int) -> Decision:
        """Carry out what was appended to the prepared topic: so far the release of a held item."""
        known = self.memory.get(slip.uri)
        if slip.kind == "release" and known is not None and known.held is not None and known.held == slip.target:
            return self._news(slip, sequence, known, self._time(slip), release=(slip.uri,))
        story = Story(id=known.story if known else slip.uri, relation=Relation.STALE, of=slip.uri, method=slip.kind)
        return self._decision(slip, sequence, story, silent=True)

    @staticmethod
    def _decision(
        slip: Slip, sequence: int, story: Story, *, routes: tuple[str, ...] = (), outcome: Outcome | None = None,
        release: tuple[str, ...] = (), silent: bool = False,
    ) -> Decision:  # fmt: skip
        return Decision(
            slip=slip,
            sequence=sequence,
            story=story,
            outcome=outcome or OUTCOME_OF[story.relation],
            routes=routes,
            release=release,
            silent=silent,
        )


def _cancels(slip: Slip, known: Entry | None) -> bool:
    """A kill, a cancelled item, or an item withheld after it went out."""
    published = known is not None and known.state == Seen.KEPT
    return slip.status == "canceled" or "kill" in slip.signals or (slip.status == "withheld" and published)


def _follows(entry: Entry, target: Entry, members: list[Entry]) -> bool:
    """Whether `entry` follows `target` through other items of the story."""
    by_uri = {e.uri: e for e in members}
    seen: set[str] = set()
    at: Entry | None = entry
    while at is not None and at.of is not None and at.uri not in seen:
        if at.of == target.uri:
            return True
        seen.add(at.uri)
        at = by_uri.get(at.of)
    return False


def _killed(entry: Entry, sequence: int, at: int, routes: tuple[str, ...] | None = None) -> Entry:
    return replace(
        entry,
        state=Seen.KILLED,
        relation=Relation.CANCELLATION,
        sequence=sequence,
        at=at,
        routes=entry.routes if routes is None else routes,
        versions=tuple(v._replace(print=b"") for v in entry.versions[-1:]),
        held=None,
        until=None,
    )
