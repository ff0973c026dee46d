"""
One partition's transactional producer: a chunk's outputs and its source offset, all or nothing.

The transactional id is made of the role, the source topic and the partition, so that whoever opens it next fences the former
owner, whatever its group is called. Every future is awaited before the commit: a record that was refused inside a transaction
does not fail the commit by itself, and its loss would be committed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    InvalidProducerEpoch,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
from aiokafka.structs import OffsetAndMetadata

from worker.live.errors import LiveError, OwnershipLost, Refused, Unknown
from worker.live.message import Message

__all__ = ["Transaction"]

log = logging.getLogger(__name__)

# What a broker says of one record. Anything else is about the connection or the cluster.
_OF_THE_RECORD: Final = (MessageSizeTooLargeError, RecordListTooLargeError, RecordTooLargeError)
# Trying again would change nothing.
_NOT_ALLOWED: Final = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)
_FENCED: Final = (ProducerFenced, InvalidProducerEpoch)
_RETRY_SECONDS: Final = 1.0  # between attempts to reach a broker that is away


class Transaction:
    """
    The producer of one owned source partition.

    Args:
        source: the partition whose offsets are committed.

        group: the consumer group that they are committed for.

        make: makes a new, unstarted producer with this partition's transactional id.

        stored: reads the group's committed offset of the source partition from the broker, None if there is none.
    """

    def __init__(
        self,
        source: TopicPartition,
        group: str,
        make: Callable[[], AIOKafkaProducer],
        stored: Callable[[TopicPartition], Awaitable[int | None]],
    ) -> None:
        """Hold nothing open yet."""
        self._source, self._group, self._make, self._stored = source, group, make, stored
        self._producer: AIOKafkaProducer | None = None
        self.position: int | None = None
        self.committed = self.aborted = 0

    async def open(self) -> None:
        """
        Start the producer: fences the former owner and settles what it left open.

        Only then is the committed offset read, into `position`: read earlier, it could be overtaken by what is still open.
        """
        await self._start()
        self.position = await self._stored(self._source)

    async def _start(self) -> None:
        self._producer = self._make()
        await self._producer.start()

    async def close(self) -> None:
        """Stop the producer; an open transaction is aborted by it or by the next owner."""
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                await asyncio.wait_for(producer.stop(), 5)
            except (TimeoutError, KafkaError) as error:
                log.warning("producer of %s did not stop cleanly: %s", self._name, type(error).__name__)

    async def run(self, messages: Sequence[Message], next_offset: int) -> None:
        """
        Commit messages and offset as one.

        Args:
            messages: what to send.

            next_offset: the source offset that is read next.

        Raises:
            Refused: the broker refused a record; nothing is visible, the producer is a new one.

            OwnershipLost: another owner has fenced this one.

            Unknown: the commit was sent and its result is not known.
        """
        while True:
            try:
                await self._send(messages, next_offset)
            except _FENCED as error:
                raise OwnershipLost(
                    f"{self._name}: fenced by another worker ({type(error).__name__}); this one was thought dead, start it again"
                ) from error
            except _OF_THE_RECORD as error:
                self.aborted += 1
                await self._replace()
                raise Refused(str(error) or type(error).__name__) from error
            except _NOT_ALLOWED as error:
                raise LiveError(
                    f"{self._name}: Kafka does not allow it ({type(error).__name__}: {error}); "
                    "`copydesk acls` prints the rights that a worker needs"
                ) from error
            except KafkaError as error:
                # The transaction was not committed: a new producer of the same id aborts what is open, then the chunk is sent again.
                self.aborted += 1
                log.warning("%s: %s, sending the chunk again", self._name, type(error).__name__)
                await self._replace()
                continue
            break
        await self._commit()
        self.position = next_offset

    async def _send(self, messages: Sequence[Message], next_offset: int) -> None:
        producer = self._producer
        assert producer is not None  # noqa: S101 - opened before the lane runs
        await producer.begin_transaction()
        send = producer.send
        futures = [await send(m.topic, m.value, key=m.key, partition=m.partition, headers=m.headers) for m in messages]
        await producer.send_offsets_to_transaction({self._source: OffsetAndMetadata(next_offset, "")}, self._group)
        results = await asyncio.gather(*futures, return_exceptions=True)
        errors = [r for r in results if isinstance(r, BaseException)]
        if errors:
            # What says most decides: fenced, not allowed, the fault of a record, anything else.
            raise next(
                (e for kind in (_FENCED, _NOT_ALLOWED, _OF_THE_RECORD) for e in errors if isinstance(e, kind)), errors[0]
            )

    async def _commit(self) -> None:
        producer = self._producer
        assert producer is not None  # noqa: S101 - opened before the lane runs
        try:
            await producer.commit_transaction()
        except _FENCED as error:
            raise OwnershipLost(
                f"{self._name}: fenced at the commit; nothing of the chunk is visible, start it again"
            ) from error
        except Exception as error:
            raise Unknown(
                f"{self._name}: the result of a commit is not known ({type(error).__name__}); a new start reads it from the broker"
            ) from error
        self.committed += 1

    async def _replace(self) -> None:
        """
        Take a new producer of the same id, however long the broker is away.

        A worker that was thought dead would fence the new owner by this, and go on from a state that is no longer true. So it looks
        whether the committed offset is still the one it left there; if not, it has been replaced and must exit.
        """
        await self.close()
        while True:
            try:
                await self._start()
                stored = await self._stored(self._source)
            except _FENCED as error:
                raise OwnershipLost(f"{self._name}: fenced by another worker; start this one again") from error
            except KafkaError as error:
                log.warning("%s: broker can't be reached (%s), trying again", self._name, type(error).__name__)
                await self.close()
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if stored != self.position:
                raise OwnershipLost(
                    f"{self._name}: the committed offset is {stored}, this worker left it at {self.position}: "
                    "another worker had the partition in between; start this one again"
                )
            return

    @property
    def _name(self) -> str:
        return f"{self._source.topic}/{self._source.partition}"
