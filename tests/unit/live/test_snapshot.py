import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import BAKERS, HARBOUR, HOUR, NOON, make_desk, make_slip

from worker.desk.decide import Desk
from worker.desk.memory import DAY, Memory
from worker.live.snapshot import Log, SnapshotError, Stamp, path_of, read_snapshot, unfit, write_snapshot

STAMP = Stamp(cluster="c", topic="m", topic_id="t", partition=0, offset=70, taken=NOON)
LOG = Log(cluster="c", topic="m", topic_id="t", partition=0, begin=0, end=90, removals=7 * DAY, now=NOON + HOUR)


def filled() -> Desk:
    """Make a desk that has seen stories, a copy, an update, a kill, and an item under embargo."""
    desk = make_desk()
    for number in range(120):
        desk.memory.admit(NOON + number)
    slips = [
        make_slip(),
        make_slip("urn:y:1", provider="beta"),
        make_slip("urn:x:2", text=BAKERS, headline="Bread", holder="Example", routes=("a", "b")),
        make_slip("urn:x:2", text=BAKERS.replace("3.20", "3.40"), headline="Bread", version="2"),
        make_slip("urn:x:3", text=BAKERS[:300], headline="Old bread"),
        make_slip("urn:x:3", status="canceled", version="2"),
        make_slip("urn:x:4", until=NOON + DAY),
        make_slip("urn:x:" + "5" * 70_000, text="Short.", headline="Ü"),
    ]
    for number, slip in enumerate(slips):
        desk.decide(slip, number)
    desk.memory.forget("urn:x:3")
    desk.memory.next_offset = len(slips)
    desk.memory.commit()
    return desk


def questions() -> list[Any]:
    """Make slips that ask for all that is remembered."""
    return [
        make_slip("urn:z:1", provider="gamma"),
        make_slip("urn:z:2", text=BAKERS, headline="Bread"),
        make_slip("urn:x:2", text=BAKERS, headline="Bread"),
        make_slip("urn:x:3"),
        make_slip("urn:x:1", status="canceled", version="9"),
        make_slip("urn:z:4", text=HARBOUR.replace("4.6", "5.1")),
        make_slip("urn:x:4", kind="release"),
    ]


def decisions(desk: Desk) -> list[Any]:
    """Give what a desk decides of the questions, and what it then writes."""
    made: list[Any] = [desk.decide(slip, 1000 + number) for number, slip in enumerate(questions())]
    return [*made, desk.memory.changes()]


def test_decisions_are_the_same_with_a_snapshot(tmp_path: Path) -> None:
    """What is taken over decides and writes as what was written, and so does what it decides later on."""
    path = path_of(tmp_path / "folder", "m", 0)
    desk, other = filled(), make_desk()

    write_snapshot(path, STAMP, desk.memory)
    stamp = read_snapshot(path, other.memory, LOG)

    assert stamp == STAMP
    assert other.memory.next_offset == desk.memory.next_offset
    assert [e.uri for e in other.memory.held()] == ["urn:x:4"]
    assert decisions(other) == decisions(desk)
    other.memory.rollback()
    desk.memory.rollback()
    desk.memory.clock.now = other.memory.clock.now = NOON + 40 * DAY
    assert other.memory.expire() == desk.memory.expire() > 0
    assert len(other.memory) == len(desk.memory)
    assert list(tmp_path.rglob("*")) == [tmp_path / "folder", path]


def test_an_empty_memory_has_a_snapshot_too(tmp_path: Path) -> None:
    """Nothing is no special case."""
    path, memory = path_of(tmp_path, "m", 0), make_desk().memory

    write_snapshot(path, STAMP, make_desk().memory)
    read_snapshot(path, memory, LOG)

    assert len(memory) == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cluster": "another"}, "in cluster c"),
        ({"topic": "another"}, "it is of m/0"),
        ({"partition": 1}, "it is of m/0"),
        ({"topic_id": "another"}, "the topic was made anew since"),
        ({"end": 69}, "behind the log's end 69"),
        ({"begin": 71}, "the log begins at 71"),
        ({"now": NOON - 1}, "a clock is wrong"),
        ({"removals": HOUR}, "removals may have been compacted away"),
        ({"now": NOON + 7 * DAY}, "removals may have been compacted away"),
    ],
)
def test_what_does_not_fit_the_topic_is_refused(change: dict[str, Any], reason: str) -> None:
    """A snapshot is taken over only if the topic, read on from it, gives what all of the topic gives."""
    assert unfit(STAMP, LOG) is None
    assert unfit(STAMP, replace(LOG, end=70, begin=70)) is None

    found = unfit(STAMP, replace(LOG, **change))

    assert found is not None
    assert reason in found


def test_a_snapshot_of_other_windows_is_refused(tmp_path: Path) -> None:
    """Another window would need what was left out: the settings' change is named."""
    path = path_of(tmp_path, "m", 0)
    write_snapshot(path, STAMP, filled().memory)

    with pytest.raises(SnapshotError, match="it has fingerprint_window 604800000, and 1209600000 is needed"):
        read_snapshot(path, Memory(14 * DAY, 30 * DAY), LOG)


def test_whatever_is_broken_is_refused(tmp_path: Path) -> None:
    """A file that is cut short, goes on behind its end, is another's, or has one bit changed anywhere is not taken over."""
    path = path_of(tmp_path, "m", 0)
    write_snapshot(path, STAMP, filled().memory)
    good = path.read_bytes()
    places = [*range(0, 900, 7), *range(900, len(good), len(good) // 60), len(good) - 1]
    broken = [b"", good[:5], good[:200], good[: len(good) // 2], good[:-1], good + b"\0", b"\0" * len(good)]
    broken += [good[:n] + bytes([good[n] ^ 4]) + good[n + 1 :] for n in places]

    for data in broken:
        path.write_bytes(data)
        with pytest.raises(SnapshotError):
            read_snapshot(path, make_desk().memory, LOG)


def test_what_was_there_stays_until_the_new_one_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the last snapshot is still there, and nothing of the new one."""
    path = path_of(tmp_path, "m", 0)
    write_snapshot(path, STAMP, filled().memory)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_snapshot(path, replace(STAMP, offset=80), filled().memory)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    """Parts that nobody writes any more do not fill the disk."""
    path = path_of(tmp_path, "m", 0)
    old, fresh = tmp_path / f".{path.name}.1.part", tmp_path / f".{path.name}.2.part"
    for left in (old, fresh):
        left.write_bytes(b"part")
    os.utime(old, (0, 0))

    write_snapshot(path, STAMP, make_desk().memory)

    assert sorted(tmp_path.iterdir()) == sorted([path, fresh])
