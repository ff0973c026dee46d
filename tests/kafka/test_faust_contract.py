"""What the worker relies on in Faust and aiokafka, some of it private: read this first when one of them is upgraded."""

import inspect
from collections.abc import Awaitable, Callable
from importlib.metadata import version

import faust
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.producer import sender
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer
from faust.transport.drivers import aiokafka as driver

from worker.live.app import BACKOFF_SECONDS, WorkerApp, build_app
from worker.live.consumer import LaneConsumer, LaneThread

CONNECTION = {"bootstrap_servers": "localhost:1", "client_id": "contract"}


@pytest.fixture
async def app() -> WorkerApp:
    """Make an app that is never started."""
    return build_app("desk", group="contract", topics=["t"], bootstrap="localhost:1", connection=CONNECTION)


def test_versions_are_the_ones_that_were_read() -> None:
    """Private parts were read in these versions; with any other, read worker/live/consumer.py against its source first."""
    assert (version("faust-streaming"), version("aiokafka")) == ("0.15.3", "0.14.0")


async def test_reads_only_what_is_committed(app: WorkerApp) -> None:
    """The consumer that the worker builds is read_committed, commits nothing by itself and starts at the log's beginning."""
    thread = LaneThread.__new__(LaneThread)
    thread.app = app
    consumer = thread._create_worker_consumer(app.transport)
    try:
        assert consumer._isolation_level == "read_committed"
        assert consumer._enable_auto_commit is False
        assert consumer._auto_offset_reset == "earliest"
        assert consumer._group_id == "contract"
    finally:
        await consumer.stop()


async def test_settings_that_the_guarantees_rest_on(app: WorkerApp) -> None:
    """Faust neither waits for streams, nor makes topics, elects leaders or serves a web of its own."""
    assert app.conf.stream_wait_empty is False
    assert app.conf.topic_allow_declare is False
    assert app.conf.topic_disable_leader is True
    assert app.conf.web_enabled is False
    assert isinstance(app.transport.Consumer, type)
    assert app.transport.Consumer is LaneConsumer


async def test_faust_never_commits(app: WorkerApp) -> None:
    """Faust's one way to commit offsets is replaced by one that does nothing."""
    assert LaneConsumer._commit is not driver.Consumer._commit
    committing = inspect.getsource(Consumer.commit_and_end_transactions) + inspect.getsource(Consumer.force_commit)
    assert ".commit(" in committing
    assert "_thread.commit" in inspect.getsource(driver.Consumer._commit)
    assert "await self._commit(" in inspect.getsource(Consumer._commit_offsets)


@pytest.mark.parametrize("method", [Recovery._resume_streams, Recovery.on_recovery_completed])
def test_seeks_after_the_lanes_are_open(method: Callable[..., Awaitable[None]]) -> None:
    """After a rebalance, Faust waits for our signal, then seeks, then lets messages flow."""
    source = inspect.getsource(method)
    steps = ("app.on_rebalance_complete.send()", "consumer.perform_seek()", "consumer.resume_flow()")
    places = [source.index(step) for step in steps]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (faust.App, ["_create_directories"]),
        (driver.Consumer, ["_new_consumer_thread", "_commit", "_drain_messages", "_getmany", "perform_seek", "seek", "wait"]),
        (Consumer, ["_get_active_partitions", "can_resume_flow", "flow_active", "consumer_stopped_errors"]),
        (driver.AIOKafkaConsumerThread, ["_create_worker_consumer", "getmany"]),
        (AIOKafkaProducer, ["begin_transaction", "send_offsets_to_transaction", "commit_transaction"]),
        (AIOKafkaConsumer, ["end_offsets", "position", "seek", "seek_to_beginning"]),
    ],
)
def test_parts_that_are_used_are_there(owner: type, names: list[str]) -> None:
    """Every attribute that the worker calls or replaces exists."""
    source = inspect.getsource(owner)
    for name in names:
        assert hasattr(owner, name) or f"self.{name}" in source or f"{name}:" in source, name


async def test_the_wait_between_transactions_is_shortened(app: WorkerApp) -> None:
    """Aiokafka's sender reads its back-off from the name that is overridden."""
    assert sender.BACKOFF_OVERRIDE == BACKOFF_SECONDS
    assert "BACKOFF_OVERRIDE" in inspect.getsource(sender)
