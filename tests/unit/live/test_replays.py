"""What the status page says of replays."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.structs import ConsumerRecord

from worker.live.replays import Replays
from worker.replay.bounds import Bounds
from worker.replay.manifest import Manifest

TP = TopicPartition("wire.raw", 0)
RUN = Manifest(name="autumn", into="live", asked={}, bounds=Bounds({TP: (0, 1500)}), started=1, updated=2, positions={TP: 500})


class Topic:
    """Clients that read a topic which is a list."""

    def __init__(self, *values: tuple[str, bytes | None]) -> None:
        """Hold keys and values."""
        self.values = list(values)
        self.read_from: list[int] = []

    async def read(
        self, topics: Sequence[str], starts: Mapping[TopicPartition, int]
    ) -> AsyncIterator["ConsumerRecord[bytes | None, bytes | None]"]:
        """Give the records from where the reader was."""
        start = starts.get(TopicPartition(topics[0], 0), 0)
        self.read_from.append(start)
        for offset, (key, value) in enumerate(self.values):
            if offset >= start:
                yield ConsumerRecord(topics[0], 0, offset, 0, 0, key.encode(), value, None, 1, 1, ())


async def test_runs_are_shown_with_what_is_left() -> None:
    """The newest run comes first, each in its newest state; one that was removed is not shown, nor one of another format."""
    done = replace(RUN, name="spring", updated=1, state="done", positions={TP: 1500}, into="spring")
    topic = Topic(
        ("autumn", RUN.to_bytes()), ("spring", done.to_bytes()), ("gone", RUN.to_bytes()), ("gone", None), ("odd", b"[1]")
    )
    replays = Replays(topic, "runs")  # type: ignore[arg-type] # it reads, and no more is asked

    await replays.look()

    assert replays.shown() == (
        ("autumn", "running, 1,000 of 1,500 left, into live"), ("spring", "done, 1,500 records, into spring"),
    )  # fmt: skip


async def test_only_what_is_new_is_read() -> None:
    """A long replay writes a manifest with each chunk; they are read once."""
    topic = Topic(("autumn", RUN.to_bytes()))
    replays = Replays(topic, "runs")  # type: ignore[arg-type] # as above
    await replays.look()
    topic.values.append(("autumn", replace(RUN, positions={TP: 900}).to_bytes()))

    await replays.look()

    assert topic.read_from == [0, 1]
    assert replays.shown() == (("autumn", "running, 600 of 1,500 left, into live"),)


async def test_a_desk_that_may_not_read_runs_goes_on(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Without the right to the topic the page has no replays, the log says so once, and nothing ends."""

    class EnoughError(Exception):
        """The test has seen enough."""

    pauses: list[float] = []

    async def refuse(*_: object) -> None:
        raise TopicAuthorizationFailedError

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise EnoughError

    replays = Replays(Topic(), "runs")  # type: ignore[arg-type] # as above
    monkeypatch.setattr(replays, "look", refuse)
    monkeypatch.setattr("worker.live.replays.asyncio.sleep", pause)
    with caplog.at_level("INFO"), pytest.raises(EnoughError):
        await replays.run()

    assert caplog.text.count("replays can't be shown: TopicAuthorizationFailedError") == 1
    assert replays.shown() == ()
