"""One Kafka for the whole run, and a corner of it for each test."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from worker.broker import DevBroker
from worker.settings import Settings


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBroker]:
    """Apache Kafka, shared by all tests: use `prefix` for names, and never stop or hurt it."""
    with DevBroker(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Callable[..., DevBroker]]:
    """Make further brokers, not started yet, for tests that stop or hurt them; all are stopped at the end."""
    made: list[DevBroker] = []

    def make(name: str = "kafka", **options: object) -> DevBroker:
        made.append(DevBroker(tmp_path / name, **options))  # type: ignore[arg-type] # passed on as they are
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def prefix() -> str:
    """Make a topic prefix that no other test has."""
    return f"t{uuid.uuid4().hex[:8]}."


@pytest.fixture
def settings(broker: DevBroker, prefix: str) -> Settings:
    """Make settings for the shared broker under the test's own prefix; nothing is shared with another test."""
    return settings_for(broker.bootstrap, prefix)


def settings_for(bootstrap: str, prefix: str) -> Settings:
    """Make settings whose topics and groups all begin with a prefix."""
    return Settings(
        broker=bootstrap,
        topic_prefix=prefix,
        memory_topic=f"{prefix}memory",
        runs_topic=f"{prefix}runs",
        group=f"{prefix}group",
        web_port=0,
    )
