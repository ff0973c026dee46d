"""A backfill beside live updates and kills of the same stories: whatever comes first, no older state is ever the last word."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from worker.broker import DevBroker
from worker.desk.slip import read_prepared
from worker.live.message import Record
from worker.replay.bounds import Ask
from worker.replay.manifest import Manifest
from worker.replay.start import LIVE, Runs
from worker.testing.plant import Plant
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka

STORIES = 450  # of each kind: both orders come about half as often, and each must come a hundred times
ENOUGH = 100
BURST = 10
CHUNK = 20  # of the backfill, so that it is not done in two
AHEAD = 60  # live messages before the backfill, for their way through intake
RATE = 150  # items a second of the backfill, few enough for live work to come through beside it


def _update(item: dict[str, Any]) -> bytes:
    text = item["body_text"] + " An inquiry has been opened, and two people were questioned."
    return orjson.dumps({**item, "version": "2", "body_text": text})


def _kill(item: dict[str, Any]) -> bytes:
    return orjson.dumps({**item, "version": "2", "pubstatus": "canceled"})


class Pace:
    """How far the backfill is; what is live keeps step with it, however fast the machine."""

    def __init__(self) -> None:
        self._done = 0

    def moved(self, manifest: Manifest, left: int) -> None:
        """Hear of the backfill."""
        self._done = manifest.bounds.records - left

    async def feed(self, plant: Plant, events: list[bytes]) -> None:
        """Feed what happens live."""
        for start in range(0, len(events), BURST):
            while start > self._done + AHEAD:  # noqa: ASYNC110 - the backfill reports by a plain call
                await asyncio.sleep(0.005)
            await plant.feed(events[start : start + BURST])


def _orders(prepared: Iterable[Record]) -> Counter[str]:
    """Count what came first, the backfill of a story or what happened to it live."""
    orders: Counter[str] = Counter()
    seen: dict[str, str] = {}
    for record in prepared:
        slip, _ = read_prepared(record.value or b"")
        what = (
            "backfill" if slip.replayed else "kill" if slip.status == "canceled" else "update" if slip.version == "2" else None
        )
        if what is None:
            continue  # the first version, before the race
        if slip.uri in seen:
            orders[f"{seen[slip.uri]} before {what}"] += 1
        seen[slip.uri] = what
    return orders


def _last(records: Iterable[Record]) -> dict[tuple[str, str], tuple[str, bool]]:
    """Give the last word on each story on each topic: its version, and whether it is cancelled."""
    words: dict[tuple[str, str], tuple[str, bool]] = {}
    for record in records:
        item = orjson.loads(record.value or b"")
        words[record.topic, item["uri"]] = item["version"], item["story"]["relation"] == "cancellation"
    return words


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_older_state_is_ever_the_last(
    broker: DevBroker, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each order of backfill, update and kill occurs a hundred times, and every topic ends with the newest state of every story."""
    monkeypatch.setattr("worker.replay.run.CHUNK", CHUNK)
    wire = Wire(seed=51)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        items = [orjson.loads(wire.new()) for _ in range(2 * STORIES)]
        await plant.feed([orjson.dumps(item) for item in items])
        plant.start("all")
        await plant.settle()
        killed = {item["uri"] for item in items[::2]}
        events = [_kill(item) if item["uri"] in killed else _update(item) for item in items]
        random.Random(51).shuffle(events)

        runs, ask = Runs(plant.settings), Ask(topics=(plant.raw,))
        begun = await runs.begin("race", LIVE, {}, ask)  # its range ends here, before what is live
        pace = Pace()
        backfill = runs.work(begun, ask, rate=RATE, max_lag=0, as_new=False, progress=pace.moved)
        done, _ = await asyncio.gather(backfill, pace.feed(plant, events))
        await plant.settle()
        orders = _orders(await plant.read(plant.names.prepared))
        routes = [plant.names.route(route) for route in plant.routes]
        published = await plant.read(plant.names.enriched, *routes)

    assert done.bounds.records == 2 * STORIES
    kinds = [f"{a} before {b}" for what in ("update", "kill") for a, b in (("backfill", what), (what, "backfill"))]
    assert all(orders[kind] >= ENOUGH for kind in kinds), orders
    by_topic: dict[str, int] = defaultdict(int)
    for (topic, uri), (version, cancelled) in _last(published).items():
        assert (version, cancelled) == ("2", uri in killed), (topic, uri)
        by_topic[topic] += 1
    assert by_topic[plant.names.enriched] == 2 * STORIES
    assert len(by_topic) > 1
