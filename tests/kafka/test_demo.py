"""`copydesk demo` as a user runs it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.kafka


def demo(folder: Path) -> subprocess.Popen[str]:
    """Start the demo; its passing files go to `folder`, so that what it leaves behind can be seen."""
    return subprocess.Popen(
        [sys.executable, "-m", "worker", "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "120"},
    )


def running(folder: Path) -> list[str]:
    """List the processes whose command or environment names `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            alive = (process / "stat").read_text().rpartition(") ")[2][0] != "Z"
        except (OSError, ValueError):
            continue
        if alive and str(folder).encode() in words:
            found.append((process / "cmdline").read_bytes().decode(errors="replace"))
    return found


def test_demo_gives_what_is_expected_and_leaves_nothing(tmp_path: Path) -> None:
    """Every item comes out of Kafka as expected, and nothing runs or lies about afterwards."""
    process = demo(tmp_path)

    printed, _ = process.communicate(timeout=110)

    assert process.returncode == 0, printed
    assert "items as expected" in printed
    assert "\x1b" not in printed
    assert list(tmp_path.iterdir()) == []
    assert running(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_demo_that_is_told_to_stop_leaves_nothing(number: int, tmp_path: Path) -> None:
    """Ctrl-C in the middle stops Kafka and the worker, too."""
    process = demo(tmp_path)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("*/worker.log")) and time.monotonic() < deadline:
        time.sleep(0.1)

    process.send_signal(number)
    printed, _ = process.communicate(timeout=60)

    assert process.returncode == 130, printed
    assert list(tmp_path.iterdir()) == []
    assert running(tmp_path) == []
