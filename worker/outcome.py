"""
What can become of an item: the closed lists behind records, metrics, logs and dead letters.

The same words stand in the records' JSON, in metric labels, in log lines and in the docs.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["OUTCOME_OF", "Outcome", "Reason", "Reject", "Relation"]


class Relation(StrEnum):
    """How an item stands to what was seen before."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"
    DUPLICATE = "duplicate"
    STALE = "stale"
    REDELIVERY = "redelivery"
    ADVISORY = "advisory"
    TEST = "test"
    WITHHELD = "withheld"


class Outcome(StrEnum):
    """Where an item went."""

    KEPT = "kept"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    HELD = "held"


OUTCOME_OF = {
    Relation.NEW: Outcome.KEPT,
    Relation.UPDATE: Outcome.KEPT,
    Relation.CORRECTION: Outcome.KEPT,
    Relation.CANCELLATION: Outcome.KEPT,
    Relation.DUPLICATE: Outcome.DUPLICATE,
    Relation.STALE: Outcome.DUPLICATE,
    Relation.REDELIVERY: Outcome.DUPLICATE,
    Relation.ADVISORY: Outcome.REJECTED,
    Relation.TEST: Outcome.REJECTED,
    Relation.WITHHELD: Outcome.REJECTED,
}


class Reason(StrEnum):
    """Why a record is in the dead-letter topic."""

    UNDECODABLE = "undecodable"  # no format can read the bytes
    INVALID = "invalid"  # the format's own schema or grammar refuses the item
    EMPTY = "empty"  # neither headline nor body, and no cancellation
    TOO_LARGE = "too_large"  # over the size that is processed
    STAGE_FAILED = "stage_failed"  # a bug: a stage of the pipeline raised
    DESK_FAILED = "desk_failed"  # a bug: the desk raised
    REFUSED = "refused"  # the broker refused an output
    PREPARED_UNREADABLE = "prepared_unreadable"  # what is in the prepared topic is no prepared item


@dataclass(frozen=True, slots=True)
class Reject:
    """
    An item that could not be read or processed.

    `detail` is a short sentence for a person: what was wrong and where. It never holds text of the item. `uri` is the item's
    own, where so much could be read.
    """

    reason: Reason
    detail: str
    stage: str = "decode"
    uri: str | None = None
