"""Workers that die, freeze and are replaced, and what readers then see."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from worker.broker import DevBroker
from worker.testing.hurt import open_transactions
from worker.testing.oracle import judge
from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka


def stalling(plant: Plant, role: str, state: Path) -> WorkerProcess:
    """Start a worker whose transactions stay open for a while."""
    return plant.start(role, command=["-m", "worker.testing.hurt", "--stall=0.6", f"--state={state}"])


def wait_open(state: Path, seconds: float = 40.0) -> None:
    """Wait until a worker has a transaction open, with all its records at the broker."""
    wait(lambda: open_transactions(state) > 0, seconds)


def wait(true: Callable[[], bool], seconds: float = 40.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("role", ["intake", "desk"])
async def test_a_kill_inside_a_transaction_loses_and_doubles_nothing(
    role: str, broker: DevBroker, prefix: str, tmp_path: Path
) -> None:
    """Readers who read committed never see what a killed worker had sent, and its successor does it again, once."""
    state = tmp_path / "state"
    with Plant(broker.bootstrap, prefix, tmp_path, CHUNK=20) as plant:
        await plant.create()
        await plant.feed(Wire(seed=20).mixture(120))
        other = plant.start("desk" if role == "intake" else "intake")
        for _ in range(2):
            state.unlink(missing_ok=True)
            worker = stalling(plant, role, state)
            wait_open(state)
            worker.kill()
        written = [plant.names.prepared] if role == "intake" else [plant.names.enriched, plant.settings.memory_topic]
        plant.start(role)
        await plant.settle()
        assert await plant.aborted(*written) > 0
        verdict = await judge(plant)
        assert verdict.problems == []
        assert verdict.counts["raw"] == 120
        assert other.alive


async def test_a_frozen_desk_is_replaced_and_fenced(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A standby takes over from a desk that was frozen inside a transaction; woken, that one ends and has changed nothing."""
    state = tmp_path / "state"
    with Plant(broker.bootstrap, prefix, tmp_path, CHUNK=10, SESSION_TIMEOUT="6s") as plant:
        await plant.create()
        await plant.feed(Wire(seed=21).mixture(60))
        plant.start("intake")
        frozen = stalling(plant, "desk", state)
        wait_open(state)
        frozen.freeze()
        standby = plant.start("desk")
        standby.wait_log(b"1 gained")
        frozen.thaw()
        assert frozen.wait() == 3
        assert "start" in frozen.log
        await plant.feed(Wire(seed=22).mixture(20))
        await plant.settle()
        assert (await judge(plant)).problems == []
        assert standby.alive


async def test_the_standby_takes_over_from_a_stopped_desk(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """A desk that is stopped hands over to the standby, which decides on with the same memory."""
    wire = Wire(seed=23)
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        plant.start("intake")
        owner = plant.start("desk")
        owner.wait_log(b"1 gained")
        standby = plant.start("desk")
        standby.wait_ready()
        await plant.feed(wire.mixture(60))
        await plant.settle()
        assert owner.stop() == 0
        await plant.feed([wire.copy() for _ in range(10)])
        await plant.settle()
        assert (await judge(plant)).problems == []
        assert standby.alive


async def test_roles_die_with_the_process_that_runs_them(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Where the process that runs intake and desk side by side is killed, neither of them lives on."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        worker = plant.start("all")
        worker.wait_ready(times=2)
        roles = psutil.Process(worker.process.pid).children()
        assert len(roles) == 2
        worker.kill()
        wait(lambda: not any(role.is_running() and role.status() != psutil.STATUS_ZOMBIE for role in roles))
