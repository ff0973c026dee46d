"""What a worker says of topics that are deleted under it."""

import logging

import pytest
from prometheus_client import CollectorRegistry

from worker.health import Health
from worker.live.watch import LiveWatch
from worker.metrics import Metrics, Role


def test_a_topic_that_was_there_is_missed_once(caplog: pytest.LogCaptureFixture) -> None:
    """A deleted topic is told of once, and again when it is back; what never was there or is not needed is no news."""
    watch = LiveWatch(Metrics(CollectorRegistry(), Role.DESK), Health(stall_seconds=60), ("a", "b", "never"))

    with caplog.at_level(logging.INFO, "worker.live.watch"):
        for there in ({"a", "b", "other"}, {"b"}, {"b"}, {"a", "b"}):
            watch.topics(there)

    said = [(record.levelname, vars(record)["topic"]) for record in caplog.records]
    assert said == [("ERROR", "a"), ("INFO", "a")]
