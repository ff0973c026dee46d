"""
Keep snapshots of the memory on this machine's disk, and take them over at the start.

The file is written by a child of this process: `fork` gives it the memory as it is at that moment, at the cost of some milliseconds, and the
worker goes on deciding. Where no folder is set, there are no snapshots.
"""

import asyncio
import gc
import logging
import os
import signal
import time
import warnings
from pathlib import Path
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from worker.broker.process import die_with_parent
from worker.clients import Clients
from worker.desk.memory import Memory
from worker.live.snapshot import Log, SnapshotError, Stamp, path_of, read_snapshot, write_snapshot
from worker.live.topic_id import TopicId, topic_id

__all__ = ["Snapshots"]

log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.1
_REMOVALS: Final = 86_400_000  # Kafka's own default of delete.retention.ms
_NICE: Final = 10


class Snapshots:
    """
    The snapshots of one memory topic.

    Args:
        folder: where the files are.

        topic: the memory topic.

        clients: to ask Kafka.
    """

    def __init__(self, folder: Path, topic: str, clients: Clients) -> None:
        """Look at nothing yet."""
        self._folder, self._topic, self._clients = folder, topic, clients
        self._offsets: dict[int, int] = {}

    def path(self, partition: int) -> Path:
        """Name the file of a partition."""
        return path_of(self._folder, self._topic, partition)

    async def load(self, partition: int, memory: Memory) -> int | None:
        """
        Take over the snapshot of a partition.

        Args:
            partition: of the memory topic.

            memory: an empty one; if None is returned it is of no use.

        Returns:
            The offset from which the topic must be read on, None if there is no snapshot that can be taken over.
        """
        path = self.path(partition)
        if not path.exists():
            log.info("no snapshot %s", path)
            return None
        try:
            if (now := await self._log(partition)) is None:
                log.warning("snapshot %s is not used: the broker gives topics no ids", path)
                return None
            stamp = await asyncio.to_thread(read_snapshot, path, memory, now)
        except (SnapshotError, OSError, KafkaError) as error:
            log.warning("snapshot %s is not used: %s", path, str(error) or type(error).__name__)
            return None
        log.info("snapshot %s: %d items, taken %d s ago at offset %d", path, len(memory), _age(stamp), stamp.offset)
        return stamp.offset

    async def stamp(self, partition: int, offset: int | None = None) -> Stamp | None:
        """
        Make the stamp of a snapshot that is to be written.

        Args:
            partition: of the memory topic.

            offset: where the memory stands. Without, the topic's end is taken: the owner has all before it, for only it writes there.

        Returns:
            None if nothing has changed since the last snapshot, or the broker gives topics no ids.

        Raises:
            KafkaError: the broker can't be asked.
        """
        taken = _now()
        at = offset if offset is not None else await self._clients.end(TopicPartition(self._topic, partition))
        ids = await self._ids() if self._offsets.get(partition) != at else None
        if ids is None:
            return None
        return Stamp(
            cluster=ids.cluster, topic=self._topic, topic_id=ids.topic, partition=partition, offset=at, taken=taken
        )  # fmt: skip

    async def written(self, child: int, stamp: Stamp) -> bool:
        """Wait for the child that `fork_writer` made; say whether the file is there."""
        while True:
            pid, status = os.waitpid(child, os.WNOHANG)  # noqa: ASYNC222 - it does not wait
            if pid:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        code = os.waitstatus_to_exitcode(status)
        if code:
            log.warning("snapshot %s could not be written (exit code %d)", self.path(stamp.partition), code)
            return False
        self._offsets[stamp.partition] = stamp.offset
        log.info("snapshot %s written in %.1f s", self.path(stamp.partition), _age(stamp))
        return True

    def fork_writer(self, stamp: Stamp, memory: Memory) -> int:
        """Start writing `memory`, of which no chunk may be open, and return the process that does it."""
        path = self.path(stamp.partition)
        with warnings.catch_warnings():
            # Other threads do not matter to the child: it takes no lock of theirs, and ends without a word.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child:
            return child
        code = 1
        try:
            _alone()
            write_snapshot(path, stamp, memory)
            code = 0
        except OSError as error:
            code = min(error.errno or 1, 125)
        finally:
            os._exit(code)

    async def _log(self, partition: int) -> Log | None:
        ids = await self._ids()
        if ids is None:
            return None
        tp = TopicPartition(self._topic, partition)
        return Log(
            cluster=ids.cluster,
            topic=self._topic,
            topic_id=ids.topic,
            partition=partition,
            begin=await self._clients.begins(tp),
            end=await self._clients.end(tp),
            removals=await self._removals(),
            now=_now(),
        )

    async def _ids(self) -> TopicId | None:
        return await topic_id(self._clients.options, self._topic)

    async def _removals(self) -> int:
        """Ask how long removals stay readable."""
        async with self._clients.admin() as admin:
            for response in await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, self._topic)]):
                for code, _, _, _, entries in response.resources:
                    if code:
                        error: type[KafkaError] = for_code(code)
                        raise error(self._topic)
                    return next((int(e[1]) for e in entries if e[0] == "delete.retention.ms"), _REMOVALS)
        return _REMOVALS


def _alone() -> None:
    """Let go, in the child, of what is the parent's: signals, connections, and memory that would be copied for nothing."""
    die_with_parent()
    gc.disable()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(3, min(1 << 16, os.sysconf("SC_OPEN_MAX")))
    os.nice(_NICE)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _age(stamp: Stamp) -> float:
    return (_now() - stamp.taken) / 1000
