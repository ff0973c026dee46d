"""
Dead letters that come back: count them, look at one, send them again, put them away.

A letter is sent again to the topic it came from, with its own key, bytes and headers, so that a mended item takes its place under the
same identity. How often it was sent is counted in a header; after `PARKED` times it stays where it is unless forced.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiokafka.admin import RecordsToDelete

from worker.clients import Clients
from worker.live.message import Record
from worker.names import Names
from worker.replay.start import NOTES
from worker.settings import Settings

__all__ = ["PARKED", "Letter", "Letters", "Wanted"]

PARKED: Final = 3  # what failed three times will fail a fourth; a person must look
_PREFIX: Final = "copydesk_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """
    One dead letter.

    `id` is partition-offset in the dead-letter topic; `at` its time, milliseconds since 1970; `state` is `waiting`, `redriven` or
    `parked`.
    """

    id: str
    at: int
    facts: Mapping[str, str]
    provider: str
    attempts: int
    state: str
    record: Record

    @property
    def whole(self) -> bool:
        """Whether all of its bytes are here."""
        return "truncated" not in self.facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters: by reasons, by time (milliseconds since 1970), by ids; empty is all."""

    reasons: frozenset[str] = frozenset()
    since: int | None = None
    until: int | None = None
    ids: frozenset[str] = frozenset()

    def takes(self, letter: Letter) -> bool:
        """Say whether a letter is wanted."""
        return (
            (not self.reasons or letter.facts.get("reason") in self.reasons)
            and (self.since is None or letter.at >= self.since)
            and (self.until is None or letter.at < self.until)
            and (not self.ids or letter.id in self.ids)
        )


class Letters:
    """
    The dead letters of a cluster.

    Args:
        settings: where they are.
    """

    def __init__(self, settings: Settings) -> None:
        """Connect to nothing yet."""
        self._settings = settings
        self._clients = Clients(settings, "deadletters")
        self._topic = Names.of(settings).dead_letters

    async def read(self, wanted: Wanted) -> AsyncIterator[Letter]:
        """Give the wanted letters, those of a partition in their order."""
        redriven = await self._redriven()
        async for record in self._clients.read([self._topic]):
            letter = _letter(record, redriven)
            if wanted.takes(letter):
                yield letter

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[Callable[[Letter], Awaitable[None]]]:
        """Open for sending letters again: what is given sends one, and notes that it was sent, as one transaction."""
        producer = self._clients.producer(f"{self._settings.topic_prefix}replay-redrive")
        await producer.start()

        async def redrive(letter: Letter) -> None:
            record, facts = letter.record, letter.facts
            headers = [(k, v) for k, v in record.headers if not k.startswith(_PREFIX)]
            headers.append((f"{_PREFIX}attempts", str(letter.attempts + 1).encode()))
            note = orjson.dumps({"at": int(time.time() * 1000), "attempts": letter.attempts + 1})
            async with producer.transaction():
                futures = [
                    await producer.send(
                        facts["topic"], record.value, key=record.key, partition=int(facts["partition"]), headers=headers
                    ),
                    await producer.send(self._settings.runs_topic, note, key=self._note(letter.id), partition=0),
                ]
                await asyncio.gather(*futures)

        try:
            yield redrive
        finally:
            await producer.stop()

    async def purge(self, until: int) -> int:
        """Delete all letters older than `until` (milliseconds since 1970); return how many offsets that were."""
        partitions = await self._clients.partitions([self._topic])
        reader = self._clients.reader()
        await reader.start()
        try:
            firsts = await reader.beginning_offsets(partitions)
            ends = await reader.end_offsets(partitions)
            found = await reader.offsets_for_times(dict.fromkeys(partitions, until))
        finally:
            await reader.stop()
        upto = {tp: at.offset if (at := found[tp]) else ends[tp] for tp in partitions}
        async with self._clients.admin() as admin:
            await admin.delete_records({tp: RecordsToDelete(before_offset=offset) for tp, offset in upto.items()})
        return sum(max(0, upto[tp] - firsts[tp]) for tp in partitions)

    async def _redriven(self) -> set[str]:
        prefix = self._note("")  # clusters share a topic of runs when their prefixes differ and it keeps its name
        found = set()
        async for record in self._clients.read([self._settings.runs_topic]):
            if record.key and record.key.startswith(prefix) and record.value is not None:
                found.add(record.key.removeprefix(prefix).decode())
        return found

    def _note(self, identity: str) -> bytes:
        return NOTES + f"{self._topic}/{identity}".encode()


def _letter(record: Record, redriven: set[str]) -> Letter:
    facts = {k.removeprefix(_PREFIX): (v or b"").decode("utf-8", "replace") for k, v in record.headers if k.startswith(_PREFIX)}
    identity = f"{record.partition}-{record.offset}"
    attempts = int(facts["attempts"]) if facts.get("attempts", "").isdigit() else 0
    state = "redriven" if identity in redriven else "parked" if attempts >= PARKED else "waiting"
    return Letter(
        id=identity,
        at=record.timestamp,
        facts=facts,
        provider=_header(record, "ce_source") or "unknown",
        attempts=attempts,
        state=state,
        record=record,
    )


def _header(record: Record, name: str) -> str | None:
    value: Any = next((v for k, v in record.headers if k == name), None)
    return value.decode("utf-8", "replace") if value else None
