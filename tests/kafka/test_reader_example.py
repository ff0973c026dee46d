"""The example of a reader does with a wire what a reader has to do."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from worker.broker import DevBroker
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka

EXAMPLE = Path(__file__).parents[2] / "schemas/read_enriched.py"


def read(plant: Plant, database: Path, count: int) -> list[str]:
    """Run the example until it has read so many records; say what it did with each."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), plant.settings.broker, str(database), plant.settings.topic_prefix, str(count)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return [line.split(": ")[1] for line in done.stdout.splitlines()]


def wire() -> list[bytes]:
    """Send two stories; one is copied, updated, corrected and sent again, late too, the other is cancelled."""
    made = Wire(seed=31)
    first = orjson.loads(made.new())
    copy = {**first, "uri": "urn:other:1", "body_text": first["body_text"].replace("said", "says")}
    update = {**first, "version": "2", "body_text": first["body_text"] + " It was raised again on Friday morning."}
    correction = {
        **update,
        "version": "3",
        "headline": f"CORRECTED: {first['headline']}",
        "body_text": update["body_text"] + " Not Monday.",
    }
    second = orjson.loads(made.new())
    killed = {**second, "version": "2", "pubstatus": "canceled"}
    messages: list[dict[str, Any]] = [first, copy, update, correction, correction, update, second, killed]
    return [orjson.dumps(message) for message in messages]


async def test_the_example_keeps_what_is_news_and_does_nothing_twice(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """It has the newest version of each item and no cancelled one, goes on at its place, and passes over an event that comes again."""
    database = tmp_path / "news.sqlite"
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        plant.start("all")
        messages = wire()
        await plant.feed(messages)
        await plant.settle()
        names = plant.names
        published = await plant.read(names.enriched, names.duplicates)

        done = read(plant, database, len(messages) - 1)
        assert len(published) == len(messages)
        done += read(plant, database, 1)

        assert sorted(done) == sorted(
            ["new", "duplicate", "update", "correction", "redelivery", "stale", "new", "cancellation"]
        )  # fmt: skip
        base = sqlite3.connect(database)
        assert base.execute("SELECT uri, version FROM items").fetchall() == [("urn:wire:000001", "3")]
        assert base.execute("SELECT uri, of_item FROM copies").fetchall() == [("urn:other:1", "urn:wire:000001")]

        again = next(r for r in published if r.topic == names.enriched)
        await plant.feed([Sent(again.value, again.key, again.headers)], names.enriched)
        assert read(plant, database, 1) == ["seen before"]
        assert base.execute("SELECT uri, version FROM items").fetchall() == [("urn:wire:000001", "3")]
