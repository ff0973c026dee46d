"""What an intake lane does: raw records to prepared items, and what can't be read to the dead-letter topic."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, Protocol
from zlib import crc32

from aiokafka import TopicPartition

from worker.desk.slip import Slip
from worker.live.dead_letter import dead_letter
from worker.live.headers import trace_headers
from worker.live.message import Message, Record
from worker.live.raw import raw_of
from worker.model import Raw
from worker.outcome import Reason, Reject
from worker.wiring import Intake, PreparedItem

__all__ = ["IntakeHandler", "Watch", "partition_of"]


_UNREAD: Final = "intake"  # stage of a reject that was not read: its bytes are the problem, and only their head is kept


class Watch(Protocol):
    """Told of what becomes of items."""

    def observe(self, name: str, step: Callable[[], None], items: int) -> None:
        """Run a stage over some items."""

    def rejected(self, reject: Reject, record: Record) -> None:
        """Hear that an item went to the dead-letter topic."""

    def prepared(self, item: PreparedItem, record: Record) -> None:
        """Hear that an item was prepared."""


def partition_of(slip: Slip, partitions: int) -> int:
    """Give the prepared partition of an item: items of one language meet at one desk."""
    return 0 if partitions == 1 else crc32(slip.language.encode()) % partitions


class IntakeHandler:
    """
    The handler of one raw partition.

    Args:
        intake: the pipeline.

        source: the raw partition.

        provider: what the topic's setting says, or None.

        prepared: the prepared topic, and how many partitions it has.

        dead_letters: the dead-letter topic.

        limit: bytes of a message that is processed at most.

        watch: told of each item.

        position: the next offset to be handled, where that is known from elsewhere than the group.
    """

    def __init__(
        self,
        intake: Intake,
        source: TopicPartition,
        *,
        provider: str | None,
        prepared: tuple[str, int],
        dead_letters: str,
        limit: int,
        watch: Watch,
        position: int | None = None,
    ) -> None:
        """Keep what does not change."""
        self._intake, self._source, self._provider = intake, source, provider
        self._topic, self._partitions = prepared
        self._dead_letters, self._limit, self._watch = dead_letters, limit, watch
        self.position = position
        self._told: list[Callable[[], None]] = []

    def handle(self, records: Sequence[Record], refused: Mapping[int, str]) -> list[Message]:
        """Prepare each record's items."""
        raws = [self._raw(record, refused.get(record.offset)) for record in records]
        results = self._intake.prepare_all(raws, self._watch.observe)
        return [m for record, items in zip(records, results, strict=True) for m in self._messages(record, items)]

    def _raw(self, record: Record, refused: str | None) -> Raw | Reject:
        """Give what is to be read of a record, or why it is not read at all."""
        if refused is not None:
            return Reject(Reason.REFUSED, refused, _UNREAD)
        size = len(record.value or b"")
        if size > self._limit:
            return Reject(Reason.TOO_LARGE, f"{size} bytes, {self._limit} is the limit (COPYDESK_MAX_ITEM_BYTES)", _UNREAD)
        return raw_of(record, self._provider)

    def _messages(self, record: Record, results: Sequence[PreparedItem | Reject]) -> list[Message]:
        trace = trace_headers(record.headers)
        messages = []
        for index, result in enumerate(results):
            if isinstance(result, Reject):
                messages.append(self._reject(record, result, index if len(results) > 1 else None))
                continue
            key = result.slip.uri.encode("utf-8", "surrogatepass")
            messages.append(Message(self._topic, key, result.value, trace, partition_of(result.slip, self._partitions)))
            self._told.append(partial(self._watch.prepared, result, record))
        return messages

    def _reject(self, record: Record, reject: Reject, index: int | None) -> Message:
        self._told.append(partial(self._watch.rejected, reject, record))
        return dead_letter(self._dead_letters, record, reject, truncate=reject.stage == _UNREAD, index=index)

    def commit(self) -> None:
        """Tell of what is now certain."""
        for tell in self._told:
            tell()
        self._told.clear()

    def rollback(self) -> None:
        """Nothing is remembered; forget what was to be told."""
        self._told.clear()

    async def close(self) -> None:
        """Nothing is held."""
