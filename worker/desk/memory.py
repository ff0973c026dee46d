"""
What the desk remembers, as a function of the latest record of each key.

Changes are made at once, so that the items of a chunk see each other, and are journalled until the chunk's transaction is
committed: `commit` makes them final, `rollback` takes them back exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from worker.desk.clock import Clock
from worker.desk.entry import (
    DESK_KEY,
    Entry,
    entry_key,
    entry_uri,
    is_found,
    read_desk,
    read_entry,
    write_desk,
    write_entry,
)
from worker.desk.ledger import Ledger
from worker.desk.near import Item, Match, NearMemory
from worker.desk.packing import NO_SLOT

__all__ = ["DAY", "Memory"]

DAY: Final = 86_400_000
_EVER: Final = -(1 << 62)
_TOLD: Final = 200  # expired items whose records a chunk removes


class Memory:
    """
    Identities with their routes, prints, and the clock.

    Args:
        fingerprint_window: milliseconds for which texts are compared.

        identity_window: milliseconds for which uris, versions and routes are remembered.
    """

    def __init__(self, fingerprint_window: int = 7 * DAY, identity_window: int = 30 * DAY) -> None:
        """Start empty."""
        self.fingerprint_window = fingerprint_window
        self.identity_window = identity_window
        self.clock = Clock()
        self.next_offset = 0
        self.ledger = Ledger()
        self.near = NearMemory(fingerprint_window)
        self.held_uris: set[str] = set()
        self._journal: list[tuple[str, Entry | None]] = []
        self._open: dict[str, Entry | None] = {}
        self.gone: dict[str, None] = {}  # dropped, and still in the topic
        self._telling: list[str] = []
        self._floor = _EVER
        self._saved = (self.clock.copy(), 0)

    def __len__(self) -> int:
        """How many items are remembered, expired ones not yet dropped included."""
        return len(self.ledger)

    @property
    def prints(self) -> int:
        """How many texts can be found."""
        return len(self.near)

    @property
    def size_bytes(self) -> int:
        """Bytes that all of it takes, but for a per cent or two."""
        return self.ledger.nbytes + self.near.nbytes

    def get(self, uri: str) -> Entry | None:
        """Return the item, if it is known and not expired. Versions out of the window of texts have no print."""
        row = self.ledger.find(uri)
        return self._living(row) if row is not None else None

    def lives(self, entry: Entry) -> bool:
        """Say whether it is to be found; what is held is, however long its embargo."""
        return entry.held is not None or self.clock.now - entry.at <= self.identity_window

    def _living(self, row: int) -> Entry | None:
        entry = self._read(row, self.clock.now - self.fingerprint_window)
        return entry if self.lives(entry) else None

    def _read(self, row: int, oldest: int) -> Entry:
        """Return the entry of a row, with the prints of the versions from `oldest` on."""
        entry, slots = self.ledger.read(row)
        there = [
            slot != NO_SLOT and v.time >= oldest and self.near.holds(slot, v.sequence)
            for v, slot in zip(entry.versions, slots, strict=True)
        ]
        if not any(there):
            return entry
        versions = tuple(
            v._replace(print=self.near.read(slot)[1]) if found else v
            for v, slot, found in zip(entry.versions, slots, there, strict=True)
        )
        return replace(entry, versions=versions)

    def story(self, story: str) -> list[Entry]:
        """Return the remembered items of a story, in the order of their sequence."""
        own = self.ledger.find(story)
        rows = [*([own] if own is not None else []), *self.ledger.members(story)]
        known = map(self._living, rows)
        # An item may have left the story that bears its name.
        return sorted((e for e in known if e is not None and e.story == story), key=lambda e: (e.sequence, e.uri))

    def held(self) -> list[Entry]:
        """Return the items under embargo as they are committed, the first to be released first."""
        if not self.held_uris:
            return []
        # What the open chunk changed is not certain yet: a release by it could send an older text.
        rows = [self.ledger.find(uri) for uri in self.held_uris - self._open.keys()]
        entries = [self.ledger.read(row).entry for row in rows if row is not None]
        return sorted(entries, key=lambda e: (e.until or 0, e.uri))

    def alike(self, exact: bytes, print_: bytes, time: int) -> tuple[Entry, Match] | None:
        """Return the kept item whose text is nearest, and how it compares."""
        match = self.near.find(exact, print_, time, self.clock.now)
        if match is None:
            return None
        entry = self._living(match.owner)
        return (entry, match) if entry is not None else None

    def put(self, entry: Entry) -> None:
        """Remember `entry` in place of what was known of its uri; of its prints, those by which later texts can find it."""
        versions = entry.versions
        oldest = self.clock.now - self.fingerprint_window
        if any(v.print and not is_found(entry, v, oldest) for v in versions):
            versions = tuple(v if is_found(entry, v, oldest) else v._replace(print=b"") for v in versions)
            entry = replace(entry, versions=versions)
        self._change(entry.uri, entry)

    def forget(self, uri: str) -> None:
        """Remove what is known of `uri`."""
        self._change(uri, None)

    def _change(self, uri: str, entry: Entry | None) -> None:
        row = self.ledger.find(uri)
        self._journal.append((uri, self._read(row, _EVER) if row is not None else None))
        self._open[uri] = entry
        self._set(uri, entry, row)

    def admit(self, time: int) -> None:
        """Let the clock see an item's time."""
        self.clock.admit(time)

    def changes(self) -> list[tuple[bytes, bytes | None]]:
        """
        Return the memory records of the open chunk.

        They are one for each changed item (None removes it), removals of what has expired, and the desk's own, which is the last.
        """
        self._telling = [uri for uri in islice(self.gone, _TOLD) if uri not in self._open]
        return [
            *(write_entry(entry) if entry is not None else (entry_key(uri), None) for uri, entry in self._open.items()),
            *((entry_key(uri), None) for uri in self._telling if self.ledger.find(uri) is None),
            (DESK_KEY, write_desk(self.next_offset, self.clock.times, self.clock.now)),
        ]

    def commit(self) -> None:
        """Make the changes of the chunk final."""
        for uri in (*self._telling, *self._open):
            self.gone.pop(uri, None)
        self._end()
        self._saved = (self.clock.copy(), self.next_offset)

    def rollback(self) -> None:
        """Take the changes of the chunk back."""
        for uri, entry in reversed(self._journal):
            self._set(uri, entry, self.ledger.find(uri))
        self._end()
        clock, self.next_offset = self._saved
        self.clock = clock.copy()

    def _end(self) -> None:
        self._journal.clear()
        self._open.clear()
        self._telling = []

    def sleep(self) -> None:
        """Say that many records will be taken in before anything is asked; only while nothing is remembered."""
        self.near.sleep()

    def waking(self) -> Iterator[None]:
        """Make ready for questions what was taken in since `sleep`, a part at each step. The first question would wait for it."""
        return self.near.waking()

    def start_from(self, desk: bytes) -> None:
        """
        Leave out, when records are taken in, what is out of date by the clock in a desk's record.

        Without that, a memory that is loaded would at first hold the prints of all items, and not only of the window.
        """
        _, times, now = read_desk(desk)
        if Clock(times, now).settled:
            self._floor = now

    def apply(self, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """
        Take in memory records in the order of the topic, as a reader of it: a later record of a key replaces an earlier one.

        Raises:
            MemoryFormatError: a record is of a format that this version can't read.
        """
        latest = {key: value for key, value in records if key is not None}
        fresh: list[Entry] = []
        for key, value in latest.items():
            if value is None:
                uri = entry_uri(key)
                self._set(uri, None, self.ledger.find(uri))
                self.gone.pop(uri, None)
            elif key == DESK_KEY:
                self.next_offset, times, now = read_desk(value)
                self.clock = Clock(times, now)
            else:
                entry = read_entry(value)
                row = self.ledger.find(entry.uri)
                if entry.held is None and self._floor - entry.at > self.identity_window:
                    self._set(entry.uri, None, row)
                    self.gone[entry.uri] = None
                    continue
                self.gone.pop(entry.uri, None)
                if row is not None:
                    self._set(entry.uri, entry, row)
                else:
                    fresh.append(entry)
        # Rows only now: a record that can't be read must leave none behind.
        self._load([(self.ledger.new_row(), entry) for entry in fresh])
        self.commit()

    def _load(self, fresh: list[tuple[int, Entry]]) -> None:
        """Take in items that are not known: many prints at once cost a fraction of one by one."""
        oldest = max(self._floor, _EVER) - self.fingerprint_window
        found = [[bool(v.print) and is_found(entry, v, oldest) for v in entry.versions] for _, entry in fresh]
        items = [
            Item(row, v.sequence, v.time, v.exact, v.print)
            for (row, entry), its in zip(fresh, found, strict=True)
            for v, is_there in zip(entry.versions, its, strict=True)
            if is_there
        ]
        slots = iter(self.near.load(items))
        for (row, entry), its in zip(fresh, found, strict=True):
            self.ledger.write(row, entry, tuple([next(slots) if is_there else NO_SLOT for is_there in its]))
            if entry.held is not None:
                self.held_uris.add(entry.uri)

    def expire(self) -> int:
        """
        Drop what no look-up can return any more; return how many items were dropped. Never changes a decision.

        The records of what was dropped are removed from the topic with the next chunks.
        """
        if not self.clock.settled:
            return 0  # it may go back yet
        self.near.expire(self.clock.now)
        gone = 0
        for row in self.ledger.older(self.clock.now - self.identity_window):
            entry = self.ledger.read(row).entry
            if not self.lives(entry):
                self._set(entry.uri, None, row)
                self.gone[entry.uri] = None
                gone += 1
        self.ledger.tidy()
        self.near.tidy()
        return gone

    def _set(self, uri: str, entry: Entry | None, row: int | None) -> None:
        """Put an entry in place of what a row holds; prints of versions that stay keep their slots."""
        self.held_uris.discard(uri)
        before: dict[int, int] = {}
        if row is not None:
            old, slots = self.ledger.read(row)
            before = {
                v.sequence: slot
                for v, slot in zip(old.versions, slots, strict=True)
                if slot != NO_SLOT and self.near.holds(slot, v.sequence)
            }
        found = [v for v in entry.versions if is_found(entry, v, _EVER)] if entry is not None else []
        for sequence in before.keys() - {v.sequence for v in found}:
            self.near.remove(before.pop(sequence))
        if entry is None:
            if row is not None:
                self.ledger.remove(row)
            return
        if row is None:
            row = self.ledger.new_row()
        for v in found:
            if v.sequence not in before:
                before[v.sequence] = self.near.add(Item(row, v.sequence, v.time, v.exact, v.print))
        self.ledger.write(row, entry, tuple(before.get(v.sequence, NO_SLOT) for v in entry.versions))
        if entry.held is not None:
            self.held_uris.add(uri)
