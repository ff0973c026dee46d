import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.desk.blocks import BLOCK, Blocks
from worker.desk.entry import Entry, Seen, Version
from worker.desk.ledger import Ledger
from worker.desk.packing import NO_SLOT
from worker.desk.rowtable import RowTable, hash_of
from worker.outcome import Relation

_DIGESTS = st.sampled_from([b"", bytes(16), bytes(range(16))])
_TIMES = st.one_of(st.integers(-(1 << 62), 1 << 62), st.integers(1_700_000_000_000, 1_800_000_000_000))
_WORDS = st.text(max_size=12)


@st.composite
def entries(draw: st.DrawFn, uri: str = "urn:x:1") -> Entry:
    """Make entries of all kinds, those too that do not fit the narrow layout."""
    time = draw(_TIMES)
    sequence = draw(st.one_of(st.integers(0, 1 << 33), st.just(7)))
    versions = draw(
        st.lists(
            st.builds(
                Version,
                version=st.one_of(_WORDS, st.just("9" * 300)),
                exact=_DIGESTS,
                print=st.just(b""),
                sequence=st.sampled_from([sequence, 3, 1 << 40]),
                time=st.one_of(st.just(time), _TIMES),
                recipe=st.sampled_from([0, 1, 200]),
            ),
            max_size=4,
        )
    )
    held = draw(st.sampled_from([None, None, 5]))
    return Entry(
        uri=uri,
        story=draw(st.sampled_from([uri, "urn:x:2", "", "ü"])),
        state=draw(st.sampled_from([*Seen, "of a later version"])),
        provider=draw(_WORDS),
        sequence=sequence,
        at=draw(st.one_of(st.just(time), _TIMES)),
        time=time,
        of=draw(st.sampled_from([None, "", "urn:x:3"])),
        holder=draw(st.one_of(st.none(), _WORDS)),
        relation=draw(st.sampled_from([*Relation, "of a later version"])),
        headline=draw(st.one_of(_WORDS, st.just("h" * 70_000))),
        routes=tuple(draw(st.lists(_WORDS, max_size=3))),
        versions=tuple(versions),
        held=held,
        until=draw(st.sampled_from([None, 9])) if held is not None else None,
    )


@given(entries(), st.sampled_from(["urn:x:1", "urn:x:" + "1" * 70_000, "urn:ö"]))
@settings(deadline=None)
def test_what_is_written_is_read(entry: Entry, uri: str) -> None:
    """An entry comes back as it was, whatever is in it, and so do the slots of its prints."""
    entry = replace(entry, uri=uri, story=uri if entry.story == "urn:x:1" else entry.story)
    slots = tuple(random.Random(1).choice([NO_SLOT, 0, 77]) for _ in entry.versions)
    ledger = Ledger()

    ledger.write(ledger.new_row(), entry, slots)

    row = ledger.find(uri)
    assert row is not None
    assert ledger.read(row) == (entry, slots)
    assert ledger.find(uri + "x") is None


def make_entry(number: int, *, story: str | None = None, headline: str = "Harbour closed", at: int = 0) -> Entry:
    """Make a plain entry."""
    uri = f"urn:x:{number}"
    version = Version("1", bytes(16), b"", number, 0)
    return Entry(
        uri=uri, story=story or uri, state=Seen.KEPT, provider="alpha", sequence=number, at=at, time=0, headline=headline,
        versions=(version,),
    )  # fmt: skip


@given(seed=st.integers(0, 1 << 30))
@settings(max_examples=15, deadline=None)
def test_ledger_is_a_dictionary(seed: int) -> None:
    """Whatever is written, written again, removed and packed anew, it holds what a dictionary would hold."""
    chance, ledger, held = random.Random(seed), Ledger(), dict[str, Entry]()
    for step in range(3000):
        number = chance.randrange(700)
        entry = make_entry(
            number,
            story=chance.choice([None, "urn:x:5", "urn:x:900"]),
            headline="h" * chance.randrange(9000),
            at=step * 60_000,
        )
        row = ledger.find(entry.uri)
        assert (row is not None) == (entry.uri in held)
        if chance.random() < 0.3 and row is not None:
            ledger.remove(row)
            del held[entry.uri]
        else:
            ledger.write(ledger.new_row() if row is None else row, entry, (NO_SLOT,))
            held[entry.uri] = entry
        if step % 500 == 0:
            ledger.tidy()
    assert len(ledger) == len(held)
    assert {e.uri: e for e in ledger.entries()} == held
    for story in ("urn:x:5", "urn:x:900"):
        members = {ledger.read(row).entry.uri for row in ledger.members(story)}
        assert members == {e.uri for e in held.values() if e.story == story != e.uri}
    old = {ledger.read(row).entry.uri for row in ledger.older(1000 * 60_000)}
    assert old == {e.uri for e in held.values() if e.at <= 1000 * 60_000}


def test_blocks_give_their_place_back() -> None:
    """What is given up takes no more place once its block is empty, or packed anew."""
    ledger = Ledger()
    for number in range(4000):
        ledger.write(ledger.new_row(), make_entry(number, headline="h" * 1000), (NO_SLOT,))
    full = ledger.blocks.nbytes
    for number in range(4000):
        if number % 4:
            row = ledger.find(f"urn:x:{number}")
            assert row is not None
            ledger.remove(row)

    ledger.tidy()

    assert ledger.blocks.nbytes < full // 2
    assert [e.uri for e in ledger.entries()] == [f"urn:x:{n}" for n in range(0, 4000, 4)]


def test_a_record_larger_than_a_block_has_one_of_its_own() -> None:
    """There is no record that can't be held."""
    blocks = Blocks()
    small, large = b"small", bytes(range(256)) * (BLOCK // 64)

    places = [blocks.append(small), blocks.append(large), blocks.append(small)]

    assert [blocks.read(place, size) for place, size in zip(places, (5, len(large), 5), strict=True)] == [small, large, small]
    blocks.free(places[1], len(large))
    assert blocks.nbytes == 2 * BLOCK


def test_rows_of_one_hash_are_told_apart() -> None:
    """Keys whose hashes are the same, or whose homes are, do not hide each other when one is removed."""
    table = RowTable()
    hashes = [5, 5, 5, 6, 7, (1 << 32) - 1, (1 << 32) - 1, *range(8, 900)]
    for row, hash_ in enumerate(hashes):
        table.add(hash_, row)
    for row in (0, 3, 5, 300):
        table.remove(hashes[row], row)

    left = {row for row in range(len(hashes)) if row not in {0, 3, 5, 300}}
    assert {row for hash_ in set(hashes) for row in table.rows(hash_)} == left
    assert table.rows(5) == [1, 2]
    assert len(table) == len(left)


@pytest.mark.parametrize("bad", [3000, 1280 * 2 + 1])
def test_a_table_of_another_size_is_refused(bad: int) -> None:
    """A table that can't have been one of ours is no table."""
    table = RowTable()
    places = table.places
    places.extend([0] * bad)

    with pytest.raises(ValueError, match="no table"):
        RowTable().restore(places)


def test_hashes_are_the_same_in_every_process() -> None:
    """The hash of a uri does not depend on a seed: an image made by one process is read by another."""
    assert hash_of(b"urn:newsml:example.com:20260101:1") == 0x4BB2CD29
