import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.desk.near import Item, NearMemory
from worker.desk.postings import Postings
from worker.desk.prints import encode_print

WINDOW = 7 * 86_400_000
HOUR = 3_600_000
KEPT = 1_000_000  # the owner of the print that is to be found
LEAD = np.random.default_rng(3).integers(0, 0x8000, 30).astype(np.uint16)


def story(seed: int, *, lead: bool = False, edits: int = 0, length: int = 70) -> bytes:
    """Make a print of a story; `lead` gives it the start that many stories have, `edits` are words changed."""
    codes = np.random.default_rng(seed).integers(0, 0x8000, length).astype(np.uint16)
    if lead:
        codes = np.concatenate((LEAD, codes))
    for place in range(edits):
        codes[7 + 11 * place] ^= 1
    return encode_print(codes=codes, names=np.zeros(len(codes), np.bool_), headline=codes[-6:], tickers=codes[:0])


def exact(seed: int) -> bytes:
    """Make a digest."""
    return random.Random(seed).randbytes(16)


def items(count: int) -> list[Item]:
    """Make items an hour apart, a third of which start alike, and a tenth of which have the words of one before."""
    return [
        Item(n, n, n * HOUR, exact(n), story(n - 7 if n % 10 == 9 else n, lead=n % 3 == 0, edits=n % 4 + (n % 10 == 9)))
        for n in range(count)
    ]


@pytest.mark.parametrize("edits", [0, 1, 2])
def test_a_copy_is_found(edits: int) -> None:
    """A copy with a word or two changed leads to what was kept."""
    near = NearMemory(WINDOW)
    for item in items(60):
        near.add(item)
    near.add(Item(KEPT, 1000, 0, exact(1000), story(1000)))

    match = near.find(exact(1001), story(1000, edits=edits), HOUR, HOUR)

    assert match is not None
    assert match.owner == KEPT


def test_a_short_copy_is_found() -> None:
    """Twelve words are enough, one of them changed."""
    near = NearMemory(WINDOW)
    near.add(Item(KEPT, 1, 0, exact(1), story(5, length=14)))

    match = near.find(exact(2), encode_changed(5), 0, 0)

    assert match is not None
    assert match.owner == KEPT


def encode_changed(seed: int) -> bytes:
    """Make the short story with its third word changed."""
    codes = np.random.default_rng(seed).integers(0, 0x8000, 14).astype(np.uint16)
    headline = codes[-6:].copy()
    codes[2] ^= 1
    return encode_print(codes=codes, names=np.zeros(14, np.bool_), headline=headline, tickers=codes[:0])


def test_two_words_are_found_by_their_digest() -> None:
    """A text too short for phrases is found if it is the same word for word."""
    near = NearMemory(WINDOW)
    near.add(Item(KEPT, 1, 0, exact(1), story(5, length=2)))

    match = near.find(exact(1), story(5, length=2), 0, 0)

    assert match is not None
    assert match.verdict.method == "exact"


def test_nothing_is_found_beyond_the_window() -> None:
    """What is older than the window is as if it were not there, whether it was dropped or not."""
    near = NearMemory(WINDOW)
    near.add(Item(KEPT, 1, 0, exact(1), story(1)))

    assert near.find(exact(2), story(1), WINDOW, WINDOW) is not None
    assert near.find(exact(2), story(1), WINDOW + 1, WINDOW + 1) is None


def test_the_earlier_of_two_equal_texts_is_found() -> None:
    """Ties go to the earlier sequence, in whatever order they were added."""
    for order in ((1, 2), (2, 1)):
        near = NearMemory(WINDOW)
        for n in order:
            near.add(Item(n, n, 0, exact(9), story(1)))
        match = near.find(exact(9), story(1), 0, 0)
        assert match is not None
        assert match.owner == 1


def test_nothing_is_found_for_an_empty_print() -> None:
    """An item without a print is not looked for."""
    near = NearMemory(WINDOW)
    near.add(Item(KEPT, 1, 0, exact(1), story(1)))

    assert near.find(exact(1), b"", 0, 0) is None


