"""The fuzzer makes the same inputs from the same seed, and a short run of it finds nothing."""

import random

from bench.fuzz import TARGETS, run
from bench.mutations import damaged


def test_a_short_run_finds_nothing() -> None:
    """Two thousand damaged inputs to all readers give outcomes."""
    given, findings = run(TARGETS, seed=551, first=0, count=2000, huge=0)

    assert findings == []
    assert set(given) == set(TARGETS)


def test_the_same_seed_makes_the_same_input() -> None:
    """What broke a reader can be made again from seed and number."""
    seeds = [b"<nitf><p>One</p></nitf>", b'{"uri":"a"}', b"\x01a1 b\x02text\x03"]
    made = [damaged(seeds, random.Random(f"7:{number}"), 10) for number in range(40)]

    assert made == [damaged(seeds, random.Random(f"7:{number}"), 10) for number in range(40)]
    assert len(set(made)) > 30
