"""What was deleted, cut off or made anew under a worker is told or refused, never jumped over in silence."""

from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from worker.broker import DevBroker
from worker.testing.plant import Plant
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka


async def _delete(plant: Plant, topic: str, before: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=plant.settings.broker)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=before)})
    finally:
        await admin.close()


async def test_records_deleted_before_they_were_read_are_told(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A position that retention overtook goes on at the log's start, and the worker says how many offsets are missing."""
    wire = Wire(seed=31)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        await plant.feed(wire.new() for _ in range(20))
        first = plant.start("all")
        await plant.settle()
        assert first.stop() == 0
        await plant.feed(wire.new() for _ in range(60))
        await _delete(plant, plant.raw, 50)

        second = plant.start("all")
        await plant.settle()
        kept = await plant.read(plant.names.enriched)

    assert "retention deleted records before they were read" in second.log
    assert "offsets=30" in second.log
    assert "retention deleted" not in first.log
    assert len(kept) == 20 + 30


async def test_marks_of_transactions_are_no_gap(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Offsets that are marks of transactions are not taken for deleted records."""
    wire = Wire(seed=32)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=4, CHUNK=1) as plant:
        await plant.create()
        worker = plant.start("all")
        await plant.feed(wire.new() for _ in range(80))
        await plant.settle()

    assert "retention deleted" not in worker.log
