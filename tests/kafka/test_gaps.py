"""What was deleted, cut off or made anew under a worker is told or refused, never jumped over in silence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewPartitions, RecordsToDelete

from worker.broker import DevBroker
from worker.testing.clients import admin_on
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka


async def _delete(plant: Plant, topic: str, before: int) -> None:
    async with admin_on(plant.settings.broker) as admin:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=before)})


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


async def test_a_group_whose_offsets_are_gone_goes_on_where_it_was(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Kafka forgot both groups: intake goes on behind what came of its topics, the desk behind what it remembers; none is doubled."""
    wire = Wire(seed=33)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed([*wire.mixture(40), b"no wire item", b"{}"])
        first = plant.start("all")
        await plant.settle()
        assert first.stop() == 0
        for role in ("intake", "desk"):
            group = f"{plant.settings.group}-{role}"
            broker.tool(
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                "--bootstrap-server",
                broker.internal,
                "--delete",
                "--group",
                group,
            )
        await plant.feed(wire.mixture(20))

        second = plant.start("all")
        await plant.settle()

        verdict = await judge(plant)
    assert verdict.problems == []
    assert verdict.counts["raw"] == 62
    assert second.log.count("the group has no committed offset; going on behind what was handled before") == 2
    assert "no committed offset" not in first.log


@pytest.mark.timeout(240)
async def test_a_producer_that_kafka_has_forgotten_begins_anew(
    own_broker: Callable[..., DevBroker], prefix: str, tmp_path: Path
) -> None:
    """A transactional id expires while nothing is fed for a week: what comes then is done, once."""
    # So many entries of Kafka's memory of producers end at once only where that is looked at every second.
    week = {
        "transactional.id.expiration.ms": "1500",
        "transaction.remove.expired.transaction.cleanup.interval.ms": "500",
        "producer.id.expiration.ms": "1500",
        "producer.id.expiration.check.interval.ms": "500",
    }
    wire = Wire(seed=34)
    with own_broker(properties=week).start() as running, Plant(running.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(wire.mixture(20))
        worker = plant.start("all")
        await plant.settle()
        while _known(running):
            assert worker.alive, worker.log
        await plant.feed(wire.mixture(20))
        await plant.settle()

        verdict = await judge(plant)
        assert worker.alive
    assert verdict.problems == []
    assert "InvalidProducerIdMapping" in worker.log


def _known(broker: DevBroker) -> bool:
    """Whether Kafka remembers a transactional id."""
    listed = broker.tool("org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server", broker.internal, "list")
    return len(listed.splitlines()) > 1


async def test_a_raw_topic_made_anew_under_a_worker_is_read_from_its_start(
    broker: DevBroker, prefix: str, tmp_path: Path
) -> None:
    """What stands at known offsets is not what was read there before: all of it is done, if need be by a worker started again."""
    wire = Wire(seed=35)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        first = plant.start("all")
        await plant.feed(wire.new() for _ in range(30))
        await plant.settle()
        first.stop()
        await plant.remake(plant.raw)
        await plant.feed(wire.new() for _ in range(40))
        second = plant.start("all")

        prepared = await plant.until(lambda found: len(found) >= 70, plant.names.prepared)

    assert len(prepared) == 70
    assert "was made anew: it is read from its start" in second.log


async def test_a_partition_added_under_a_worker_is_read_from_its_start(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A raw topic gets a partition while a worker runs, and records before the worker knows: all of them are done."""
    wire = Wire(seed=36)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1, METADATA_AGE="2s") as plant:
        await plant.create()
        worker = plant.start("all")
        await plant.feed(wire.new() for _ in range(5))
        await plant.settle()
        async with admin_on(plant.settings.broker) as admin:
            await admin.create_partitions({plant.raw: NewPartitions(total_count=2)})
        await plant.feed([Sent(wire.new(), partition=1) for _ in range(5)])

        await plant.settle()

        verdict = await judge(plant)
        assert worker.alive
    assert verdict.problems == []
    assert verdict.counts["raw"] == verdict.counts["prepared"] == 10
