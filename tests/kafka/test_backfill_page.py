"""Every command on the page about backfill is run, in the order of the page."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from worker.broker import DevBroker
from worker.testing.plant import Plant
from worker.testing.stories import Wire

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

PAGE = Path(__file__).parents[2] / "docs" / "backfill.md"


def _commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def test_page_has_commands() -> None:
    """The page is not empty of commands, and all are ours."""
    commands = _commands()

    assert len(commands) >= 15
    assert all(command.startswith("copydesk ") for command in commands)


async def test_commands_of_the_page_work(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Each command of the page does its work on a feed with duplicates, updates, kills and poison."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed([*Wire(seed=41).mixture(60), b'{"uri": 5}'])
        plant.start("all")
        await plant.settle()
        (tmp_path / "uris.txt").write_text("urn:wire:000001\nurn:wire:000002\n")
        names = {name: f"{name}{prefix.strip('.')}" for name in ("newrules", "archive")}
        failed = {}
        for command in _commands():
            arguments = [names.get(word, word) for word in shlex.split(command)[1:]]
            done = _run(plant, tmp_path, arguments)
            if done.returncode:
                failed[command] = done.stderr
        _run(plant, tmp_path, ["runs", "remove", names["archive"], "--yes"])

    assert failed == {}
    assert (tmp_path / "letters.jsonl").stat().st_size > 0


def _run(plant: Plant, folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {**plant.environment(), "PYTHONPATH": str(PAGE.parents[1])}
    return subprocess.run(
        [sys.executable, "-m", "worker", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