def test_a_slot_tells_whether_it_was_taken_by_another() -> None:
    """A slot that was given up, and taken again, no longer holds the first print."""
    near = NearMemory(WINDOW)
    slot = near.add(Item(KEPT, 1, 0, exact(1), story(1)))
    assert near.holds(slot, 1)
    assert near.read(slot) == (exact(1), story(1))

    near.remove(slot)
    assert not near.holds(slot, 1)
    assert near.add(Item(7, 2, 0, exact(2), story(2))) == slot
    assert not near.holds(slot, 1)
    assert near.holds(slot, 2)


def answers(near: NearMemory, now: int, count: int) -> list[object]:
    """Ask for copies and rewrites of all stories."""
    return [
        near.find(exact(n if n % 2 else n + 5000), story(n, lead=n % 3 == 0, edits=n % 5), n * HOUR, now) for n in range(count)
    ]


@given(seed=st.integers(0, 1 << 30), kept=st.integers(1, 90))
@settings(max_examples=12, deadline=None)
def test_answers_depend_only_on_what_is_held(seed: int, kept: int) -> None:
    """Order of insertion, detours, removals, expiry and loading at once never change an answer."""
    rng = random.Random(seed)
    everything = items(110)
    live = [item for item in everything if item.owner % 100 < kept]
    now = rng.randrange(80, 300) * HOUR

    loaded = NearMemory(WINDOW)
    loaded.load(live)
    expected = answers(loaded, now, 110)

    wandering = NearMemory(WINDOW)
    detour = [*everything, *rng.sample(everything, 40)]
    rng.shuffle(detour)
    slots: dict[int, int] = {}
    for item in detour:
        if item.owner in slots:
            wandering.remove(slots[item.owner])
        slots[item.owner] = wandering.add(item)
    for item in rng.sample(everything, len(everything)):
        if item not in live:
            wandering.remove(slots[item.owner])
    assert answers(wandering, now, 110) == expected
    wandering.expire(now)
    wandering.tidy()
    assert answers(wandering, now, 110) == expected
    assert len(wandering) == sum(item[2] >= now - WINDOW for item in live)


def test_a_start_that_many_share_hides_nothing() -> None:
    """Keys that hundreds of items share do not keep a copy from being found, however it was put in."""
    crowd = [Item(n, n, n, exact(n), story(n, lead=True)) for n in range(400)]
    shuffled = random.Random(1).sample(crowd, len(crowd))
    one, all_at_once = NearMemory(WINDOW), NearMemory(WINDOW)
    slots = {item.owner: one.add(item) for item in shuffled}
    all_at_once.load(crowd)

    for n in (0, 150, 399):
        match = one.find(exact(9000), story(n, lead=True, edits=1), 500, 500)
        assert match is not None
        assert match.owner == n
        assert match == all_at_once.find(exact(9000), story(n, lead=True, edits=1), 500, 500)
    for item in shuffled[:390]:
        one.remove(slots[item.owner])
    left = {item.owner for item in shuffled[390:]}
    assert all((one.find(exact(9000), story(n, lead=True), 500, 500) is not None) == (n in left) for n in range(400))


def test_the_table_grows_without_losing_a_posting() -> None:
    """Every posting is found after the table has grown, and none after it was taken out."""
    rng = np.random.default_rng(5)
    postings = Postings()
    shared = np.arange(1, 300, dtype=np.uint32) * np.uint32(1_000_003)
    sets = [np.unique(np.concatenate((rng.integers(0, 1 << 32, 40_000, dtype=np.uint32), shared))) for _ in range(12)]
    for slot, keys in enumerate(sets):
        postings.remember(slot, 1000 - slot)
        postings.add_all(keys, np.full(len(keys), slot, np.uint32))

    def slots_of(key: int) -> list[int]:
        found, more = postings.find(np.array([key], np.uint32))
        return sorted([*found, *(slot for k, slots in more for slot in [*slots, *postings.spilled(k, 100)])])

    assert slots_of(int(shared[17])) == list(range(12))
    assert all(slot in slots_of(int(keys[n])) for slot, keys in enumerate(sets) for n in range(0, 40_000, 4000))
    for slot in (3, 11):
        postings.remove(sets[slot], slot)
    assert slots_of(int(shared[17])) == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]
    assert len(postings) == sum(map(len, sets)) - len(sets[3]) - len(sets[11])
