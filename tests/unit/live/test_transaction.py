import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    NotLeaderForPartitionError,
    ProducerFenced,
    TopicAuthorizationFailedError,
)

from worker.live.errors import LiveError, OwnershipLost, Refused, Unknown
from worker.live.message import Message
from worker.live.transaction import Transaction

SOURCE = TopicPartition("wire.raw", 3)
MESSAGES = [Message("wire.prepared", b"k", b"one"), Message("wire.prepared", b"k", b"two")]


class FakeBroker:
    """What producers have done: `script` gives the errors that sends and commits meet, in order."""

    def __init__(self, sends: list[BaseException | None] | None = None, commit: BaseException | None = None) -> None:
        self.sends, self.commit = sends or [], commit
        self.offset: int | None = 10
        self.committed: list[tuple[list[bytes | None], int]] = []
        self.opened = 0

    def make(self) -> Any:
        return FakeProducer(self)

    async def stored(self, _tp: TopicPartition) -> int | None:
        return self.offset


class FakeProducer:
    """A transactional producer of one FakeBroker."""

    def __init__(self, broker: FakeBroker) -> None:
        self._broker = broker
        self._open: list[bytes | None] = []
        self._next = -1

    async def start(self) -> None:
        self._broker.opened += 1

    async def stop(self) -> None:
        self._open = []

    async def begin_transaction(self) -> None:
        self._open = []

    async def send(self, _topic: str, value: bytes | None, **_: Any) -> Awaitable[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        error = self._broker.sends.pop(0) if self._broker.sends else None
        if error is None:
            future.set_result(None)
            self._open.append(value)
        else:
            future.set_exception(error)
        return future

    async def send_offsets_to_transaction(self, offsets: dict[TopicPartition, Any], _group: str) -> None:
        self._next = offsets[SOURCE].offset

    async def commit_transaction(self) -> None:
        if self._broker.commit is not None:
            raise self._broker.commit
        self._broker.committed.append((self._open, self._next))
        self._broker.offset = self._next


async def _open(broker: FakeBroker) -> Transaction:
    transaction = Transaction(SOURCE, "copydesk-intake", broker.make, broker.stored)
    await transaction.open()
    return transaction


async def test_outputs_and_offset_are_committed_as_one() -> None:
    """A chunk's messages and its next offset are in one transaction, and the position moves with it."""
    broker = FakeBroker()
    transaction = await _open(broker)
    assert transaction.position == 10

    await transaction.run(MESSAGES, 12)

    assert broker.committed == [([b"one", b"two"], 12)]
    assert transaction.position == 12


async def test_refused_record_commits_nothing() -> None:
    """A record that the broker refuses aborts the chunk, and the producer is replaced: it can't be used again."""
    broker = FakeBroker(sends=[None, MessageSizeTooLargeError("too large")])
    transaction = await _open(broker)

    with pytest.raises(Refused):
        await transaction.run(MESSAGES, 12)

    assert (broker.committed, broker.opened, transaction.aborted) == ([], 2, 1)
    await transaction.run(MESSAGES[:1], 11)
    assert broker.committed == [([b"one"], 11)]


@pytest.mark.parametrize("error", [NotLeaderForPartitionError(), KafkaConnectionError("away")])
async def test_chunk_is_sent_again_after_trouble_of_the_cluster(error: Exception) -> None:
    """What is no fault of a record is tried again with a new producer, and committed once."""
    broker = FakeBroker(sends=[error])
    transaction = await _open(broker)

    await transaction.run(MESSAGES, 12)

    assert broker.committed == [([b"one", b"two"], 12)]
    assert broker.opened == 2


@pytest.mark.parametrize("place", ["send", "commit"])
async def test_fenced_is_the_end(place: str) -> None:
    """A fenced worker has been replaced and must not go on."""
    fenced = ProducerFenced()
    broker = FakeBroker(sends=[fenced]) if place == "send" else FakeBroker(commit=fenced)
    transaction = await _open(broker)

    with pytest.raises(OwnershipLost):
        await transaction.run(MESSAGES, 12)

    assert broker.committed == []


async def test_zombie_that_could_fence_its_successor_sees_that_the_offset_moved() -> None:
    """After trouble a new producer fences whoever is there; if the committed offset has moved, this one was replaced and exits."""
    broker = FakeBroker(sends=[KafkaConnectionError("away")])
    transaction = await _open(broker)
    broker.offset = 40  # somebody else went on in between

    with pytest.raises(OwnershipLost, match="left it at 10"):
        await transaction.run(MESSAGES, 12)

    assert broker.committed == []


async def test_unknown_result_of_a_commit_is_the_end() -> None:
    """A commit whose result is not known ends the worker: only a new start can tell."""
    transaction = await _open(FakeBroker(commit=KafkaConnectionError("gone")))

    with pytest.raises(Unknown):
        await transaction.run(MESSAGES, 12)


async def test_missing_right_is_told_not_tried_for_ever() -> None:
    """A right that is missing ends the worker with the command that prints what is needed."""
    transaction = await _open(FakeBroker(sends=[None, TopicAuthorizationFailedError("wire.prepared")]))

    with pytest.raises(LiveError, match="copydesk acls"):
        await transaction.run(MESSAGES, 12)
