"""
What an operator may ask of the desk: look at a story, release, kill, forget, or say that something is no duplicate.

Nothing here writes an output topic: a command is appended to the prepared topic, and the desk, which owns the order, carries it out
and records it.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from worker.clients import Clients
from worker.desk.entry import DESK_KEY, Entry, read_entry
from worker.desk.slip import Slip, read_prepared, write_prepared
from worker.live.release import release_command
from worker.model import Origin
from worker.names import Names
from worker.settings import Settings

__all__ = ["COMMANDS", "Operator", "OperatorError", "StoryView"]

COMMANDS: Final = ("release", "kill", "not-a-duplicate", "forget")
_OF_THE_DESK: Final = ("uri", "version", "provider", "outcome", "story", "routes", "replayed", "origin")


class OperatorError(RuntimeError):
    """The command can't be given; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as memory and topics have it: its remembered items, and the records published for them, in the desk's order."""

    entries: list[Entry]
    records: list[dict[str, Any]] = field(default_factory=list)


class Operator:
    """
    Reads memory and topics, and sends commands.

    Args:
        settings: where they are.
    """

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._clients = Clients(settings, "operator")
        self._names = Names.of(settings)

    async def memory(self) -> dict[str, tuple[int, Entry]]:
        """Read what is remembered of every item: partition and entry by uri."""
        values: dict[bytes, tuple[int, bytes]] = {}
        async for record in self._clients.read([self._settings.memory_topic]):
            if record.key is None or record.key == DESK_KEY:
                continue
            if record.value is None:
                values.pop(record.key, None)
            else:
                values[record.key] = (record.partition, record.value)
        entries = ((partition, read_entry(value)) for partition, value in values.values())
        return {entry.uri: (partition, entry) for partition, entry in entries}

    async def story(self, uri: str) -> StoryView:
        """
        Look at the story of an item.

        Raises:
            OperatorError: the item is not remembered.
        """
        known = await self.memory()
        if uri not in known:
            raise OperatorError(f"{uri} is not remembered: never seen, forgotten, or older than COPYDESK_IDENTITY_WINDOW")
        story = known[uri][1].story
        entries = sorted((e for _, e in known.values() if e.story == story), key=lambda e: (e.sequence, e.uri))
        keys = {entry.uri.encode("utf-8", "surrogatepass") for entry in entries}
        topics = [self._names.enriched, self._names.duplicates, self._names.advisories]
        records = [orjson.loads(r.value) async for r in self._clients.read(topics) if r.key in keys and r.value]
        records.sort(key=lambda r: r["origin"]["sequence"])
        return StoryView(entries, records)

    async def send(self, kind: str, uri: str, reason: str = "") -> str:
        """
        Append a command for the desk to the prepared topic.

        Args:
            kind: one of `COMMANDS`.

            uri: the item that it is about.

            reason: why, for the record.

        Returns:
            What was sent, in a sentence.

        Raises:
            OperatorError: there is nothing to do for this item.
        """
        partition, entry = (await self.memory()).get(uri, (0, None))
        if entry is None and kind != "kill":
            raise OperatorError(f"{uri} is not remembered, so there is nothing to {kind}")
        value = await self._value(kind, uri, entry, reason)
        producer = self._clients.producer()
        await producer.start()
        try:
            sent = await producer.send_and_wait(
                self._names.prepared, value, key=uri.encode("utf-8", "surrogatepass"), partition=partition
            )
        finally:
            await producer.stop()
        return f"sent {kind} for {uri} as offset {sent.offset} of {self._names.prepared}/{partition}; the desk carries it out"

    async def _value(self, kind: str, uri: str, entry: Entry | None, reason: str) -> bytes:
        if kind == "release":
            if entry is None or entry.held is None:
                raise OperatorError(f"{uri} is not held")
            held = await self._last(self._names.held, uri)
            if held is None:
                raise OperatorError(f"{uri} is held, but is not in {self._names.held}; is it compacted?")
            return release_command(held, entry.held, reason)
        if kind == "not-a-duplicate":
            return await self._published_again(uri, entry, reason)
        slip = Slip(
            uri=uri,
            version=entry.newest.version if entry and entry.newest else "",
            provider=entry.provider if entry else "operator",
            time=entry.time if entry else 0,
            origin=Origin("operator", 0, 0, 0),
            kind=kind,
            reason=reason,
            headline=entry.headline if entry else "",
        )
        status = "canceled" if kind == "kill" else "usable"
        record = {"item": {"uri": uri, "pubStatus": status, "headlines": [{"role": "main", "value": slip.headline}]}}
        return write_prepared(slip, orjson.dumps({**record, **_EMPTY}))

    async def _published_again(self, uri: str, entry: Entry | None, reason: str) -> bytes:
        """Make the prepared item of a suppressed duplicate from its notice and what is remembered of it."""
        if entry is None or entry.state != "duplicate" or entry.newest is None:
            raise OperatorError(f"{uri} was not suppressed as a duplicate")
        notice = await self._last(self._names.duplicates, uri)
        if notice is None:
            raise OperatorError(f"{uri}: its notice is no longer in {self._names.duplicates}; send the item again instead")
        fields = orjson.loads(notice)
        origin = fields["origin"]
        slip = Slip(
            uri=uri,
            version=fields["version"],
            provider=fields["provider"],
            time=entry.newest.time,
            origin=Origin(origin["topic"], origin["partition"], origin["offset"], origin["timestamp"], origin["index"]),
            kind="not-a-duplicate",
            recipe=entry.newest.recipe,
            exact=entry.newest.exact,
            print=entry.newest.print,
            holder=entry.holder,
            headline=entry.headline,
            reason=reason,
        )
        record = orjson.dumps({key: value for key, value in fields.items() if key not in _OF_THE_DESK})
        # The routes that its tags match stand only in the prepared item itself, if that is still there.
        original = await self._prepared_of(uri, fields["version"])
        return write_prepared(replace(slip, routes=original.routes if original else ()), record)

    async def _prepared_of(self, uri: str, version: str) -> Slip | None:
        found = None
        async for record in self._clients.read([self._names.prepared]):
            if record.key == uri.encode("utf-8", "surrogatepass") and record.value:
                slip, _ = read_prepared(record.value)
                if slip.kind == "item" and slip.version == version:
                    found = slip
        return found

    async def _last(self, topic: str, uri: str) -> bytes | None:
        key, found = uri.encode("utf-8", "surrogatepass"), None
        async for record in self._clients.read([topic]):
            if record.key == key:
                found = record.value
        return found


_EMPTY: Final[dict[str, Any]] = {
    "extra": {},
    "removed": [],
    "rights": {},
    "dateline": None,
    "regions": [],
    "topics": [],
    "language": {"code": None, "source": "none"},
    "fingerprint": None,
    "format": "command",
    "warnings": [],
    "pipeline": {"code": "", "rules": ""},
}
