"""The memory topic is lost: what docs/operations.md says to do, done word by word, and what readers then see."""

import asyncio
import subprocess
import sys
from collections import Counter
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.testing.clients import admin_on
from worker.testing.plant import Plant
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka

ROOT = Path(__file__).parents[2]
READER = ROOT / "schemas/read_enriched.py"


def read(plant: Plant, count: int) -> list[str]:
    """Have the example of a reader read so many records of enriched and duplicates; say what it did with each."""
    database = plant.folder / "news.sqlite"
    done = subprocess.run(
        [sys.executable, str(READER), plant.settings.broker, str(database), plant.settings.topic_prefix, str(count)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return [line.split(": ")[1] for line in done.stdout.splitlines()]


def commands(section: str) -> list[list[str]]:
    """Give the commands that the page names in a paragraph, in their order."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    paragraph = page.split(section)[1].split("**A cluster was restored")[0]
    return [span.split()[1:] for number, span in enumerate(paragraph.split("`")) if number % 2 and span.startswith("copydesk ")]


async def lose(plant: Plant, wire: Wire) -> int:
    """Have ten stories published and a copy of one recognised, then lose the memory and do what comes first; count what readers saw."""
    await plant.create()
    plant.start("intake")
    desk = plant.start("desk")
    await plant.feed([*(wire.new() for _ in range(10)), wire.copy()])
    await plant.settle()
    seen = read(plant, 11)
    assert Counter(seen) == {"new": 10, "duplicate": 1}
    async with admin_on(plant.settings.broker) as admin:
        await admin.delete_topics([plant.names.memory])
    # Stop the desks, `copydesk topics create`.
    await asyncio.to_thread(desk.stop)
    create = commands("**The memory topic is lost.**")[0]
    assert create == ["topics", "create"]
    for _ in range(100):  # the broker deletes a moment later
        made = await asyncio.to_thread(plant.command, *create)
        if made.returncode == 0 and "1 created" in made.stdout:
            return len(seen)
        await asyncio.sleep(0.3)
    raise AssertionError(made.stdout + made.stderr)


async def test_beginning_with_nothing_publishes_repeats_once_more(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Nothing is lost and the desk goes on; what repeats a story from before the loss is news once more, and a repeat of that no longer."""
    wire = Wire(seed=41)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await lose(plant, wire)
        plant.start("desk")
        again = wire.repeat()
        await plant.feed([wire.new(), again, again])
        await plant.settle()

        assert Counter(read(plant, 3)) == {"new": 2, "redelivery": 1}


async def test_a_rebuilt_memory_knows_what_was_and_readers_drop_what_comes_again(
    broker: DevBroker, prefix: str, tmp_path: Path
) -> None:
    """A replay decides again all that the raw topics hold: readers see the same events, and repeats are repeats again."""
    wire = Wire(seed=42)
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        seen = await lose(plant, wire)
        before = [(r.key, r.value) for r in await plant.read(plant.names.enriched)]
        plant.start("desk")
        replay = commands("*Rebuild.*")[0]
        assert replay[0] == "replay"
        done = await asyncio.to_thread(plant.command, *replay)
        assert done.returncode == 0, done.stderr
        await plant.settle()

        assert read(plant, seen) == ["seen before"] * seen
        after = [orjson.loads(r.value or b"") for r in await plant.read(plant.names.enriched)]
        assert [record["uri"].encode() for record in after] == [key for key, _ in before] * 2
        assert all(record["replayed"] for record in after[len(before) :])

        await plant.feed([wire.repeat(), wire.new()])
        await plant.settle()
        assert Counter(read(plant, 2)) == {"redelivery": 1, "new": 1}
