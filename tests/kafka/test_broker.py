"""The development broker does what tests and demo ask of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from worker.broker import BrokerError, DevBroker

pytestmark = pytest.mark.kafka

MakeBroker = Callable[..., DevBroker]
TOPIC_TOOL = "org.apache.kafka.tools.TopicCommand"


def create(broker: DevBroker, topic: str) -> None:
    """Create a topic with one partition."""
    broker.tool(TOPIC_TOOL, "--bootstrap-server", broker.internal, "--create", "--topic", topic)


async def write(broker: DevBroker, topic: str, values: list[bytes]) -> None:
    """Write values, each acknowledged."""
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def read(broker: DevBroker, topic: str, count: int) -> list[bytes]:
    """Read so many values from the topic's start."""
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap) as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        return [(await consumer.getone()).value for _ in range(count)]


async def test_takes_requests_as_soon_as_it_is_started(own_broker: MakeBroker) -> None:
    """The first request after `start` is served, without waiting or trying again."""
    broker = own_broker().start()

    create(broker, "first")
    await write(broker, "first", [b"one"])

    assert await read(broker, "first", 1) == [b"one"]


async def test_keeps_data_and_address_over_a_clean_stop_and_over_a_kill(own_broker: MakeBroker) -> None:
    """What was acknowledged is there after a stop and after kill -9, at the same address."""
    broker = own_broker().start()
    address = broker.bootstrap
    create(broker, "kept")

    await write(broker, "kept", [b"one"])
    broker.stop()
    broker.start()
    await write(broker, "kept", [b"two"])
    broker.kill()
    broker.start()

    assert broker.bootstrap == address
    assert await read(broker, "kept", 2) == [b"one", b"two"]


async def test_a_paused_broker_answers_again_after_it_is_resumed(own_broker: MakeBroker) -> None:
    """SIGSTOP freezes the node and SIGCONT lets it go on with the same process."""
    broker = own_broker().start()
    create(broker, "paused")
    pid = broker.pid

    broker.pause()
    stopped = state(pid)
    broker.resume()
    await write(broker, "paused", [b"one"])

    assert stopped == "T"  # stopped by a signal
    assert broker.pid == pid


def test_a_paused_broker_can_be_stopped(own_broker: MakeBroker) -> None:
    """Stopping wakes a frozen node first, so that it ends."""
    broker = own_broker().start()
    pid = broker.pid

    broker.pause()
    broker.stop()

    assert broker.pid is None
    assert not Path(f"/proc/{pid}").exists()


def test_says_that_a_port_is_taken(broker: DevBroker, own_broker: MakeBroker) -> None:
    """A named port that something listens on is an error that names the port, and nothing is left running."""
    port = int(broker.bootstrap.partition(":")[2])
    second = own_broker("second", port=port)

    with pytest.raises(BrokerError, match=f"port {port} on 127.0.0.1 is in use"):
        second.start()

    assert second.pid is None


def test_says_why_kafka_did_not_start(own_broker: MakeBroker) -> None:
    """A node that ends while it starts is an error with its first complaint and the place of its log."""
    broker = own_broker().start()
    broker.stop()
    (broker.data / "log" / "meta.properties").write_text("version=7\n", encoding="utf-8")

    with pytest.raises(BrokerError, match=r"Kafka ended with 1 while starting: .*broker\.log"):
        broker.start()


def test_a_tool_that_fails_says_what_it_said(broker: DevBroker) -> None:
    """Kafka's own tools run against the broker; their failure is an error that holds their words."""
    with pytest.raises(BrokerError, match="not-there"):
        broker.tool(TOPIC_TOOL, "--bootstrap-server", broker.internal, "--describe", "--topic", "not-there")


def test_the_command_serves_until_sigterm_and_leaves_no_process(tmp_path: Path) -> None:
    """`copydesk broker` prints its address, ends on SIGTERM with exit code 0, and takes Kafka with it."""
    command = subprocess.Popen(
        [sys.executable, "-m", "worker", "broker", "--data", str(tmp_path), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    said = command.stdout.readline()
    kafka = children(command.pid)

    command.send_signal(signal.SIGTERM)
    rest = command.communicate(timeout=60)[0]

    assert said.startswith("Apache Kafka listens on 127.0.0.1:")
    assert rest == "Apache Kafka stopped.\n"
    assert command.returncode == 0
    assert kafka
    assert not any(Path(f"/proc/{pid}").exists() for pid in kafka)


def test_kafka_dies_with_whoever_started_it(tmp_path: Path) -> None:
    """After kill -9 of the command no Kafka is left behind."""
    command = subprocess.Popen(
        [sys.executable, "-m", "worker", "broker", "--data", str(tmp_path), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    command.stdout.readline()
    kafka = children(command.pid)

    command.kill()
    command.communicate()

    assert kafka
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in kafka) and time.monotonic() < deadline:
        os.sched_yield()
    assert not any(alive(pid) for pid in kafka)


def children(pid: int) -> list[int]:
    """List the child processes of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def state(pid: int | None) -> str:
    """Give the kernel's letter for what a process does; Z, for dead, if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def alive(pid: int) -> bool:
    """Say whether a process runs; one that nobody has waited for is dead."""
    return state(pid) != "Z"
