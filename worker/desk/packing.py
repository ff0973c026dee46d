"""
An entry in few bytes, as the ledger keeps it.

Values that many items share – providers, rights holders, routes – are numbers of a table. What does not fit the narrow layout, and
what is under embargo, is kept as the memory record itself: there is little of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from struct import Struct, calcsize
from typing import Final, NamedTuple

from worker.desk.entry import Entry, Seen, Version, read_entry, write_entry
from worker.outcome import Relation

__all__ = ["NO_SLOT", "Packed", "Packing"]

NO_SLOT: Final = (1 << 32) - 1
# size, state and relation, provider, holder, routes; sequence, `at` less time, time; sizes of uri, headline, story, of; versions
_HEAD: Final = Struct("<HBHHHIiIhHHHHB")
_URI_SIZE: Final = calcsize("<HBHHHIiIh")
_WIDE: Final = Struct("<HI")  # 0, size
# size of the version's name, recipe, slot of its print; the upper bit of the recipe says that what follows is left out
_VERSION: Final = Struct("<BBI")
_PLACE: Final = Struct("<IIh")  # sequence and time of a version that is not the item's last
_SAME: Final = 0x80
_DIGEST: Final = 16
_MOST: Final = 1 << 16
_LOW: Final = (1 << 32) - 1
_STATES: Final = tuple(Seen)
_RELATIONS: Final = tuple(Relation)
_STATE: Final[dict[str, int]] = {state: number for number, state in enumerate(_STATES)}
_RELATION: Final[dict[str, int]] = {relation: number << 4 for number, relation in enumerate(_RELATIONS)}
_UTF: Final = "utf-8"
_SURROGATES: Final = "surrogatepass"

Shared = str | tuple[str, ...] | None


class Packed(NamedTuple):
    """An entry without the bytes of its prints, and the slots of its versions' prints."""

    entry: Entry
    slots: tuple[int, ...]


