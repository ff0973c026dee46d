"""Replay against a real broker: into the live desk, isolated, killed and resumed; dead letters sent again."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.letters import Letters, Wanted
from worker.replay.bounds import Ask, ReplayError
from worker.replay.start import LIVE, Runs, isolated_settings
from worker.testing.plant import Plant
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka


def _start(plant: Plant, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "worker", *arguments], env=plant.environment())


async def _published(plant: Plant) -> list[dict[str, object]]:
    records = await plant.read(plant.names.enriched, plant.names.duplicates, plant.names.advisories)
    return sorted((orjson.loads(r.value or b"") for r in records), key=lambda r: int(r["origin"]["sequence"]))


async def test_backfill_publishes_again_what_is_still_true(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A backfill gives known versions the same story and relation, marked replayed; done twice it changes nothing."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=21).mixture(120))
        plant.start("all")
        await plant.settle()
        before = await _published(plant)

        for run in ("first", "second"):
            done = plant.command("replay", "--from", "earliest", "--into", "live", "--run", run)
            assert done.returncode == 0, done.stderr
            await plant.settle()
        after = await _published(plant)

    again = [r for r in after if r["replayed"]]
    assert len(again) > 150
    stories = {(r["uri"], r["version"]): r["story"] for r in before}
    for record in again:
        story = stories[record["uri"], record["version"]]
        assert isinstance(story, dict)
        assert isinstance(record["story"], dict)
        assert record["story"]["id"] == story["id"]
    # The last word on each item is what it was before the backfill.
    assert _last(after) == _last(before)


def _last(records: list[dict[str, object]]) -> dict[object, tuple[object, object]]:
    """Give the last kept version of each item, and whether it was cancelled."""
    kept = [r for r in records if r["outcome"] == "kept"]
    return {r["uri"]: (r["version"], isinstance(r["story"], dict) and r["story"]["relation"] == "cancellation") for r in kept}


async def test_isolated_run_is_the_same_whenever_it_is_done(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Two isolated runs publish the same bytes, though one was killed and went on with two workers, and nothing live is touched."""
    one, two = f"a{prefix.strip('.')}", f"b{prefix.strip('.')}"
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=3) as plant:
        await plant.create()
        wire = Wire(seed=22)
        for _ in range(6):
            await plant.feed(wire.mixture(200))
        assert plant.command("replay", "--from", "earliest", "--isolated", one).returncode == 0
        await _killed_on_the_way(plant, two)
        done = plant.command("replay", "--from", "earliest", "--isolated", two, "--workers", "2")
        assert done.returncode == 0, done.stderr
        bytes_of = {name: await _all_bytes(plant, name) for name in (one, two)}
        listed = plant.command("runs").stdout
        compared = plant.command("diff", one)
        untouched = await plant.read(plant.names.prepared, *plant.outputs)
        for name in (one, two):
            assert plant.command("runs", "remove", name, "--yes").returncode == 0

    assert bytes_of[one] == [(key, value.replace(two.encode(), one.encode())) for key, value in bytes_of[two]]
    assert len(bytes_of[one]) > 1000
    assert untouched == []
    assert one[:6] in listed
    assert "items" in compared.stdout


async def _killed_on_the_way(plant: Plant, name: str) -> None:
    """Start a slow run and kill -9 it when it has committed something."""
    process = _start(plant, "replay", "--from", "earliest", "--isolated", name, "--rate", "300")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        run = await Runs(plant.settings).get(name)
        if run is not None and run.positions:
            break
        await asyncio.sleep(0.1)
    process.kill()
    process.wait()
    run = await Runs(plant.settings).get(name)
    assert run is not None
    assert run.state == "running"
    assert 0 < sum(run.counts.values()) < 1200


async def _all_bytes(plant: Plant, name: str) -> list[tuple[bytes | None, bytes]]:
    own = Plant(plant.settings.broker, isolated_settings(plant.settings, name).topic_prefix, plant.folder)
    found = await own.read(own.names.enriched, own.names.duplicates, own.names.advisories, own.names.held)
    by_key = sorted(((r.key or b"", r.partition, r.offset, r.value or b"") for r in found), key=lambda x: (x[0], x[1], x[2]))
    return [(key, value) for key, _, _, value in by_key]


async def test_run_of_a_name_is_refused_with_other_arguments(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A name stands for one run: with other arguments it is refused, saying what it stands for."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=23).mixture(5))
        assert plant.command("replay", "--from", "earliest", "--into", "live", "--run", "r").returncode == 0

        other = plant.command("replay", "--from", "2020-01-01", "--into", "live", "--run", "r")
        nowhere = plant.command("replay", "--from", "earliest")
        planned = plant.command("replay", "--from", "earliest", "--dry-run")

    assert (other.returncode, nowhere.returncode, planned.returncode) == (1, 1, 0)
    assert "other arguments" in other.stderr
    assert "--into live, or --isolated" in nowhere.stderr
    assert "5 offsets" in planned.stdout


async def test_what_arrives_later_is_not_in_a_run(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A run is bounded when it begins: what arrives after that is not in it, also if it is resumed later."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=24).mixture(10))
        runs, ask = Runs(plant.settings), Ask(topics=(plant.raw,))
        manifest = await runs.begin("bounded", LIVE, {}, ask)
        await plant.feed(Wire(seed=25).mixture(10))

        done = await runs.work(manifest, ask, rate=0, max_lag=0, as_new=False, progress=None)

        assert sum(count for word, count in done.counts.items() if word == "sent" or word.startswith("rejected")) >= 10
        assert done.bounds.records == 10
        with pytest.raises(ReplayError, match="other arguments"):
            await runs.begin("bounded", LIVE, {"since": 1}, ask)


async def test_dead_letters_are_sent_again_once(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A letter goes back to where it came from with its bytes; it is not sent twice, and after three failures it is parked."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("all")
        await plant.feed([b'{"uri": []}', b'{"uri": 5}'])
        await plant.until(lambda found: len(found) == 2, plant.names.dead_letters)
        for there in (4, 6, 8):
            done = plant.command("deadletters", "redrive")
            assert "2 sent" in done.stdout, done.stderr
            # Not only settled: a committed offset is seen a moment before what was committed with it.
            await plant.until(lambda found, there=there: len(found) == there, plant.names.dead_letters)  # type: ignore[misc] # bound
        parked = plant.command("deadletters", "redrive")
        letters = [letter async for letter in Letters(plant.settings).read(Wanted())]
        values = Counter(letter.record.value for letter in letters)

    assert "sent" not in parked.stdout
    assert Counter(letter.state for letter in letters) == {"redriven": 6, "parked": 2}
    assert values == {b'{"uri": []}': 4, b'{"uri": 5}': 4}
    assert max(letter.attempts for letter in letters) == 3
