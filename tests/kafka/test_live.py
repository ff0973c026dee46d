"""The live worker against the pure core, its start and its end."""

import re
import socket
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.offline import process
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire
from worker.wiring import Counter

pytestmark = pytest.mark.kafka

ORIGIN = re.compile(rb'"origin":\{[^{}]*\}')


async def test_live_equals_offline(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """What the live worker publishes is, but for the origin, byte for byte what the offline command writes for the same items."""
    messages = list(Wire(seed=7).mixture(150))
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1, CHUNK=40) as plant:
        await plant.create()
        await plant.feed(messages)
        plant.start("all")
        await plant.settle()
        names = plant.names
        published = await plant.read(names.enriched, names.duplicates, names.advisories)
    counter = Counter(plant.rules, names=names)
    offline = [line for line in process(messages, plant.rules, counter=counter) if orjson.loads(line).get("reason") is None]
    live = sorted((record.value or b"" for record in published), key=lambda value: orjson.loads(value)["origin"]["sequence"])
    assert [ORIGIN.sub(b"", value) for value in live] == [ORIGIN.sub(b"", line) for line in offline]
    assert len(live) > 130


async def test_compressed_topics_are_read(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Whatever compression senders or topics use, all is read; a desk that starts anew reads its memory too."""
    wire = Wire(seed=8)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        names = plant.names
        for topic, codec in ((plant.raw, "zstd"), (names.prepared, "lz4"), (names.memory, "snappy"), (names.enriched, "gzip")):
            await plant.configure(topic, {"compression.type": codec})
        for _ in range(2):
            workers = [plant.start("intake"), plant.start("desk")]
            await plant.feed(wire.mixture(40))
            await plant.settle()
            assert [worker.stop() for worker in workers] == [0, 0]
        assert (await judge(plant)).problems == []


async def test_small_chunks_many_partitions_and_two_desks(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Whatever the chunks and the partitions, the topics hold what the pure desk makes of the prepared topic's order."""
    with Plant(
        broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=3, PREPARED_PARTITIONS=2, OUTPUT_PARTITIONS=2, CHUNK=7
    ) as plant:
        await plant.create()
        worker = plant.start("all")
        wire = Wire(seed=8)
        for _ in range(4):
            await plant.feed(wire.mixture(40))
        await plant.settle()
        verdict = await judge(plant)
        assert verdict.problems == []
        assert verdict.counts["raw"] == 160
        assert worker.stop() == 0


async def test_memory_is_loaded_before_the_first_decision(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A desk that starts anew finds a duplicate of what another decided, though both wait for it at the start."""
    wire = Wire(seed=9)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        intake, desk = plant.start("intake"), plant.start("desk")
        await plant.feed([wire.new()])
        await plant.settle()
        assert desk.stop() == 0
        copy = wire.copy()
        await plant.feed([copy])
        await plant.until(lambda records: len(records) == 2, plant.names.prepared)
        plant.start("desk")
        (notice,) = await plant.until(bool, plant.names.duplicates)
        assert orjson.loads(notice.value or b"")["story"]["of"] == "urn:wire:000001"
        assert intake.alive


@pytest.mark.parametrize("role", ["intake", "desk", "all"])
async def test_sigterm_drains_and_ends_with_0(role: str, broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A worker that is told to stop finishes what it has begun and ends with exit code 0."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=10).mixture(200))
        worker = plant.start(role)
        worker.wait_ready(times=2 if role == "all" else 1)
        assert worker.stop() == 0
        plant.start("all")
        await plant.settle()
        assert (await judge(plant)).problems == []


async def test_without_a_broker_it_says_so(tmp_path: Path) -> None:
    """Where no broker listens, the worker ends at once with a line that names the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with Plant(address, "none.", tmp_path) as plant:
        for role in ("intake", "desk", "all"):
            worker = plant.start(role)
            assert worker.wait() == 1
            assert f"Kafka at {address} can't be reached" in worker.log
            assert "Traceback" not in worker.log


async def test_missing_topics_are_named_with_what_mends_them(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Without its topics the worker refuses to start, and says which command makes them."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        worker = plant.start("desk")
        assert worker.wait() == 1
        assert f"missing topics: {plant.raw}, {plant.names.prepared}, " in worker.log
        assert "copydesk topics create" in worker.log


async def test_headers_are_cloud_events_and_the_trace_is_passed_on(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A published record carries CloudEvents headers, the provider of the raw record's header, and its trace."""
    trace = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("all")
        [(partition, offset)] = await plant.feed([Sent(Wire(seed=11).new(), headers=[("ce_source", b"the-agency"), trace])])
        (record,) = await plant.until(bool, plant.names.enriched)
        headers = dict(record.headers)
        assert headers["ce_id"] == f"{plant.raw}/{partition}/{offset}/0".encode()
        assert headers["ce_source"] == b"the-agency"
        assert headers["ce_type"] == b"copydesk.item.new"
        assert headers[trace[0]] == trace[1]
        assert record.key == b"urn:wire:000001"


async def test_a_prepared_topic_made_anew_is_not_skipped(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Where the log ends before what was last committed, a desk refuses to go on: it would drop all that comes."""
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        await plant.feed(Wire(seed=12).mixture(20))
        worker = plant.start("all")
        await plant.settle()
        worker.kill()
        await plant.remake(plant.names.prepared)
        again = plant.start("desk")
        assert again.wait(100) == 3
        assert f"{plant.names.prepared}/0: " in again.log
        assert "was the topic made anew?" in again.log
