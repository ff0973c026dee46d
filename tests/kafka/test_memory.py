"""What a desk remembers, however it came to know it: from the topic, compacted or not, from a snapshot, or as a standby."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from worker.broker import DevBroker
from worker.desk.entry import DESK_KEY
from worker.live.snapshot import path_of
from worker.live.topic_id import TopicId, topic_id
from worker.testing.oracle import judge
from worker.testing.plant import Plant
from worker.testing.stories import Wire
from worker.topics import plan

pytestmark = pytest.mark.kafka


def wait(true: Callable[[], bool], seconds: float = 40.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def alter(plant: Plant, topic: str, **changes: str) -> None:
    """Change settings of a topic; dots are written as underlines."""
    config = next(planned.config for planned in plan(plant.settings, plant.routes) if planned.name == topic)
    changed = {**config, **{name.replace("_", "."): value for name, value in changes.items()}}
    admin = AIOKafkaAdminClient(bootstrap_servers=plant.settings.broker)
    await admin.start()
    try:
        for response in await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, changed)]):
            for code, *_ in response.resources:
                if code:
                    raise for_code(code)
    finally:
        await admin.close()


async def ids(plant: Plant) -> TopicId:
    """Ask what the memory topic's name stands for."""
    found = await topic_id({"bootstrap_servers": plant.settings.broker}, plant.settings.memory_topic)
    assert found is not None
    return found


async def test_a_desk_goes_on_from_a_snapshot(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A desk that takes over a snapshot and the topic's tail decides as one that has read all of it."""
    folder = tmp_path / "snapshots"
    wire = Wire(seed=40)
    with Plant(broker.bootstrap, prefix, tmp_path, SNAPSHOTS=folder, SNAPSHOT_INTERVAL="1s") as plant:
        await plant.create()
        plant.start("intake")
        desk = plant.start("desk")
        await plant.feed(wire.mixture(150))
        await plant.settle()
        path = path_of(folder, plant.settings.memory_topic, 0)
        wait(path.exists)
        await plant.feed(wire.mixture(60))
        await plant.settle()
        desk.kill()
        await plant.feed(wire.mixture(90))

        successor = plant.start("desk")
        await plant.settle()

        assert "memory 0 from snapshot" in successor.log
        assert (await judge(plant)).problems == []


async def test_a_snapshot_of_a_topic_that_was_made_anew_is_refused(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Made anew, the memory topic has another id: what was remembered of the old one is not taken over, and the log says why."""
    folder = tmp_path / "snapshots"
    wire = Wire(seed=41)
    with Plant(broker.bootstrap, prefix, tmp_path, SNAPSHOTS=folder, SNAPSHOT_INTERVAL="1s") as plant:
        await plant.create()
        plant.start("intake")
        desk = plant.start("desk")
        await plant.feed([wire.new() for _ in range(30)])
        await plant.settle()
        wait(path_of(folder, plant.settings.memory_topic, 0).exists)
        desk.stop()
        before = await ids(plant)
        await plant.remake(plant.settings.memory_topic)

        successor = plant.start("desk")
        successor.wait_log(b"memory 0 from topic: 0 items")
        after = await ids(plant)

        assert "the topic was made anew since" in successor.log
        assert before.cluster == after.cluster
        assert before.topic != after.topic


async def test_decisions_are_the_same_after_compaction_and_a_restart(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """When Kafka has compacted the memory topic, a desk that reads what is left decides as the pure desk over all items."""
    wire = Wire(seed=42)
    with Plant(broker.bootstrap, prefix, tmp_path, CHUNK=10) as plant:
        await plant.create()
        memory = plant.settings.memory_topic
        await alter(
            plant,
            memory,
            segment_ms="200",
            min_cleanable_dirty_ratio="0.001",
            min_compaction_lag_ms="0",
            max_compaction_lag_ms="500",
            delete_retention_ms="0",
        )
        plant.start("intake")
        desk = plant.start("desk")
        await plant.feed(wire.mixture(200))
        await plant.settle()
        written = max(record.offset for record in await plant.read(memory))
        deadline = time.monotonic() + 120
        while True:
            records = [record for record in await plant.read(memory) if record.offset <= written]
            keys = {record.key for record in records}
            if len(records) == len(keys) and DESK_KEY not in keys:
                break  # of each key one record is left, and of the desk's own, which each chunk writes, a newer one
            assert time.monotonic() < deadline
            # A segment is compacted only when another one was begun.
            await plant.feed(wire.mixture(3))
            await plant.settle()
        desk.stop()
        await plant.feed(wire.mixture(150))

        successor = plant.start("desk")
        await plant.settle()

        assert "memory 0 from topic" in successor.log
        assert (await judge(plant)).problems == []


async def test_each_partition_has_a_memory_of_its_own(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """With two prepared partitions items of two languages are two desks' work: what one remembers the other does not."""
    wire = Wire(seed=43)
    with Plant(broker.bootstrap, prefix, tmp_path, PREPARED_PARTITIONS=2) as plant:
        await plant.create()
        plant.start("intake")
        plant.start("desk")
        english = [wire.new(language="en") for _ in range(12)]
        german = [wire.new(language="de") for _ in range(12)]
        await plant.feed(english + german)
        await plant.settle()

        records = await plant.read(plant.settings.memory_topic)
        prepared = await plant.read(plant.names.prepared)

        assert {record.partition for record in prepared} == {record.partition for record in records} == {0, 1}
        remembered = {p: {r.key for r in records if r.partition == p} - {DESK_KEY} for p in (0, 1)}
        assert not remembered[0] & remembered[1]
        assert sum(map(len, remembered.values())) == 24
        assert (await judge(plant)).problems == []
