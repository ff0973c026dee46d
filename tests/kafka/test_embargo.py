"""Items under embargo: held, released once at their time, whoever owns the desk by then."""

import time
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.desk.slip import Slip, write_prepared
from worker.model import Embargo, Origin
from worker.testing.oracle import judge
from worker.testing.plant import Plant, Sent

pytestmark = pytest.mark.kafka


def prepared(uri: str, *, until: float | None = None, version: str = "1", status: str = "usable", offset: int = 0) -> Sent:
    """Make a prepared item, held until a time in seconds since 1970."""
    now = int(time.time() * 1000)
    slip = Slip(
        uri=uri,
        version=version,
        provider="agency",
        time=now,
        origin=Origin("press", 0, offset, now),
        status=status,
        embargo=Embargo(until=int(until * 1000), text="embargoed") if until else None,
        headline=f"version {version}",
    )
    return Sent(write_prepared(slip, orjson.dumps({"item": {"uri": uri, "version": version}})), key=uri.encode(), partition=0)


async def test_held_and_released_once(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A held item is published when its time has come, not before, with its record in the held topic removed."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("desk").wait_ready()
        due = time.time() + 2
        await plant.feed([prepared("urn:a", until=due), prepared("urn:b", offset=1)], plant.names.prepared)
        released = await plant.until(lambda found: len(found) == 2, plant.names.enriched)
        last = released[-1]
        assert last.key == b"urn:a"
        assert last.timestamp >= int(due * 1000)
        held = await plant.read(plant.names.held)
        assert [(record.key, record.value is None) for record in held] == [(b"urn:a", False), (b"urn:a", True)]
        assert (await judge(plant)).problems == []


async def test_released_by_the_next_owner(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """What one desk holds and is killed with, the next one releases, once, though it was due while nobody was there."""
    with Plant(broker.bootstrap, prefix, tmp_path, SESSION_TIMEOUT="6s") as plant:
        await plant.create()
        first = plant.start("desk")
        first.wait_ready()
        await plant.feed([prepared("urn:a", until=time.time() + 4)], plant.names.prepared)
        await plant.until(bool, plant.names.held)
        first.kill()
        plant.start("desk")
        await plant.until(bool, plant.names.enriched)
        await plant.settle()
        assert len(await plant.read(plant.names.enriched)) == 1
        assert (await judge(plant)).problems == []


async def test_updates_and_kills_while_held(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """An update of a held item is what is released; a kill takes it away, before the item or after it."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        due = time.time() + 4
        await plant.feed(
            [
                prepared("urn:early", status="canceled", version="9"),
                prepared("urn:early", until=due, offset=1),
                prepared("urn:updated", until=due, offset=2),
                prepared("urn:updated", until=due + 0.5, version="2", offset=3),
                prepared("urn:killed", until=due, offset=4),
                prepared("urn:killed", status="canceled", version="2", offset=5),
            ],
            plant.names.prepared,
        )
        plant.start("desk")
        await plant.until(lambda found: any(record.key == b"urn:updated" for record in found), plant.names.enriched)
        await plant.settle()
        enriched = [orjson.loads(record.value or b"") for record in await plant.read(plant.names.enriched)]
        assert [(record["uri"], record["version"], record["story"]["relation"]) for record in enriched] == [
            ("urn:early", "9", "cancellation"),
            ("urn:killed", "2", "cancellation"),
            ("urn:updated", "2", "new"),
        ]
        assert (await judge(plant)).problems == []


async def test_due_before_it_is_decided(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """An item whose time comes while it waits to be decided is held and released, not forgotten."""
    with Plant(broker.bootstrap, prefix, tmp_path, CHUNK=5) as plant:
        await plant.create()
        now = time.time()
        await plant.feed([prepared(f"urn:{n}", until=now + 0.5, offset=n) for n in range(50)], plant.names.prepared)
        time.sleep(max(0.0, now + 0.6 - time.time()))  # noqa: ASYNC251 - nothing else runs in this loop
        plant.start("desk", command=["-m", "worker.testing.hurt", "--stall=0.3"])
        await plant.until(lambda found: len(found) == 50, plant.names.enriched)
        await plant.settle()
        assert (await judge(plant)).problems == []
