"""
The print: what the desk remembers of a text so that it can compare later ones with it.

A print is a few hundred bytes. It holds the start of the story as token codes in their order, samples of the rest, and what else
decides: numbers, headline, tickers and flags. `docs/fingerprint.md` is the recipe; the codes are made in
`worker.stages.fingerprint`.

A code has 16 bits: below 0x8000 a word, below 0xC000 a number, above a sense word (up, down, not …). None is a surrogate, so a
row of codes is also a Python string of the same length, which is what is searched and compared here.
"""

import struct
import sys
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from worker.desk.codes import IS_NUMBER, IS_SENSE

__all__ = [
    "ALERT",
    "CORRECTS", "HEAD", "HEADLINE", "NUMBERS", "RECIPE", "SAMPLES", "SHINGLE", "UPDATES", "Codes", "Keys", "Print", "PrintError",
    "decode_print", "encode_print", "index_keys", "index_keys_of_all", "sample_rest", "shingles",
]  # fmt: skip

RECIPE: Final = 1
HEAD: Final = 160  # tokens kept in order; 48 already decided the open pairs, more lets long copies be aligned
SAMPLES: Final = 40  # shingles behind the head
NUMBERS: Final = 24  # numbers behind the head
HEADLINE: Final = 14
TICKERS: Final = 4

CORRECTS: Final = 1  # flag: says of itself that it is a correction
UPDATES: Final = 2  # flag: says of itself that it is an update
ALERT: Final = 4  # flag: a headline without a text; the head is the headline

_HEADER: Final = struct.Struct("<BBHBBBBBBBx")
_FULL: Final = 0xFFFF
_FIRST_RATE: Final = 3  # one shingle in eight, fewer in long texts
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_THREE: Final = np.uint64(0xFFFF_FFFF_FFFF)
SHINGLE: Final = 3
_PHRASE: Final = 5  # tokens of an index key: with fewer, stock phrases lead to too many texts
_FIFTH: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_LEAD: Final = 48  # tokens at the start whose shingles are indexed more closely
_MASKS: Final = np.where(np.arange(HEAD) < _LEAD, 1, 7).astype(np.uint32)  # a key is indexed if these bits of it are 0
_REST_MASK: Final = np.uint32(31)
_HIGH: Final = np.uint64(32)
_NONE: Final = np.zeros(0, np.uint32)

Codes = npt.NDArray[np.uint16]
Keys = npt.NDArray[np.uint32]


class PrintError(ValueError):
    """The bytes are no print of this recipe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """
    A print, read.

    `head`, `headline`, `numbers` and `tickers` are strings of token codes. `names` has one bit for each token of the head, the first
    token's lowest, set for a name. `rest` are shingles behind the head in their order, of one in 2 ** `rate`. `total` counts the
    tokens of the story, `day` is the day of the month in its dateline or 0.
    """

    head: str
    names: int
    rest: tuple[int, ...] = ()
    rate: int = 0
    numbers: str = ""
    total: int = 0
    headline: str = ""
    tickers: str = ""
    day: int = 0
    flags: int = 0


def shingles(codes: bytes | memoryview, count: int, start: int = 0) -> Keys:
    """
    Hash every three codes in a row to 32 bits: the upper half of their 48 bits times an odd number (Fibonacci hashing).

    Args:
        codes: 16 bits a code, lower byte first; two more bytes must follow the last code, whatever they are.

        count: how many codes.

        start: where the first is, in bytes.
    """
    if count < SHINGLE:
        return np.zeros(0, np.uint32)
    # Each window of eight bytes begins at a code: three codes and the one behind them, which is masked away.
    windows = np.ndarray((count - 2,), "<u8", codes, start, (2,)) & _THREE
    windows *= _FACTOR
    return windows.view(np.uint32)[1::2]


def _phrases(codes: bytes | memoryview, count: int, start: int = 0) -> Keys:
    """Hash every five codes in a row to 32 bits; the arguments are those of `shingles`."""
    if count < _PHRASE:
        return np.zeros(0, np.uint32)
    windows = np.ndarray((count - 4,), "<u8", codes, start, (2,)) * _FACTOR
    windows ^= np.ndarray((count - 4,), "<u2", codes, start + 8, (2,)) * _FIFTH
    return windows.view(np.uint32)[1::2]


def sample_rest(codes: Codes) -> tuple[int, Keys]:
    """Sample the shingles behind the head, in order and once each: the rate as a power of two, and the samples."""
    if len(codes) <= HEAD:
        return 0, np.zeros(0, np.uint32)
    behind = little_endian(codes[HEAD - 2 :])
    keys = shingles(behind + b"\0\0", len(behind) // 2)
    rate = _FIRST_RATE
    keys = keys[keys & np.uint32((1 << rate) - 1) == 0]
    while len(keys) > SAMPLES:
        keys = np.array(list(dict.fromkeys(keys.tolist())), np.uint32)
        if len(keys) <= SAMPLES:
            break
        rate += 1
        keys = keys[keys & np.uint32((1 << rate) - 1) == 0]
    return rate, keys


def encode_print(
    *, codes: Codes, names: npt.NDArray[np.bool_], headline: Codes, tickers: Codes, day: int = 0, flags: int = 0
) -> bytes:
    """
    Make the print of a story.

    Args:
        codes: of all its tokens, in order.

        names: for each token, whether it is a name.

        headline: codes of the headline's words, without prefixes such as UPDATE 2.

        tickers: codes of the tickers in the headline.

        day: day of the month in the dateline, 0 for none.

        flags: of CORRECTS and UPDATES.
    """
    size = len(codes)
    head = codes[:HEAD]
    rate, rest, numbers = 0, _NONE, codes[:0]
    if size > HEAD:
        rate, rest = sample_rest(codes)
        numbers = codes[HEAD:]
        numbers = numbers[(numbers >= IS_NUMBER) & (numbers < IS_SENSE)]
        numbers = np.array(list(dict.fromkeys(numbers.tolist()))[:NUMBERS], np.uint16)
    headline, tickers = headline[:HEADLINE], tickers[:TICKERS]
    header = _HEADER.pack(
        RECIPE, flags, min(size, _FULL), len(head), len(rest), rate, len(numbers), len(headline), len(tickers), day
    )
    return b"".join(
        (
            header,
            little_endian(head),
            _bits(names, len(head)),
            little_endian(rest),
            little_endian(numbers),
            little_endian(headline),
            little_endian(tickers),
        )
    )


def little_endian(values: npt.NDArray[Any]) -> bytes:
    """Give an array's bytes, the lowest of each number first on any machine."""
    return values.tobytes() if sys.byteorder == "little" else values.astype(values.dtype.newbyteorder("<")).tobytes()


