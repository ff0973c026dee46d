"""The short ones of the faults; `make faults` is all of them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from worker.broker import DevBroker
from worker.testing.clients import admin_on
from worker.testing.hurt import open_transactions
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent
from worker.testing.proxy import Proxy
from worker.testing.stories import Wire

PATIENCE_SECONDS = 60.0


async def open_one(state: Path) -> None:
    """Wait until a transaction is open."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not open_transactions(state):  # noqa: ASYNC110 - another process sets it
            await asyncio.sleep(0.01)


pytestmark = [pytest.mark.kafka, pytest.mark.slow]


async def test_connections_that_are_cut_inside_a_transaction_cost_nothing(
    own_broker: Callable[..., DevBroker], tmp_path: Path
) -> None:
    """Each time all connections are reset while a transaction is open, the chunk is done again, and readers see it once."""
    state, wire = tmp_path / "state", Wire(seed=71)
    with Proxy() as proxy:
        broker = own_broker(advertise=proxy.port).start()
        proxy.target = int(broker.bootstrap.rpartition(":")[2])
        with Plant(broker.internal, "cut.", tmp_path, CHUNK=10) as plant:
            await plant.create()
            env = {"COPYDESK_BROKER": proxy.address}
            plant.start("intake", env=env)
            hurt = ["-m", "worker.testing.hurt", "--stall=0.3", f"--state={state}"]
            desk = plant.start("desk", command=hurt, env=env)
            for _ in range(3):
                await plant.feed(wire.mixture(40))
                await open_one(state)
                proxy.cut()
            await plant.settle()
            verdict = await judge(plant)
            assert (verdict.problems, proxy.cuts > 0, desk.alive) == ([], True, True)


async def test_an_unreadable_memory_record_keeps_the_desk_from_starting(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A desk says which record it can't read and does not start; a tombstone under its key mends it."""
    wire = Wire(seed=72)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        workers = [plant.start("intake"), plant.start("desk")]
        await plant.feed(wire.mixture(30))
        await plant.settle()
        for worker in workers:
            worker.stop()
        memory = plant.settings.memory_topic
        await plant.feed([Sent(b"\0broken", key=b"item:urn:nobody", partition=0)], memory)
        refused = plant.start("desk")
        assert refused.wait() == 3
        assert "key item:urn:nobody: memory record can't be read: not JSON with a format. Write its key again" in refused.log
        assert "Traceback" not in refused.log
        await plant.feed([Sent(None, key=b"item:urn:nobody", partition=0)], memory)
        for role in ("intake", "desk"):
            plant.start(role)
        await plant.feed(wire.mixture(30))
        await plant.settle()
        assert (await judge(plant)).problems == []


async def test_an_output_topic_that_was_deleted_is_waited_for(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """The desk goes on by itself, with nothing lost, when an output topic that was deleted under it is made again."""
    wire = Wire(seed=73)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("intake")
        desk = plant.start("desk")
        desk.wait_ready()
        async with admin_on(plant.settings.broker) as admin:
            await admin.delete_topics([plant.names.enriched])
        await plant.feed(wire.mixture(30))
        await asyncio.to_thread(desk.wait_log, b"a topic is not there any more", 90)
        await plant.create()
        await plant.settle()
        assert (await judge(plant)).problems == []
        assert desk.alive
