"""The values that the desk decides: how an item stands to its story, and what becomes of it."""

from dataclasses import dataclass

from worker.desk.slip import Slip
from worker.outcome import Outcome, Relation

__all__ = ["Decision", "Story"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """
    How an item stands to its story.

    `id` is the uri of the story's first item and never changes; `of` is the item that this one duplicates or follows; `method` how
    that was found; `similarity` is per mille; `differs` says what sets it apart, with the other's value behind a colon; `cancels` names
    the items that a cancellation takes back, `carriers` the other providers' copies that are still out.
    """

    id: str
    relation: Relation
    of: str | None = None
    method: str = ""
    similarity: int = 0
    differs: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
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
