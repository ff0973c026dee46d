"""
The print: what the desk remembers of a text so that it can compare later ones with it.

A print is a few hundred bytes. It holds the start of the story as token codes in their order, samples of the rest, and what else
decides: numbers, headline, tickers and flags. `docs/fingerprint.md` is the recipe; the codes are made in
`worker.stages.fingerprint`.

A code has 16 bits: below 0x8000 a word, below 0xC000 a number, above a sense word (up, down, not …). None is a surrogate, so a
row of codes is also a Python string of the same length, which is what is searched and compared here.
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "CORRECTS", "HEAD", "HEADLINE", "NUMBERS", "RECIPE", "SAMPLES", "UPDATES", "Codes", "Keys", "Print", "PrintError",
    "decode_print", "encode_print", "sample_rest", "shingles",
]  # fmt: skip

RECIPE: Final = 1
HEAD: Final = 160  # tokens kept in order; 48 already decided the open pairs, more lets long copies be aligned
SAMPLES: Final = 40  # shingles behind the head
NUMBERS: Final = 24  # numbers behind the head
HEADLINE: Final = 14
TICKERS: Final = 4

CORRECTS: Final = 1  # flag: says of itself that it is a correction
UPDATES: Final = 2  # flag: says of itself that it is an update

_HEADER: Final = struct.Struct("<BBHBBBBBBB")
_FULL: Final = 0xFFFF
_FIRST_RATE: Final = 3  # one shingle in eight, fewer in long texts
_M1, _M2, _M3, _M4 = (np.uint32(m) for m in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))
_S15, _S13 = np.uint32(15), np.uint32(13)

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


def shingles(codes: Codes) -> Keys:
    """Hash every three codes in a row to 32 bits."""
    wide = codes.astype(np.uint32)
    keys = wide[:-2] * _M1
    keys += wide[1:-1] * _M2
    keys ^= keys >> _S15
    keys *= _M4
    keys += wide[2:] * _M3
    keys ^= keys >> _S13
    keys *= _M1
    keys ^= keys >> _S15
    return keys


def sample_rest(codes: Codes) -> tuple[int, Keys]:
    """Sample the shingles behind the head, in order and once each: the rate as a power of two, and the samples."""
    if len(codes) <= HEAD:
        return 0, np.zeros(0, np.uint32)
    keys = shingles(codes[HEAD - 2 :])
    rate = _FIRST_RATE
    keys = keys[keys < np.uint32(1 << (32 - rate))]
    while len(keys) > SAMPLES:
        keys = np.array(list(dict.fromkeys(keys.tolist())), np.uint32)
        if len(keys) <= SAMPLES:
            break
        rate += 1
        keys = keys[keys < np.uint32(1 << (32 - rate))]
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
    head = codes[:HEAD]
    rate, rest = sample_rest(codes)
    numbers = codes[HEAD:]
    numbers = numbers[(numbers >= 0x8000) & (numbers < 0xC000)]
    if len(numbers):
        numbers = np.array(list(dict.fromkeys(numbers.tolist()))[:NUMBERS], np.uint16)
    headline, tickers = headline[:HEADLINE], tickers[:TICKERS]
    header = _HEADER.pack(
        RECIPE, flags, min(len(codes), _FULL), len(head), len(rest), rate, len(numbers), len(headline), len(tickers), day
    )
    return b"".join(
        (
            header,
            head.astype("<u2").tobytes(),
            _bits(names, len(head)),
            rest.astype("<u4").tobytes(),
            numbers.astype("<u2").tobytes(),
            headline.astype("<u2").tobytes(),
            tickers.astype("<u2").tobytes(),
        )
    )


def _bits(names: npt.NDArray[np.bool_], size: int) -> bytes:
    packed = np.packbits(names[:size], bitorder="little").tobytes()
    return packed.ljust((size + 7) // 8, b"\0")


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
    rest = bits + (heads + 7) // 8
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
