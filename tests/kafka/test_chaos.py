"""A short chaos run; `make chaos` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

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
