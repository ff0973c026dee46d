"""
Faust's consumer, with batches handed to lanes instead of messages to streams.

The only module that touches private parts of Faust and aiokafka. Versions are pinned exactly, and tests fail when these parts
change. What differs from Faust's own consumer, and why:

* It reads `read_committed`; Faust reads uncommitted unless its own transactions are on.
* Whole fetches go to the lane of their partition; one wait per message is four tasks per message.
* Only partitions whose lane has room are asked for. Faust pauses partitions instead, and once all are paused it sleeps a second.
* Faust commits nothing: offsets travel in the lanes' transactions.
* No folders are made for tables that there are not.
* Where the group has no offset, the position is set from the lane or to the start of the log, never by a silent reset.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import aiokafka
import faust
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

if TYPE_CHECKING:
    from worker.live.lane import Lane

__all__ = ["LaneConsumer", "LaneTransport", "Lanes", "TablelessApp"]

_FETCH_WAIT_MS: Final = 250  # a fetch returns with the first byte; this only bounds how long an idle one is parked
_POLL_SECONDS: Final = 1.0
_FULL_SECONDS: Final = 0.005  # while every lane is full


class Lanes(Protocol):
    """What the consumer needs to know of the lanes."""

    def get(self, tp: TP) -> "Lane | None":
        """Return the lane of an owned partition."""

    def start_of(self, tp: TP) -> int | None:
        """Return the offset that an owned partition is read from."""


class LaneApp(Protocol):
    """What the consumer needs of its app."""

    conf: Any
    lanes: Lanes
    connection: Mapping[str, Any]


class LaneThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread, which also sends the heartbeats."""

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:  # noqa: ARG002 - Faust's signature
        app = cast("LaneApp", self.app)
        conf = app.conf
        self._assignor = RoundRobinPartitionAssignor
        return aiokafka.AIOKafkaConsumer(
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id,
            partition_assignment_strategy=[self._assignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_records=None,
            max_poll_interval_ms=int((conf.broker_max_poll_interval or 0) * 1000),
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            **app.connection,
        )


class LaneConsumer(driver.Consumer):
    """The consumer of an app that has `lanes` and `connection` (keyword arguments of aiokafka's clients)."""

    def _new_consumer_thread(self) -> LaneThread:
        return LaneThread(self, loop=self.loop, beacon=self.beacon)

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:  # noqa: ARG002 - Faust's signature
        return True  # offsets travel in the lanes' transactions

    async def perform_seek(self) -> None:
        """Set each owned partition to where its lane goes on."""
        lanes = cast("LaneApp", self.app).lanes
        await super().perform_seek()
        for tp in self.assignment():
            start = lanes.start_of(tp)
            if start is not None:
                await self.seek(tp, start)

    async def _drain_messages(self, fetcher: Any) -> None:
        lanes = cast("LaneApp", self.app).lanes
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):  # noqa: SLF001 - as Faust's own loop
                if not self.flow_active:
                    await self.wait(self.can_resume_flow)  # type: ignore[arg-type] # an asyncio.Event; Faust does the same
                    continue
                active = self._get_active_partitions()
                wanted = {tp for tp in active if (lane := lanes.get(tp)) and lane.room.is_set()}
                if not wanted:
                    await asyncio.sleep(_FULL_SECONDS)
                    continue
                generation = self.app.consumer_generation_id
                # While some lanes are full, look again soon: one of them may have room before the others have data.
                timeout = _POLL_SECONDS if len(wanted) == len(active) else _FULL_SECONDS
                fetched = await self._getmany(active_partitions=wanted, timeout=timeout)
                if generation != self.app.consumer_generation_id or not self.flow_active:
                    await self._put_back(fetched)
                    continue
                for tp, records in fetched.items():
                    lane = lanes.get(tp)
                    if lane is not None and records:
                        lane.offer(records)
        except self.consumer_stopped_errors:
            if not self.transport.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.transport.app.should_stop:
                raise

    async def _put_back(self, fetched: Mapping[TP, Any]) -> None:
        """
        Read again what was fetched while the group was rebalanced.

        A fetch that began before may end after the partitions were set to where their lanes go on. What it brings may be older than
        that or the first behind it; dropped, it would be skipped for ever. While a rebalance goes on, that sets them anyway.
        """
        lanes = cast("LaneApp", self.app).lanes
        for tp in fetched:
            if self.flow_active and tp in self.assignment() and lanes.get(tp) is not None:
                await self.seek(tp, lanes.start_of(tp) or 0)


class TablelessApp(faust.App):
    """An app without tables, so without the folders that Faust would make for them."""

    def _create_directories(self) -> None:
        """Make none: the file system may be read-only, and what is made would be left behind."""


class LaneTransport(driver.Transport):
    """Faust's transport with our consumer."""

    Consumer = LaneConsumer
