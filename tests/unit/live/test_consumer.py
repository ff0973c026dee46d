"""The consumer's loop, with Faust's parts played by a stand-in."""

import asyncio
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from faust.types import TP

from worker.live.consumer import LaneConsumer

A, B = TP("t", 0), TP("t", 1)


class Lane:
    """A lane that takes everything."""

    def __init__(self, position: int | None) -> None:
        """Start at a position."""
        self.position = position
        self.room = asyncio.Event()
        self.room.set()
        self.taken: list[int] = []

    def offer(self, records: list[int]) -> None:
        """Take records."""
        self.taken += records


class Lanes(dict[TP, Lane]):
    """The lanes by partition."""

    def start_of(self, tp: TP) -> int | None:
        """Give a lane's position."""
        return self[tp].position


class StandIn(LaneConsumer):
    """A consumer of which only the loop is real; `fetches` play the broker."""

    flow_active = True
    consumer_stopped_errors = ()

    def __init__(self, lanes: Lanes, fetches: list[Callable[["StandIn"], Mapping[TP, Any]]]) -> None:
        """Start with nothing fetched."""
        self._stopped = asyncio.Event()  # type: ignore[assignment] # Faust names its own class
        self.app = SimpleNamespace(lanes=lanes, consumer_generation_id=1, should_stop=False)  # type: ignore[assignment] # a stand-in
        self.fetches = fetches
        self.seeks: list[tuple[TP, int]] = []

    def assignment(self) -> set[TP]:
        """Own both partitions."""
        return {A, B}

    def _get_active_partitions(self) -> set[TP]:
        return {A, B}

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, Any]:  # noqa: ASYNC109 - Faust's signature
        found = self.fetches.pop(0)(self)
        if not self.fetches:
            self._stopped.set()
        return found

    async def seek(self, partition: TP, offset: int) -> None:
        """Note where it was set to."""
        self.seeks.append((partition, offset))


async def drain(consumer: StandIn) -> None:
    """Run the loop until its fetches are used up."""
    await consumer._drain_messages(SimpleNamespace(_stopped=asyncio.Event()))


async def test_records_go_to_the_lane_of_their_partition() -> None:
    """A fetch is handed to the lanes as it came."""
    lanes = Lanes({A: Lane(None), B: Lane(7)})
    consumer = StandIn(lanes, [lambda _: {A: [0, 1]}, lambda _: {B: [7]}])
    await drain(consumer)
    assert (lanes[A].taken, lanes[B].taken, consumer.seeks) == ([0, 1], [7], [])


async def test_what_was_fetched_over_a_rebalance_is_read_again() -> None:
    """Records of a fetch that a rebalance overtook are dropped, and their partitions set to where their lanes go on."""
    lanes = Lanes({A: Lane(None), B: Lane(7)})

    def overtaken(consumer: StandIn) -> Mapping[TP, Any]:
        consumer.app.consumer_generation_id += 1
        return {A: [0], B: [9]}

    consumer = StandIn(lanes, [overtaken, lambda _: {}])
    await drain(consumer)
    assert (lanes[A].taken, lanes[B].taken) == ([], [])
    assert consumer.seeks == [(A, 0), (B, 7)]


async def test_what_was_fetched_into_a_rebalance_is_dropped() -> None:
    """While a rebalance goes on nothing is set: it sets all partitions at its end."""
    lanes = Lanes({A: Lane(3), B: Lane(7)})

    def into(consumer: StandIn) -> Mapping[TP, Any]:
        consumer.flow_active = False
        consumer._stopped.set()
        return {A: [3]}

    consumer = StandIn(lanes, [into])
    await drain(consumer)
    assert (lanes[A].taken, consumer.seeks) == ([], [])
