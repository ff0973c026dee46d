"""
What a cancellation takes back.

It takes back the item in all its versions, and the provider's own items that follow it. A kill of a copy that was suppressed takes
back the story that was kept only if both are of one provider or rights holder; somebody else's story is not theirs to kill.
"""

from dataclasses import dataclass, replace

from worker.desk.entry import Entry, Seen
from worker.desk.memory import Memory
from worker.desk.slip import Slip
from worker.outcome import Relation

__all__ = ["Family", "cancels", "family_of", "follows", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """`target` is the item that is cancelled, `members` it and what follows it, `carriers` the copies of others still out."""

    target: Entry
    members: tuple[Entry, ...]
    carriers: tuple[str, ...]


def family_of(memory: Memory, known: Entry, *, by_operator: bool) -> Family:
    """Find what a cancellation of `known` takes back; an operator's reaches the kept story whoever owns it."""
    story = memory.story(known.story)
    target = memory.get(known.of) if known.state == Seen.DUPLICATE and known.of else known
    if target is None or not (by_operator or _same_owner(known, target)):
        return Family(target=known, members=(known,), carriers=())
    live = {Seen.KEPT, Seen.HELD}
    members = tuple(
        e
        for e in story
        if e.uri == target.uri or (e.provider == target.provider and e.state in live and follows(e, target, story))
    )
    carriers = sorted(
        e.uri for e in story if e.state == Seen.DUPLICATE and e.uri != known.uri and e.provider != target.provider
    )
    return Family(target=target, members=members, carriers=tuple(carriers))


def _same_owner(known: Entry, target: Entry) -> bool:
    same_holder = known.holder is not None and known.holder == target.holder
    return known.uri == target.uri or known.provider == target.provider or same_holder


def follows(entry: Entry, target: Entry, story: list[Entry]) -> bool:
    """Say whether `entry` follows `target`, directly or through other items of the story."""
    by_uri = {e.uri: e for e in story}
    seen: set[str] = set()
    at: Entry | None = entry
    while at is not None and at.of is not None and at.uri not in seen:
        if at.of == target.uri:
            return True
        seen.add(at.uri)
        at = by_uri.get(at.of)
    return False


def cancels(slip: Slip, known: Entry | None) -> bool:
    """Say whether it is a kill, a cancelled item, or an item withheld after it went out."""
    published = known is not None and known.state == Seen.KEPT
    return slip.status == "canceled" or "kill" in slip.signals or (slip.status == "withheld" and published)


def killed(entry: Entry, sequence: int, at: int) -> Entry:
    """Give what is remembered of an item that was cancelled at offset `sequence`."""
    return replace(
        entry,
        state=Seen.KILLED,
        relation=Relation.CANCELLATION,
        sequence=sequence,
        at=at,
        versions=tuple(v._replace(print=b"") for v in entry.versions[-1:]),
        held=None,
        until=None,
    )
