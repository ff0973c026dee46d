"""
What the desk remembers, as a function of the latest record of each key.

Changes are made at once, so that the items of a chunk see each other, and are journalled until the chunk's transaction is
committed: `commit` makes them final, `rollback` takes them back exactly.
"""

from collections.abc import Iterable
from typing import Final

from worker.desk.clock import Clock
from worker.desk.entry import DESK_KEY, Entry, Seen, entry_key, entry_uri, read_desk, read_entry, write_desk, write_entry
from worker.desk.near import Item, Match, NearMemory
from worker.desk.prints import RECIPE

__all__ = ["DAY", "Memory"]

DAY: Final = 86_400_000
_SEAM: Final = "\n"  # between uri and sequence in the keys of prints; no uri holds a line end


class Memory:
    """
    Identities with their routes, prints, and the clock.

    Args:
        fingerprint_window: milliseconds for which texts are compared.

        identity_window: milliseconds for which uris, versions and routes are remembered.
    """

    def __init__(self, fingerprint_window: int = 7 * DAY, identity_window: int = 30 * DAY) -> None:
        """Start empty."""
        self.identity_window = identity_window
        self.clock = Clock()
        self.next_offset = 0
        self._entries: dict[str, Entry] = {}
        self._stories: dict[str, set[str]] = {}
        self._held: set[str] = set()
        self._near = NearMemory(fingerprint_window)
        self._journal: list[tuple[str, Entry | None]] = []
        self._saved = (self.clock.copy(), 0)
        self._bytes = 0

    def __len__(self) -> int:
        """How many items are remembered, expired ones not yet dropped included."""
        return len(self._entries)

    @property
    def size_bytes(self) -> int:
        """Estimate the bytes that all of it takes."""
        return self._bytes + self._near.nbytes

    def get(self, uri: str) -> Entry | None:
        """Return the item, if it is known and not expired."""
        entry = self._entries.get(uri)
        return entry if entry is not None and self._lives(entry) else None

    def _lives(self, entry: Entry) -> bool:
        """Say whether it is to be found; what is held is, however long its embargo."""
        return entry.held is not None or self.clock.now - entry.at <= self.identity_window

    def story(self, story: str) -> list[Entry]:
        """Return the remembered items of a story, in the order of their sequence."""
        known = (self.get(uri) for uri in (story, *self._stories.get(story, ())))
        # An item may have left the story that bears its name.
        return sorted((e for e in known if e is not None and e.story == story), key=lambda e: (e.sequence, e.uri))

    def held(self) -> list[Entry]:
        """Return the items under embargo as they are committed, the first to be released first."""
        if not self._held:
            return []
        # What the open chunk changed is not certain yet: a release by it could send an older text.
        open_ = {uri for uri, _ in self._journal}
        return sorted((self._entries[uri] for uri in self._held - open_), key=lambda e: (e.until or 0, e.uri))

    def alike(self, exact: bytes, print_: bytes, time: int) -> tuple[Entry, Match] | None:
        """Return the kept item whose text is nearest, and how it compares."""
        match = self._near.find(exact, print_, time, self.clock.now)
        if match is None:
            return None
        entry = self.get(match.key.partition(_SEAM)[0])
        return (entry, match) if entry is not None else None

    def put(self, entry: Entry) -> None:
        """Remember `entry` in place of what was known of its uri."""
        self._journal.append((entry.uri, self._entries.get(entry.uri)))
        self._set(entry.uri, entry)

    def forget(self, uri: str) -> None:
        """Remove what is known of `uri`."""
        self._journal.append((uri, self._entries.get(uri)))
        self._set(uri, None)

    def admit(self, time: int) -> None:
        """Let the clock see an item's time."""
        self.clock.admit(time)

    def changes(self) -> list[tuple[bytes, bytes | None]]:
        """Return the memory records of the open chunk: one for each changed item (None removes it), and the desk's own."""
        uris = dict.fromkeys(uri for uri, _ in self._journal)
        return [
            *(write_entry(self._entries[uri]) if uri in self._entries else (entry_key(uri), None) for uri in uris),
            (DESK_KEY, write_desk(self.next_offset, self.clock.times, self.clock.now)),
        ]

    def commit(self) -> None:
        """Make the changes of the chunk final."""
        self._journal.clear()
        self._saved = (self.clock.copy(), self.next_offset)

    def rollback(self) -> None:
        """Take the changes of the chunk back."""
        for uri, entry in reversed(self._journal):
            self._set(uri, entry)
        self._journal.clear()
        clock, self.next_offset = self._saved
        self.clock = clock.copy()

    def apply(self, records: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        """
        Take in memory records in the order of the topic, as a reader of it: a later record of a key replaces an earlier one.

        Raises:
            MemoryFormatError: a record is of a format that this version can't read.
        """
        latest = {key: value for key, value in records if key is not None}
        fresh: list[Item] = []
        for key, value in latest.items():
            if value is None:
                self._set(entry_uri(key), None)
            elif key == DESK_KEY:
                self.next_offset, times, now = read_desk(value)
                self.clock = Clock(times, now)
            else:
                entry = read_entry(value)
                if entry.uri in self._entries:
                    self._set(entry.uri, entry)
                else:
                    self._file(entry)
                    fresh += _prints(entry)
        self._near.load(fresh)  # many at once cost a fraction of one by one
        self.commit()

    def expire(self) -> int:
        """Drop what no look-up can return any more; return how many items were dropped. Never changes a decision."""
        self._near.expire(self.clock.now)
        gone = [uri for uri, entry in self._entries.items() if not self._lives(entry)]
        for uri in gone:
            self._set(uri, None)
        return len(gone)

    def _set(self, uri: str, entry: Entry | None) -> None:
        old = self._entries.pop(uri, None)
        self._bytes -= _size(old) if old else 0
        self._held.discard(uri)
        before = {p[0]: p for p in _prints(old)} if old else {}
        after = {p[0]: p for p in _prints(entry)} if entry else {}
        for key in before.keys() - after.keys():
            self._near.remove(key)
        for key in after.keys() - before.keys():
            self._near.add(*after[key])
        if old is not None and old.story != uri and (entry is None or entry.story != old.story):
            members = self._stories[old.story]
            members.discard(uri)
            if not members:
                del self._stories[old.story]
        if entry is not None:
            self._file(entry)

    def _file(self, entry: Entry) -> None:
        """Put an entry under its uri and its story."""
        self._entries[entry.uri] = entry
        if entry.story != entry.uri:
            self._stories.setdefault(entry.story, set()).add(entry.uri)
        self._bytes += _size(entry)
        if entry.held is not None:
            self._held.add(entry.uri)


def _size(entry: Entry) -> int:
    """Estimate the bytes that an item takes beside the index: objects, text and prints."""
    text = 3 * len(entry.uri) + len(entry.story) + len(entry.headline)
    return 900 + text + sum(320 + len(v.print) for v in entry.versions)


def _prints(entry: Entry) -> list[Item]:
    """Give the prints under which later texts find the item: those of its kept versions that are of this recipe."""
    if entry.state != Seen.KEPT:
        return []
    return [
        (f"{entry.uri}{_SEAM}{v.sequence}", v.sequence, v.time, v.exact, v.print)
        for v in entry.versions
        if v.recipe == RECIPE and (v.exact or v.print)
    ]
