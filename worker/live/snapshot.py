"""
A file with the image of a partition's memory, and where in the memory topic it stands.

The file is written beside its place and moved there when it is whole and on the disk. It is taken over only if reading the topic from
where it stands gives what reading all of it would give: the same topic of the same cluster, an offset between the log's begin and end, and
an age at which no removal can have been compacted away. All else is refused, and the topic is read from its begin.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from struct import Struct
from typing import IO, Any, Final
from zlib import crc32

import orjson

from worker.desk.image import ImageError, facts_of, parts_of, restore
from worker.desk.memory import Memory

__all__ = ["Log", "SnapshotError", "Stamp", "path_of", "read_snapshot", "unfit", "write_snapshot"]

_MAGIC: Final = b"CDMEMORY"
_HEAD: Final = Struct("<8sII")  # magic, size of the header, its CRC-32
_SUM: Final = Struct("<I")
_PIECE: Final = 4 << 20
_MARGIN: Final = 0.9  # of the time that removals are kept: clocks differ, and loading takes its time
_LEFTOVER_SECONDS: Final = 3600


class SnapshotError(ValueError):
    """The file can't be taken over; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """
    Where a snapshot stands.

    All records below `offset` are in it, and perhaps some behind; `taken` is when that was so, in milliseconds since 1970.
    """

    cluster: str
    topic: str
    topic_id: str
    partition: int
    offset: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """
    The memory partition as it is now.

    `begin` and `end` are its offsets; `removals` is how long Kafka keeps a removal (delete.retention.ms); `now` is the time, in
    milliseconds since 1970.
    """

    cluster: str
    topic: str
    topic_id: str
    partition: int
    begin: int
    end: int
    removals: int
    now: int


def unfit(stamp: Stamp, log: Log) -> str | None:
    """Say why a snapshot that stands there can't be taken over, None if it can."""
    if (stamp.cluster, stamp.topic, stamp.partition) != (log.cluster, log.topic, log.partition):
        return f"it is of {stamp.topic}/{stamp.partition} in cluster {stamp.cluster}"
    if stamp.topic_id != log.topic_id:
        return "the topic was made anew since"
    if stamp.offset > log.end:
        return f"it stands at offset {stamp.offset}, behind the log's end {log.end}"
    if stamp.offset < log.begin:
        return f"it stands at offset {stamp.offset}, and the log begins at {log.begin}"
    if stamp.taken > log.now:
        return "it was taken later than now: a clock is wrong"
    if log.now - stamp.taken > log.removals * _MARGIN:
        return "it is so old that removals may have been compacted away"
    return None


def path_of(folder: Path, topic: str, partition: int) -> Path:
    """Name the file of a memory partition."""
    return folder / f"{topic}-{partition}.snapshot"


def write_snapshot(path: Path, stamp: Stamp, memory: Memory) -> None:
    """
    Write the file; what was there is replaced when the new one is whole. No chunk may be open.

    Raises:
        OSError: it can't be written; what was there still is.
    """
    header = orjson.dumps({"stamp": asdict(stamp), "facts": facts_of(memory)})
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb", buffering=0) as file:
            _write(file, memoryview(_HEAD.pack(_MAGIC, len(header), crc32(header)) + header))
            checksum = 0
            for part in parts_of(memory):
                checksum = crc32(part, checksum)
                _write(file, part)
            _write(file, memoryview(_SUM.pack(checksum)))
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _write(file: IO[bytes], part: memoryview) -> None:
    while part:
        part = part[file.write(part[:_PIECE]) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(path: Path) -> None:
    """Remove what writers that were killed have left."""
    for left in path.parent.glob(f".{path.name}.*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFTOVER_SECONDS:
                left.unlink()


def read_snapshot(path: Path, memory: Memory, log: Log) -> Stamp:
    """
    Take over a snapshot.

    Args:
        path: the file.

        memory: an empty one; after an error it is of no use.

        log: what the partition is now.

    Raises:
        FileNotFoundError: there is none.

        SnapshotError: it does not fit, or is broken.
    """
    with path.open("rb", buffering=0) as file:
        stamp, facts = _header(file)
        if reason := unfit(stamp, log):
            raise SnapshotError(reason)
        body = _Body(file)
        try:
            restore(memory, facts, body.fill)
        except ImageError as error:
            raise SnapshotError(str(error)) from error
        except (ValueError, KeyError, TypeError, IndexError, OverflowError, MemoryError) as error:
            raise SnapshotError(f"it can't be read ({type(error).__name__})") from error
        body.end()
    return stamp


def _header(file: IO[bytes]) -> tuple[Stamp, dict[str, Any]]:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise SnapshotError("it is cut short")
    magic, size, checksum = _HEAD.unpack(head)
    if magic != _MAGIC:
        raise SnapshotError("it is no snapshot of a memory")
    header = b"".join(_pieces(file, size))
    if crc32(header) != checksum:
        raise SnapshotError("its header is broken")
    try:
        fields = orjson.loads(header)
        return Stamp(**fields["stamp"]), fields["facts"]
    except (ValueError, KeyError, TypeError) as error:
        raise SnapshotError("it is of another format") from error


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


class _Body:
    """Reads arrays one after the other, and sums them up."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._sum = file, 0

    def fill(self, view: memoryview) -> None:
        left = view
        while left:
            count = self._file.readinto(left[:_PIECE])  # type: ignore[attr-defined] # an unbuffered file has it
            if not count:
                raise SnapshotError("it is cut short")
            left = left[count:]
        self._sum = crc32(view, self._sum)

    def end(self) -> None:
        tail = self._file.read(_SUM.size + 1)
        if len(tail) != _SUM.size or _SUM.unpack(tail)[0] != self._sum:
            raise SnapshotError("its checksum is wrong")
