import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.desk.codes import code
from worker.desk.prints import (
    CORRECTS,
    HEAD,
    SAMPLES,
    PrintError,
    decode_print,
    encode_print,
    index_keys,
    index_keys_of_all,
    sample_rest,
    shingles,
)

codes_of = st.lists(st.integers(0, 0xCFFF), max_size=700).map(lambda values: np.array(values, np.uint16))


def made(codes: "np.ndarray[tuple[int], np.dtype[np.uint16]]", *, day: int = 0, flags: int = 0) -> bytes:
    """Make a print in which every third token is a name."""
    return encode_print(
        codes=codes, names=np.arange(len(codes)) % 3 == 0, headline=codes[:9], tickers=codes[:2], day=day, flags=flags
    )


@given(codes=codes_of, day=st.integers(0, 31))
@settings(max_examples=60, deadline=None)
def test_a_print_is_read_as_it_was_made(codes: "np.ndarray[tuple[int], np.dtype[np.uint16]]", day: int) -> None:
    """What is written comes back: head, names, headline, tickers, length, day and flags."""
    print_ = decode_print(made(codes, day=day, flags=CORRECTS))

    assert print_.head == "".join(map(chr, codes[:HEAD].tolist()))
    assert [print_.names >> k & 1 for k in range(len(print_.head))] == [int(k % 3 == 0) for k in range(len(print_.head))]
    assert (print_.headline, print_.tickers) == ("".join(map(chr, codes[:9].tolist())), "".join(map(chr, codes[:2].tolist())))
    assert (print_.total, print_.day, print_.flags) == (len(codes), day, CORRECTS)


def test_a_print_of_a_long_text_stays_small() -> None:
    """However long the text, the print has at most as many tokens, samples and numbers as the recipe allows."""
    codes = np.random.default_rng(1).integers(0, 0xC000, 60_000).astype(np.uint16)

    data = made(codes)

    assert len(data) < 700
    assert len(decode_print(data).rest) <= SAMPLES


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x63" + bytes(11), bytes([1]) + bytes(11) + b"\0"])
def test_other_bytes_are_no_print(broken: bytes) -> None:
    """Bytes cut short, too long or of another recipe are refused by name, not misread."""
    with pytest.raises(PrintError):
        decode_print(broken)


def test_a_print_cut_short_is_refused() -> None:
    """A length that does not fit the header is noticed."""
    with pytest.raises(PrintError):
        decode_print(made(np.arange(50, dtype=np.uint16))[:-1])


def test_shingles_are_the_upper_half_of_a_product() -> None:
    """The published formula gives the same numbers."""
    codes = [code(word) for word in "the harbour of stennes was closed on tuesday".split()]
    data = np.array(codes, "<u2").tobytes() + b"\0\0"

    expected = [
        (a | b << 16 | c << 32) * 0x9E3779B97F4A7C15 % (1 << 64) >> 32
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)
    ]

    assert shingles(data, len(codes)).tolist() == expected


def test_samples_keep_their_order() -> None:
    """Behind the head the samples stand in the order of the text, once each."""
    codes = np.random.default_rng(2).integers(0, 0x8000, 900).astype(np.uint16)

    rate, samples = sample_rest(np.concatenate((codes, codes[HEAD:])))

    everything = shingles(codes[HEAD - 2 :].tobytes() + b"\0\0", len(codes) - HEAD + 2).tolist()
    assert [everything.index(s) for s in samples.tolist() if s in everything] == sorted(
        everything.index(s) for s in samples.tolist() if s in everything
    )
    assert len(set(samples.tolist())) == len(samples)
    assert all(sample % (1 << rate) == 0 for sample in samples.tolist())


@given(texts=st.lists(st.tuples(codes_of, st.booleans()), max_size=6))
@settings(max_examples=60, deadline=None)
def test_keys_of_many_are_the_keys_of_each(
    texts: "list[tuple[np.ndarray[tuple[int], np.dtype[np.uint16]], bool]]",
) -> None:
    """Loading at once indexes exactly what adding one by one does."""
    prints = [made(codes) for codes, _ in texts]
    exacts = [bytes([7 * n + 1] * 16) if named else b"" for n, (_, named) in enumerate(texts)]

    keys, counts = index_keys_of_all(exacts, prints) if prints else (np.zeros(0, np.uint32), np.zeros(0, np.int64))

    each = [index_keys(exact, print_).tolist() for exact, print_ in zip(exacts, prints, strict=True)]
    assert counts.tolist() == [len(found) for found in each]
    assert keys.tolist() == [key for found in each for key in found]
    assert all(found == sorted(set(found)) for found in each)
