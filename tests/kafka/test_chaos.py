"""A short chaos run; `make chaos` is the long one."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from worker.broker import DevBroker
from worker.testing.oracle import judge_counts
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

HERE = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_nothing_is_lost_doubled_or_misjudged_while_everything_dies() -> None:
    """Workers are killed, stopped, frozen and joined, the broker restarts, and all that is published is what had to be."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--kills=6", "--items=700", "--seed=3"],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


async def test_the_count_sees_what_is_missing_and_what_is_doubled(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """What a release is judged by finds a record published twice, an item decided twice, and a message that nobody prepared."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        worker = plant.start("all")
        await plant.feed(Wire(seed=41).mixture(10))
        await plant.settle()
        assert (await judge_counts(plant)).problems == []
        worker.stop()
        one = next(
            r for r in await plant.read(plant.names.enriched) if orjson.loads(r.value or b"")["story"]["relation"] == "new"
        )
        await plant.feed([Sent(one.value, key=one.key, headers=one.headers, partition=0)], plant.names.enriched)
        await plant.feed([Wire(seed=42).new()])

        verdict = await judge_counts(plant)

    assert (verdict.counts["published twice"], verdict.counts["outcomes"], verdict.counts["prepared items"]) == (1, 1, 1)