def _bits(names: npt.NDArray[np.bool_], size: int) -> bytes:
    packed = np.packbits(names[:size], bitorder="little").tobytes()
    return packed.ljust((size + 15) // 16 * 2, b"\0")  # a whole number of 16-bit words, as all else


def decode_print(data: bytes) -> Print:
    """
    Read a print.

    Raises:
        PrintError: the bytes are cut short, too long, or of another recipe.
    """
    if len(data) < _HEADER.size or data[0] != RECIPE:
        raise PrintError(f"not a print of recipe {RECIPE}")
    _, flags, total, heads, rests, rate, numbers, headlines, tickers, day = _HEADER.unpack_from(data)
    at = _HEADER.size
    bits = at + 2 * heads
    rest = bits + (heads + 15) // 16 * 2
    number = rest + 4 * rests
    headline = number + 2 * numbers
    ticker = headline + 2 * headlines
    if len(data) != ticker + 2 * tickers:
        raise PrintError("a print's length does not fit its header")
    return Print(
        head=data[at:bits].decode("utf-16-le"),
        names=int.from_bytes(data[bits:rest], "little"),
        rest=struct.unpack_from(f"<{rests}I", data, rest),
        rate=rate,
        numbers=data[number:headline].decode("utf-16-le"),
        total=total,
        headline=data[headline:ticker].decode("utf-16-le"),
        tickers=data[ticker:].decode("utf-16-le"),
        day=day,
        flags=flags,
    )


def index_keys(exact: bytes, data: bytes) -> Keys:
    """
    Give the keys under which a print is found: different ones, in order.

    They are all phrases of five tokens of a text of 48 tokens or fewer; of a longer one half of those among its first 48, where copies
    are most alike, an eighth of those in the rest of the head, and a thirty-second of the shingles behind it. One more is of the digest.
    """
    size, rests = data[4], data[5]
    digest = np.frombuffer(exact, "<u4", 1) if exact else _NONE
    if size < _PHRASE:
        return digest
    grams = _phrases(data, size, _HEADER.size)
    if size > _LEAD:
        grams = grams[grams & _MASKS[: size - 4] == 0]
    if rests:
        rest = np.frombuffer(data, "<u4", rests, _HEADER.size + 2 * (size + (size + 15) // 16))
        keys = np.concatenate((digest, grams, rest[rest & _REST_MASK == 0]))
    else:
        keys = np.concatenate((digest, grams))
    keys.sort()
    again = keys[1:] == keys[:-1]
    if np.count_nonzero(again):
        return np.concatenate((keys[:1], keys[1:][~again]))
    return keys


def index_keys_of_all(exacts: list[bytes], prints: list[bytes]) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Give `index_keys` of many prints in one array, and how many each has."""
    words = np.frombuffer(b"".join(prints), "<u2")
    starts = np.zeros(len(prints), np.int64)
    np.cumsum(np.fromiter(map(len, prints), np.int64, len(prints))[:-1] // 2, out=starts[1:])
    sizes = words[starts + 2].astype(np.int64)
    sizes, rests = sizes & 0xFF, sizes >> 8

    owner, place = _each(sizes)
    codes = np.append(words[starts[owner] + _HEADER.size // 2 + place], np.uint16(0))
    grams = _phrases(codes.data, len(owner))
    owner, place = owner[: len(grams)], place[: len(grams)]
    chosen = (place < sizes[owner] - 4) & ((sizes[owner] <= _LEAD) | (grams & _MASKS[np.minimum(place, HEAD - 1)] == 0))
    found = [owner[chosen].astype(np.uint64) << _HIGH | grams[chosen]]

    owner, place = _each(rests)
    at = starts[owner] + _HEADER.size // 2 + sizes[owner] + (sizes[owner] + 15) // 16 + 2 * place
    rest = words[at].astype(np.uint32) | words[at + 1].astype(np.uint32) << np.uint32(16)
    chosen = rest & _REST_MASK == 0
    found.append(owner[chosen].astype(np.uint64) << _HIGH | rest[chosen])

    named = np.array([index for index, exact in enumerate(exacts) if exact], np.uint64)
    digests = np.frombuffer(b"".join(exact[:4] for exact in exacts), "<u4")
    found.append(named << _HIGH | digests)
    both = np.concatenate(found)
    both.sort()
    both = both[np.diff(both, prepend=np.uint64(0xFFFF_FFFF_FFFF_FFFF)) != 0]
    return both.astype(np.uint32), np.bincount((both >> _HIGH).view(np.int64), minlength=len(prints))


def _each(sizes: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For parts of these sizes laid one behind the other: each element's part, and its place in it."""
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