class Packing:
    """Writes and reads packed entries."""

    def __init__(self, shared: Iterable[Shared] = ()) -> None:
        """Start with nothing shared, or with what an image holds."""
        self.shared: list[Shared] = list(shared) or [None]
        self._numbers: dict[Shared, int] = {value: number for number, value in enumerate(self.shared)}

    def pack(self, entry: Entry, slots: tuple[int, ...]) -> bytes:
        """Write an entry; prints are left out, for their slots lead to them."""
        uri, headline = entry.uri.encode(_UTF, _SURROGATES), entry.headline.encode(_UTF, _SURROGATES)
        story = entry.story.encode(_UTF, _SURROGATES) if entry.story != entry.uri else b""
        of = entry.of.encode(_UTF, _SURROGATES) if entry.of else b""
        parts = [uri, headline, story, of]
        fits = entry.held is None and 0 <= entry.sequence <= _LOW and entry.of != "" and entry.story != ""
        fits = fits and entry.state in _STATE and entry.relation in _RELATION
        for version, slot in zip(entry.versions, slots, strict=True):
            same = version.sequence == entry.sequence and version.time == entry.time
            name = version.version.encode("utf-8", _SURROGATES)
            fits = fits and len(version.exact) == _DIGEST and len(name) <= 0xFF and 0 <= version.recipe < _SAME
            fits = fits and 0 <= version.sequence <= _LOW and -0x8000 <= version.time >> 32 <= 0x7FFF
            if not fits:
                break
            parts.append(_VERSION.pack(len(name), version.recipe | (_SAME if same else 0), slot))
            if not same:
                parts.append(_PLACE.pack(version.sequence, version.time & _LOW, version.time >> 32))
            parts += [version.exact, name]
        provider, holder, routes = self._number(entry.provider), self._number(entry.holder), self._number(entry.routes)
        since = entry.at - entry.time
        size = _HEAD.size + sum(map(len, parts))
        if (
            not fits
            or size >= _MOST
            or len(entry.versions) > 0xFF
            or min(provider, holder, routes) < 0
            or not -0x8000_0000 <= since < 0x8000_0000
            or not -0x8000 <= entry.time >> 32 <= 0x7FFF
        ):
            return self._pack_wide(entry, slots)
        head = _HEAD.pack(
            size, _STATE[entry.state] | _RELATION[entry.relation], provider, holder, routes, entry.sequence, since, entry.time & _LOW, entry.time >> 32,
            len(uri), len(headline), len(story), len(of), len(entry.versions),
        )  # fmt: skip
        return head + b"".join(parts)

    @staticmethod
    def _pack_wide(entry: Entry, slots: tuple[int, ...]) -> bytes:
        bare = tuple(v._replace(print=slot.to_bytes(4, "little")) for v, slot in zip(entry.versions, slots, strict=True))
        _, value = write_entry(replace(entry, versions=bare))
        uri = entry.uri.encode("utf-8", _SURROGATES)
        body = len(uri).to_bytes(4, "little") + uri + value
        return _WIDE.pack(0, _WIDE.size + len(body)) + body

    def _number(self, value: Shared) -> int:
        """Give the number of a shared value, -1 if there are too many."""
        number = self._numbers.get(value)
        if number is None:
            number = len(self.shared)
            if number >= _MOST:
                return -1
            self.shared.append(value)
            self._numbers[value] = number
        return number

    def unpack(self, block: bytearray, at: int) -> Packed:
        """Read the packed entry at a place of a block; its versions have no prints."""
        size, kind, provider, holder, routes, sequence, since, low, high, uris, headlines, stories, ofs, count = (
            _HEAD.unpack_from(block, at) if block[at] or block[at + 1] else (0,) * 14
        )
        if not size:
            return self._unpack_wide(block, at)
        at += _HEAD.size
        uri = block[at : at + uris].decode("utf-8", _SURROGATES)
        at += uris
        headline = block[at : at + headlines].decode("utf-8", _SURROGATES)
        at += headlines
        story = block[at : at + stories].decode("utf-8", _SURROGATES) if stories else uri
        at += stories
        of = block[at : at + ofs].decode("utf-8", _SURROGATES) if ofs else None
        at += ofs
        time = high << 32 | low
        versions, slots = [], []
        for _ in range(count):
            names, recipe, slot = _VERSION.unpack_from(block, at)
            at += _VERSION.size
            then, when = sequence, time
            if not recipe & _SAME:
                then, low, high = _PLACE.unpack_from(block, at)
                when = high << 32 | low
                at += _PLACE.size
            exact = bytes(block[at : at + _DIGEST])
            at += _DIGEST
            name = block[at : at + names].decode("utf-8", _SURROGATES)
            at += names
            versions.append(Version(name, exact, b"", then, when, recipe & ~_SAME))
            slots.append(slot)
        shared = self.shared
        entry = Entry(
            uri=uri,
            story=story,
            state=_STATES[kind & 0xF],
            provider=shared[provider],
            sequence=sequence,
            at=time + since,
            time=time,
            of=of,
            holder=shared[holder],
            relation=_RELATIONS[kind >> 4],
            headline=headline,
            routes=shared[routes],
            versions=tuple(versions),
        )
        return Packed(entry, tuple(slots))

    @staticmethod
    def _unpack_wide(block: bytearray, at: int) -> Packed:
        _, size = _WIDE.unpack_from(block, at)
        start = at + _WIDE.size
        uris = int.from_bytes(block[start : start + 4], "little")
        entry = read_entry(bytes(block[start + 4 + uris : at + size]))
        slots = tuple(int.from_bytes(v.print, "little") for v in entry.versions)
        return Packed(replace(entry, versions=tuple(v._replace(print=b"") for v in entry.versions)), slots)

    @staticmethod
    def size(block: bytearray, at: int) -> int:
        """Give the bytes of the packed entry at a place."""
        return block[at] | block[at + 1] << 8 or int(_WIDE.unpack_from(block, at)[1])

    @staticmethod
    def has_uri(block: bytearray, at: int, uri: bytes) -> bool:
        """Say whether the packed entry at a place is that of `uri`."""
        if block[at] or block[at + 1]:
            size, start = block[at + _URI_SIZE] | block[at + _URI_SIZE + 1] << 8, at + _HEAD.size
        else:
            start = at + _WIDE.size + 4
            size = int.from_bytes(block[start - 4 : start], "little")
        return size == len(uri) and block.startswith(uri, start)
