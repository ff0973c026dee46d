"""What a running worker says of its health."""

import asyncio
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from worker.broker import DevBroker
from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess
from worker.testing.stories import Wire

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(300)]

MakeBroker = Callable[..., DevBroker]


async def ask(worker: WorkerProcess, path: str) -> tuple[int, str]:
    """Ask a worker on the port that its log names."""
    found = re.search(r"serves http://127\.0\.0\.1:(\d+)", worker.log)
    if found is None:
        return 0, "not served yet"
    try:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{found[1]}{path}") as answer:
            return answer.status, await answer.text()
    except ClientError as error:
        return 0, str(error)


async def until(worker: WorkerProcess, path: str, wanted: Callable[[int, str], bool], seconds: float = 90) -> str:
    """Ask again and again until the answer is the one wanted, and return it."""
    deadline = time.monotonic() + seconds
    while True:
        status, text = await ask(worker, path)
        if wanted(status, text):
            return text
        assert time.monotonic() < deadline, (status, text[-500:])
        assert worker.alive, worker.log[-2000:]


def lag(text: str) -> float:
    """Sum the lag of all partitions on a page of metrics; minus one if there is none yet."""
    found = re.findall(r"^copydesk_lag_records\{.*\} (\S+)$", text, re.MULTILINE)
    return sum(map(float, found)) if found else -1


async def test_a_quiet_feed_leaves_no_lag(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """When all is done the lag is 0, though the marks of transactions stand behind the last record: the desk stays alive."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=40).mixture(30))
        workers = [plant.start(role) for role in ("intake", "desk")]
        await plant.settle(120)

        for worker in workers:
            await until(worker, "/metrics", lambda _, text: lag(text) == 0)
            assert (await ask(worker, "/live"))[0] == 200
            assert (await ask(worker, "/ready"))[0] == 200


async def test_a_desk_that_hangs_is_not_alive(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Work waits, the broker answers, and nothing is committed for longer than COPYDESK_STALL."""
    with Plant(broker.bootstrap, prefix, tmp_path, STALL="3s", TRANSACTION_TIMEOUT="10m") as plant:
        await plant.create()
        await plant.feed(Wire(seed=41).mixture(30))
        plant.start("intake")
        desk = plant.start("desk", command=["-m", "worker.testing.hurt", "--stall=600", f"--state={tmp_path / 'state'}"])

        assert "nothing was committed" in await until(desk, "/live", lambda status, _: status == 503)


async def test_a_frozen_broker_makes_a_worker_unready_and_never_dead(
    own_broker: MakeBroker, prefix: str, tmp_path: Path
) -> None:
    """A broker that hangs gives no error; the worker says it is away, stays alive, and is ready again when it wakes."""
    broker = own_broker().start()
    with Plant(broker.bootstrap, prefix, tmp_path, STALL="3s") as plant:
        await plant.create()
        desk = plant.start("desk")
        await until(desk, "/ready", lambda status, _: status == 200)

        broker.pause()
        text = await until(desk, "/ready", lambda status, _: status == 503)
        live = await ask(desk, "/live")
        broker.resume()

        assert "the broker is away" in text
        assert live[0] == 200
        await until(desk, "/ready", lambda status, _: status == 200)


async def test_the_desks_page_tells_of_replays(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Somebody who looks at the desk sees that a replay runs or has run, and where to."""
    with Plant(broker.bootstrap, prefix, tmp_path) as plant:
        await plant.create()
        await plant.feed(Wire(seed=14).mixture(20))
        done = await asyncio.to_thread(plant.command, "replay", "--from", "earliest", "--isolated", "try")
        assert done.returncode == 0, done.stderr
        text = await until(plant.start("desk"), "/", lambda _, text: '"replays": {"' in text)

    assert '"try": "done, 20 records, into try"' in text
