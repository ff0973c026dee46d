"""What ends a worker. Each says what happened, where, and what to do."""

from typing import Self

from aiokafka import TopicPartition

__all__ = ["LiveError", "LogTooShort", "MemoryUnreadable", "OwnershipLost", "Refused", "Unknown"]


class LiveError(RuntimeError):
    """The worker can't go on and must be started again or configured otherwise."""


class OwnershipLost(LiveError):  # noqa: N818 - it names what happened
    """Another worker owns the partition: this one was thought dead. Nothing it did since counts; it must exit at once."""


class Unknown(LiveError):  # noqa: N818 - the same
    """A commit was sent and its result is not known. Only a new start can tell, from what the broker holds."""


class LogTooShort(LiveError):  # noqa: N818 - the same
    """The next offset to read lies behind the end of the log: the topic was made anew, and reading on would skip what it holds."""

    @classmethod
    def of(cls, source: TopicPartition, position: int, end: int) -> Self:
        """Say it of a partition whose next offset to be read is `position`."""
        return cls(
            f"{source.topic}/{source.partition}: {position} is the next offset to read, and the log ends at {end}; was the topic made "
            "anew? Set the group's offset to the earliest (docs/operations.md); for the prepared topic, make the memory topic anew too"
        )


class MemoryUnreadable(LiveError):  # noqa: N818 - the same
    """The last record of a key in the memory topic can't be read: deciding without it could publish what was published before."""

    @classmethod
    def of(cls, source: TopicPartition, offset: int, key: bytes, reason: str) -> Self:
        """Say it of the record at `offset`."""
        return cls(
            f"{source.topic}/{source.partition}: the record at offset {offset}, key {key.decode('utf-8', 'replace')}: {reason}. Write its "
            "key again with a right value, or with none to forget the item (docs/operations.md)"
        )


class Refused(Exception):  # noqa: N818 - a fact about a chunk, not an error of the worker
    """The broker refused a record of the chunk; the transaction was aborted and nothing of it is visible."""
