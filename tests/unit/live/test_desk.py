"""What a desk does when it has no memory left."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from worker.live.desk import DeskHandler
from worker.live.errors import LiveError


class Full:
    """A counter that finds no memory left, and a watch that lets it work."""

    def serve(self, value: bytes, sequence: int) -> Any:
        raise MemoryError

    def observe(self, name: str, step: Any) -> None:
        step()


def test_without_memory_the_desk_ends_and_rejects_nothing() -> None:
    """An item is no dead letter because the desk has no room: the error says what to give or to shorten."""
    source = TopicPartition("wire.prepared", 0)
    full = cast("Any", Full())
    handler = DeskHandler(full, source, memory_topic="m", dead_letters="d", watch=full, closed=lambda: None)
    record = cast("Any", SimpleNamespace(topic=source.topic, partition=0, offset=7, value=b"x", headers=()))

    with pytest.raises(
        LiveError, match=r"wire\.prepared/0: no memory is left to decide offset 7; .*COPYDESK_FINGERPRINT_WINDOW"
    ):
        handler.handle([record], {})
