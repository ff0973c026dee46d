"""
Quix Streams with `exactly-once` and its own state (RocksDB and a changelog topic).

In the whole work, its state holds the digests of the texts that were seen, and the pure work's memory lives in the process.
"""

from typing import Any

from quixstreams import Application, State
from quixstreams.models import Serializer

from bench.peers.work import COMMIT_SECONDS, Came, Place, WholeWork, Write


class _ValueOf(Serializer):  # type: ignore[misc]
    """Writes the value of a `Write`."""

    def __call__(self, value: Write, ctx: Any) -> bytes | None:  # noqa: ARG002 - Quix's signature
        return value.value


def _decide(app: Application, place: Place) -> None:
    names = place.names
    source = app.topic(names.prepared, value_deserializer="bytes")
    new, again = (app.topic(name, value_serializer=_ValueOf()) for name in (names.enriched, names.duplicates))

    def look(value: bytes, state: State) -> Write:
        if state.exists("seen"):
            return Write(again.name, None, value)
        state.set("seen", 1)
        return Write(new.name, None, value)

    looked = app.dataframe(source).apply(look, stateful=True)
    looked.to_topic(lambda write, *_: new if write.topic == new.name else again)


def _whole(app: Application, place: Place) -> None:
    work = WholeWork(place)
    source = app.topic(f"{place.prefix}raw", value_deserializer="bytes")
    names = place.names
    written = (names.enriched, names.duplicates, names.advisories, names.held, names.dead_letters)
    topics = {name: app.topic(name, value_serializer=_ValueOf()) for name in (*written, *work.counter.topic_of.values())}

    def step(value: bytes | None, key: bytes, timestamp: int, _headers: Any, state: State) -> list[Write]:
        came = Came(value or b"", source.name, 0, 0, timestamp)
        ((_, items),) = work.prepare([came])
        for item in items:
            digest = item.slip.exact.hex() if hasattr(item, "slip") else key.hex()
            if not state.exists(digest):
                state.set(digest, timestamp)
        writes = work.decide(came, items)
        work.counter.memory.commit()
        return writes

    frame = app.dataframe(source).apply(step, stateful=True, expand=True, metadata=True)
    frame.to_topic(lambda write, *_: topics[write.topic], key=lambda write: write.key)


def main() -> None:
    """Run for ever."""
    task, place = Place.from_arguments()
    app = Application(
        broker_address=place.broker,
        consumer_group=place.group,
        processing_guarantee="exactly-once",
        commit_interval=COMMIT_SECONDS,
        auto_offset_reset="earliest",
        state_dir=place.state,
        auto_create_topics=True,  # for the changelog
        loglevel="WARNING",
    )
    (_decide if task == "decide" else _whole)(app, place)
    app.run()


if __name__ == "__main__":
    main()
