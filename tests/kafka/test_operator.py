"""What an operator asks of the desk is carried out by it, recorded, and shown."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from factories import HARBOUR

from worker.broker import DevBroker
from worker.testing.plant import Plant

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def _item(uri: str, **fields: str) -> bytes:
    item = {
        "uri": uri,
        "version": "1",
        "headline": "Harbour closed",
        "versioncreated": "2026-03-02T06:00:00Z",
        "language": "en",
    }
    return orjson.dumps({**item, "body_text": HARBOUR, **fields})


async def _relations(plant: Plant, *topics: str) -> list[tuple[str, str, str]]:
    records: list[dict[str, Any]] = [orjson.loads(record.value or b"") for record in await plant.read(*topics)]
    return [(r["uri"], r["story"]["relation"], r["story"].get("reason", "")) for r in records]


async def test_commands_are_carried_out_and_recorded(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Release, not-a-duplicate, kill and forget do what they say, with the reason in the record; what finds nothing to do is refused."""
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        plant.start("all")
        await plant.feed(
            [
                _item("urn:a:1"),
                _item("urn:b:1", headline="Port shut"),
                _item(
                    "urn:c:1",
                    headline="Budget",
                    body_text="The town of Torhaven votes today.",
                    embargoed="2099-01-01T00:00:00Z",
                ),
            ]
        )
        await plant.settle()
        for arguments in (
            ("not-a-duplicate", "urn:b:1", "--reason", "another pier"),
            ("release", "urn:c:1", "--reason", "agreed by phone"),
            ("kill", "urn:a:1", "--reason", "withdrawn"),
            ("forget", "urn:c:1", "--reason", "asked by law"),
        ):
            done = plant.command("desk", *arguments)
            assert done.returncode == 0, done.stderr
            await plant.settle()
        refused = [plant.command("desk", "release", "urn:a:1"), plant.command("desk", "forget", "urn:nobody:1")]
        story = plant.command("story", "urn:a:1", "--json")
        kept = await _relations(plant, plant.names.enriched)
        advisories = await _relations(plant, plant.names.advisories)

    assert ("urn:b:1", "new", "another pier") in kept
    assert ("urn:c:1", "new", "agreed by phone") in kept
    assert ("urn:a:1", "cancellation", "withdrawn") in kept
    assert advisories == [("urn:c:1", "advisory", "asked by law")]
    assert [done.returncode for done in refused] == [1, 1]
    assert "is not held" in refused[0].stderr
    assert "is not remembered" in refused[1].stderr
    assert [orjson.loads(line)["story"]["relation"] for line in story.stdout.splitlines()] == ["new", "cancellation"]
