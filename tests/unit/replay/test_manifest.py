from collections import Counter

import pytest
from aiokafka import TopicPartition

from worker.replay.bounds import Bounds, ReplayError
from worker.replay.manifest import Manifest

TP = TopicPartition("raw", 0)


def _manifest() -> Manifest:
    return Manifest(name="r", into="live", asked={"since": "x"}, bounds=Bounds({TP: (5, 20)}), started=1, updated=1)


def test_advances_by_chunks() -> None:
    """A chunk moves the positions, adds to the counts, and leaves the rest to be read."""
    after = _manifest().advanced({TP: 9}, Counter(new=4), 4, 7, done=False).advanced({TP: 12}, Counter(new=3), 7, 8, done=False)

    assert after.left == {TP: (12, 20)}
    assert (after.counts, after.sequence, after.updated, after.state) == ({"new": 7}, 7, 8, "running")


def test_bytes_give_back_the_manifest() -> None:
    """What is written can be read."""
    manifest = _manifest().advanced({TP: 9}, Counter(new=4), 4, 7, done=True)

    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


def test_other_format_is_refused() -> None:
    """A manifest of another format is refused with what to do."""
    with pytest.raises(ReplayError, match="the version that began it"):
        Manifest.from_bytes(_manifest().to_bytes().replace(b'"format":1', b'"format":9'))
