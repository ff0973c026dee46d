"""What a desk lane does: prepared items to decisions, published with the memory's changes as one transaction."""

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from aiokafka import TopicPartition

from worker.desk.decision import Decision
from worker.desk.slip import SlipError, read_prepared
from worker.live.dead_letter import dead_letter
from worker.live.errors import LiveError
from worker.live.headers import published_headers, trace_headers
from worker.live.message import Message, Record
from worker.outcome import Reason, Reject
from worker.wiring import Counter, Published

__all__ = ["DeskHandler", "DeskWatch"]

log = logging.getLogger(__name__)


class DeskWatch(Protocol):
    """Told of what was decided and committed."""

    def observe(self, name: str, step: Callable[[], None]) -> None:
        """Run a step."""

    def decided(self, decision: Decision, record: Record) -> None:
        """Hear that an item was decided."""

    def rejected(self, reject: Reject, record: Record) -> None:
        """Hear that a prepared item went to the dead-letter topic."""


class _Bad(NamedTuple):
    """A record that can't be decided: why, and whether even its bytes were refused."""

    reject: Reject
    truncate: bool = False


class DeskHandler:
    """
    The handler of one prepared partition.

    Args:
        counter: the desk with its memory, loaded.

        source: the prepared partition.

        memory_topic: where the memory's changes go, to the partition of the same number.

        dead_letters: the dead-letter topic.

        watch: told of each decision.

        released: called when the set of held items may have changed.
    """

    def __init__(
        self,
        counter: Counter,
        source: TopicPartition,
        *,
        memory_topic: str,
        dead_letters: str,
        watch: DeskWatch,
        closed: Callable[[], None],
    ) -> None:
        """Take over `counter`."""
        self.counter = counter
        self._source, self._memory_topic, self._dead_letters = source, memory_topic, dead_letters
        self._watch, self._closed = watch, closed
        self._told: list[Callable[[], None]] = []

    @property
    def position(self) -> int | None:
        """The next offset to decide, as the memory has it; None if it remembers nothing yet."""
        return self.counter.memory.next_offset or None

    def handle(self, records: Sequence[Record], refused: Mapping[int, str]) -> list[Message]:
        """
        Decide a chunk. A record whose decision raises is taken out, and the chunk decided again without it.

        Raises:
            LiveError: nothing in the chunk could be decided, or there is no memory left; the fault is not in one record.
        """
        bad = {offset: _Bad(Reject(Reason.REFUSED, words, "desk"), truncate=True) for offset, words in refused.items()}
        for _ in range(len(records) + 1):
            failed = self._attempt(records, bad)
            if isinstance(failed, list):
                return failed
            self.rollback()
            bad[failed[0]] = failed[1]
        raise LiveError(f"{self._source.topic}/{self._source.partition}: no record of a chunk could be decided")

    def _attempt(self, records: Sequence[Record], bad: Mapping[int, _Bad]) -> list[Message] | tuple[int, _Bad]:
        messages: list[Message] = []
        for record in records:
            if (why := bad.get(record.offset)) is not None:
                messages.append(self._reject(record, why))
                continue
            try:
                messages += self._one(record)
            except SlipError as error:
                return record.offset, _Bad(Reject(Reason.PREPARED_UNREADABLE, str(error), "desk"))
            except MemoryError as error:  # the next item would find no room either, and all would end as dead letters
                raise LiveError(
                    f"{record.topic}/{record.partition}: no memory is left to decide offset {record.offset}; give the desk more, or "
                    "remember less (COPYDESK_FINGERPRINT_WINDOW, COPYDESK_IDENTITY_WINDOW): docs/operations.md, Sizing"
                ) from error
            except Exception as error:  # noqa: BLE001 - a bug in a decision must cost one item, not the worker
                log.error(  # noqa: TRY400 - the exception's words may be those of the item
                    "%s/%s: deciding offset %d raised %s at %s",
                    record.topic, record.partition, record.offset, type(error).__name__, _places(error),
                )  # fmt: skip
                return record.offset, _Bad(Reject(Reason.DESK_FAILED, f"the desk raised {type(error).__name__}", "desk"))
        partition = self._source.partition
        messages += [Message(self._memory_topic, key, value, (), partition) for key, value in self.counter.memory.changes()]
        return messages

    def _one(self, record: Record) -> list[Message]:
        served: list[tuple[Decision, bytes, list[Published]]] = []
        self._watch.observe("decide", lambda: served.append(self.counter.serve(record.value or b"", record.offset)))
        decision, _, outputs = served[0]
        self._told.append(lambda: self._watch.decided(decision, record))
        trace = trace_headers(record.headers)
        headers = published_headers(decision, trace)
        return [Message(out.topic, out.key, out.value, headers if out.value is not None else trace) for out in outputs]

    def _reject(self, record: Record, why: _Bad) -> Message:
        self.counter.memory.next_offset = record.offset + 1
        self._told.append(lambda: self._watch.rejected(why.reject, record))
        return dead_letter(self._dead_letters, record, why.reject, truncate=why.truncate, raw_origin=_raw_origin(record))

    def commit(self) -> None:
        """Make the memory's changes final, and tell of them."""
        self.counter.memory.commit()
        for tell in self._told:
            tell()
        self._told.clear()

    def rollback(self) -> None:
        """Take the memory's changes back."""
        self.counter.memory.rollback()
        self._told.clear()

    async def close(self) -> None:
        """Give the memory up: another desk writes it now."""
        self._closed()


def _places(error: BaseException) -> str:
    """Say where an exception came from, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def _raw_origin(record: Record) -> str | None:
    try:
        slip, _ = read_prepared(record.value or b"")
    except SlipError:
        return None
    return "/".join(map(str, (slip.origin.topic, slip.origin.partition, slip.origin.offset, slip.origin.index)))
