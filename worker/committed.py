"""
Read the offset that a group has committed, and never take "not now" for "none".

While a group's coordinator loads or moves, the broker answers with an error for the whole group and no offsets. aiokafka's admin
client passes that on as an empty answer; read as "nothing is committed", it would start a worker at the beginning of the log.
"""

import asyncio
import time
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    KafkaConnectionError,
    NotCoordinatorForGroupError,
)

__all__ = ["committed_offset"]

_WAIT_SECONDS: Final = 30.0  # a coordinator loads in under a second; on a big cluster that restarts, in some
_PAUSE_SECONDS: Final = 0.1
_LATER: Final = (GroupCoordinatorNotAvailableError, GroupLoadInProgressError, NotCoordinatorForGroupError, KafkaConnectionError)


async def committed_offset(
    admin: AIOKafkaAdminClient, group: str, tp: TopicPartition, *, seconds: float = _WAIT_SECONDS
) -> int | None:
    """
    Read the committed offset of a partition, None if the group has none there; wait for a coordinator that can't say yet.

    Raises:
        GroupCoordinatorNotAvailableError: it could not say within `seconds`.
        KafkaError: the broker refused for another reason, such as a missing right.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            offsets = await admin.list_consumer_group_offsets(group, partitions=[tp])
        except _LATER:
            offsets = {}
        if tp in offsets:
            found: int = offsets[tp].offset
            return found if found >= 0 else None
        if time.monotonic() >= deadline:
            raise GroupCoordinatorNotAvailableError(f"the coordinator of group {group} did not answer within {seconds:.0f} s")
        await asyncio.sleep(_PAUSE_SECONDS)
