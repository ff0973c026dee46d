"""What goes into a transaction, and what a lane asks of those who make it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from aiokafka import ConsumerRecord

__all__ = ["Handler", "Message", "Record"]

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


class Message(NamedTuple):
    """One record to be sent. A partition of None lets Kafka's own hash of the key choose."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()
    partition: int | None = None


class Handler(Protocol):
    """
    What one owned partition does with its records.

    `handle` is called with a chunk of records in order and gives what to send. Then exactly one of `commit` and `rollback` is
    called: the first when all of it and the source offset are committed, the second when nothing of it is.
    """

    @property
    def position(self) -> int | None:
        """The next offset to be handled, if the handler remembers it; lower offsets were handled before."""

    def handle(self, records: Sequence[Record], refused: Mapping[int, str]) -> list[Message]:
        """
        Handle a chunk.

        Args:
            records: records of one partition in the order of their offsets.

            refused: offsets whose outputs the broker refused, with its words; they go to the dead-letter topic.
        """

    def commit(self) -> None:
        """Make what `handle` changed final."""

    def rollback(self) -> None:
        """Take back what `handle` changed."""

    async def close(self) -> None:
        """Let go of what the handler holds: the partition is owned by somebody else now, or the worker stops."""
