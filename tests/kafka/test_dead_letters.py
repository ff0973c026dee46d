"""Everything that can't be processed ends in the dead-letter topic, and the worker goes on."""

from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.live.dead_letter import HEAD_BYTES
from worker.live.message import Record
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka

STORY = "the words of the story that no log may hold"


def facts(letter: Record) -> Mapping[str, str]:
    """Read what a dead letter says of itself."""
    return {key.removeprefix("copydesk_"): value.decode() for key, value in letter.headers if key.startswith("copydesk_")}


async def test_input_that_is_no_item(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Bytes that nobody can read, items that are not valid, empty or too large: each lies there as it came, with why and where."""
    wire = Wire(seed=30)
    large = wire.new(body_text=f"{STORY} " * 2000)
    bad = {
        "undecodable": bytes(range(32)) + STORY.encode(),
        "invalid": orjson.dumps({"uri": "urn:bad", "headline": 7, "body_text": STORY}),
        "empty": orjson.dumps({"uri": "urn:empty", "version": "1"}),
        "too_large": large,
    }
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1, MAX_ITEM_BYTES="50KiB") as plant:
        await plant.create()
        worker = plant.start("all")
        await plant.feed([Sent(value, key=b"k", headers=[("mine", b"1")]) for value in bad.values()])
        await plant.feed([wire.new()])
        letters = await plant.until(lambda found: len(found) == len(bad), plant.names.dead_letters)
        await plant.until(bool, plant.names.enriched)
        for letter, (reason, value), offset in zip(letters, bad.items(), range(4), strict=True):
            said = facts(letter)
            assert (said["reason"], said["topic"], said["partition"], said["offset"]) == (reason, plant.raw, "0", str(offset))
            assert letter.key == b"k"
            assert ("mine", b"1") in letter.headers
            assert letter.value == (value[:HEAD_BYTES] if reason == "too_large" else value)
            assert STORY not in str(said)
        assert facts(letters[3])["truncated"] == str(len(large))
        assert STORY not in worker.log
        assert (await judge(plant)).problems == []


@pytest.mark.parametrize(("fault", "reason"), [("stage-raises", "stage_failed"), ("desk-raises", "desk_failed")])
async def test_a_bug_costs_one_item(fault: str, reason: str, broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Where a stage or the desk raises on an item, that item is a dead letter and its neighbours in the chunk are published."""
    wire = Wire(seed=31)
    boom = wire.new(headline=f"Boom {STORY}", body_text=f"{STORY} " * 20)
    command = ["-m", "worker.testing.hurt", f"--fault={fault}"]
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        await plant.feed([wire.new(), boom, wire.new()])
        workers = [plant.start(role, command=command) for role in ("intake", "desk")]
        await plant.settle()
        enriched = await plant.read(plant.names.enriched)
        assert sorted(record.key or b"" for record in enriched) == [b"urn:wire:000002", b"urn:wire:000003"]
        (letter,) = await plant.read(plant.names.dead_letters)
        said = facts(letter)
        assert said["reason"] == reason
        if fault == "desk-raises":
            assert said["origin"] == f"{plant.raw}/0/1/0"
            assert (await judge(plant)).problems == []
        else:
            assert letter.value == boom
            assert (said["topic"], said["offset"]) == (plant.raw, "1")
        for worker in workers:
            assert worker.alive
            assert STORY not in worker.log


async def test_a_prepared_record_that_is_none(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """What is no prepared item, or of a format to come, is a dead letter of the desk, which goes on."""
    bad = [Sent(b"not a prepared item"), Sent(b'{"slip":{"format":99}\n,"record":{}}'), Sent(None, key=b"k")]
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("all")
        await plant.feed(bad, plant.names.prepared)
        await plant.feed([Wire(seed=32).new()])
        await plant.until(bool, plant.names.enriched)
        letters = await plant.read(plant.names.dead_letters)
        assert [facts(letter)["reason"] for letter in letters] == ["prepared_unreadable"] * 3
        assert [letter.value for letter in letters] == [bad[0].value, bad[1].value, b""]
        assert (await judge(plant)).problems == []


@pytest.mark.parametrize("topic", ["prepared", "enriched"])
async def test_an_output_that_the_broker_refuses(topic: str, broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A record that is too large for its topic becomes a dead letter; what was in the same chunk is published once."""
    wire = Wire(seed=33)
    messages = [wire.new() for _ in range(9)]
    messages.insert(5, wire.new(body_text="A long story. " * 6000))
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        await plant.limit(f"{prefix}{topic}", 40_000)
        await plant.feed([*messages, messages[0]])
        plant.start("all")
        await plant.settle()
        (letter,) = await plant.read(plant.names.dead_letters)
        said = facts(letter)
        assert said["reason"] == "refused"
        assert said["offset"] == "5" or topic == "enriched"
        assert said["topic"] == (plant.raw if topic == "prepared" else plant.names.prepared)
        assert len(await plant.read(plant.names.enriched)) == 9
        verdict = await judge(plant)
        assert verdict.problems == []
        assert len(await plant.read(plant.names.duplicates)) == 1
