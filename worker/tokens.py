"""
Find the tokens of a text: where each starts and ends, a 64-bit hash of its folded form, and flags.

All is done on whole arrays with integer operations, so that the same text gives the same hashes on any machine. `worker.text` makes
of them the views that stages read.
"""

import unicodedata
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "ALLCAPS", "CAPITAL", "NUMBER", "START", "Flags", "Hashes", "Offsets", "Tokens", "fold", "hash_word",
]  # fmt: skip

# Flags of a token.
CAPITAL: Final = 1  # the first letter is a capital
ALLCAPS: Final = 2  # two or more letters, all of them capitals
NUMBER: Final = 4  # starts with a digit
START: Final = 8  # first of a sentence, heading or paragraph: a capital there says nothing

_PLANE: Final = 0x10000
_ASCII: Final = 128
_LATIN_END: Final = 0x250

# Classes of a code point. A mark has two bits, so that shifted down it is a mask for letters and digits beside it.
_LETTER, _DIGIT, _UPPER, _ALONE, _STOP, _LINE, _MARK = 1, 2, 4, 8, 16, 32, 64 | 128
_WORD: Final = _LETTER | _DIGIT
_MARK_SHIFT: Final = 6
_APOSTROPHES = "'’ʼ＇"
# An odd multiplier has an inverse modulo 2**64, so a word's hash is a difference of two prefix sums (Rabin and Karp, 1987).
_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)  # from the finaliser of splitmix64
_HALF: Final = np.uint64(32)

Codes = npt.NDArray[np.uint8 | np.uint16]
Inside = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]
Offsets = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]


def _tables() -> tuple[Flags, npt.NDArray[np.uint16]]:
    """For each code point of the basic plane its class, and its folded form."""
    classes, folded = np.zeros(_PLANE, np.uint8), np.arange(_PLANE, dtype=np.uint16)
    for code in range(_PLANE):
        char = chr(code)
        category = unicodedata.category(char)
        kind = 0
        if category[0] in "LM":
            kind = _LETTER
            lower = char.lower()
            if len(lower) == 1 and lower != char:
                kind |= _UPPER
                folded[code] = ord(lower)
            if code < _LATIN_END:
                folded[code] = ord(unicodedata.normalize("NFD", chr(folded[code]))[0])
            if 0x2E80 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0xF900 <= code <= 0xFAFF:
                kind |= _ALONE  # no blanks between words: each sign is a token
        elif category == "Nd":
            kind = _DIGIT
        elif char in ".!?:;。！？…":
            kind = _STOP
        elif char in "\n\r\u2028\u2029":
            kind = _LINE
        if char in ".,":
            kind |= _MARK
        if char in _APOSTROPHES:
            kind, folded[code] = 0, ord("'")
        classes[code] = kind
    return classes, folded


_CLASSES, _FOLDED = _tables()
# The same as tables for `bytes.translate`, which is ten times faster.
_ASCII_CLASSES: Final = _CLASSES[:_ASCII].tobytes() + bytes(_ASCII)
_ASCII_FOLDED: Final = _FOLDED[:_ASCII].astype(np.uint8).tobytes() + bytes(_ASCII)
# What the class of a token's first code point says of its flags.
_FLAGS_OF: Final = np.array([(c & _UPPER and CAPITAL) | (c & _DIGIT and NUMBER) for c in range(256)], np.uint8)


class _Powers:
    """Powers of the multiplier and of its inverse, grown as longer texts come."""

    def __init__(self) -> None:
        self.up: Hashes = np.ones(0, np.uint64)
        self._down: Hashes = self.up

    def get(self, size: int) -> tuple[Hashes, Hashes]:
        if size > len(self.up):
            grown = max(8192, 1 << size.bit_length())
            self.up, self._down = (
                np.cumprod(np.concatenate((np.ones(1, np.uint64), np.full(grown - 1, base, np.uint64))), dtype=np.uint64)
                for base in (_BASE, _INVERSE)
            )
        return self.up[:size], self._down


_POWERS = _Powers()


def _mix(values: Hashes) -> Hashes:
    """Mix in place."""
    values ^= values >> _HALF
    values *= _MIX
    values ^= values >> _HALF
    return values


def _codes(text: str) -> npt.NDArray[np.uint16]:
    """Give the text's code points; those beyond the basic plane (emoji, rare signs) as U+FFFF, which is no word."""
    units: npt.NDArray[np.uint16] = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")
    if len(units) != len(text):
        units = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").clip(max=_PLANE - 1).astype(np.uint16)
    return units


def fold(text: str) -> str:
    """Lower case, Latin accents dropped, apostrophes straight; of the same length as `text`."""
    if text.isascii():
        return text.lower()
    return _FOLDED.take(_codes(text)).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def hash_word(word: str) -> np.uint64:
    """Give the hash that a token reading `word` has in every view (case and Latin accents do not matter)."""
    folded = _FOLDED.take(_codes(word))
    powers, _ = _POWERS.get(len(folded))
    total: np.uint64 = _mix((folded * powers).sum(dtype=np.uint64, keepdims=True))[0]
    return total


class Tokens:
    """The tokens of a text, which may be several items' one after the other: short arrays cost numpy as much as long ones."""

    __slots__ = ("_down", "_sums", "ends", "flags", "hashes", "starts", "text")

    def __init__(self, text: str) -> None:
        """Find them."""
        self.text = text
        # One class more at both ends than there are code points, so that nothing below has to ask where the text ends.
        if text.isascii():
            data = text.encode("ascii")
            padded = np.frombuffer(b"\0%b\0" % data.translate(_ASCII_CLASSES), np.uint8)
            codes: Codes = np.frombuffer(data, np.uint8)
            folded: Codes = np.frombuffer(data.translate(_ASCII_FOLDED), np.uint8)
        else:
            codes = _codes(text)
            padded = np.zeros(len(codes) + 2, np.uint8)
            _CLASSES.take(codes, out=padded[1:-1], mode="clip")
            folded = _FOLDED.take(codes)
        inside = (padded & _WORD) > 0
        if "'" in text or "’" in text:
            _join_quotes(codes, padded, inside)
        _join_marks(padded, inside)
        edges = (inside[1:] != inside[:-1]).nonzero()[0]
        self.starts, self.ends = edges.reshape(-1, 2).T.copy()
        if not text.isascii() and (padded & _ALONE).any():
            self.starts, self.ends = _split_alone(padded[1:-1], self.starts, self.ends)
        up, self._down = _POWERS.get(len(folded))
        self._sums = np.zeros(len(folded) + 1, np.uint64)
        (folded * up).cumsum(out=self._sums[1:])
        self.hashes = self.hash_spans(self.starts, self.ends)
        self.flags = self._flag(padded, inside)

    def hash_spans(self, starts: Offsets, ends: Offsets) -> Hashes:
        """Give the hashes that the characters between these offsets would have as words."""
        return _mix((self._sums.take(ends) - self._sums.take(starts)) * self._down.take(starts))

    def _flag(self, padded: Flags, inside: Inside) -> Flags:
        starts, ends = self.starts, self.ends
        size = len(starts)
        if not size:
            return np.zeros(0, np.uint8)
        first = padded.take(starts + 1)
        flags = np.zeros(size + 1, np.uint8)  # one more, for what stands behind the last token
        _FLAGS_OF.take(first, out=flags[:-1], mode="clip")
        capitals = ((first & padded.take(ends) & _UPPER) > 0).nonzero()[0]
        if len(capitals):
            left = starts.take(capitals)
            small = (padded.take(left + 2) & (_LETTER | _UPPER)) == _LETTER
            flags[capitals[(ends.take(capitals) - left > 1) > small]] |= ALLCAPS
        flags[0] |= START
        # A stop that is no part of a word, and a line end behind which no word came since the last stop or line end.
        signs = (((padded & (_STOP | _LINE)) > 0) > inside).nonzero()[0]
        begins = starts.searchsorted(signs - 1)
        opens = (padded.take(signs) & _STOP) > 0
        opens[1:] |= begins[1:] == begins[:-1]
        flags[begins[opens]] |= START
        return flags[:-1]


def _join_quotes(codes: Codes, padded: Flags, inside: Inside) -> None:
    """Let apostrophes stand inside a token; leave a possessive s outside. `padded` and `inside` start one before `codes`."""
    quotes = (codes == 0x27) if codes.dtype == np.uint8 else (codes == 0x27) | (codes == 0x2019)
    at = quotes.nonzero()[0]
    at = at[(padded.take(at) & padded.take(at + 2) & _LETTER) > 0]
    possessive = ((codes.take(at + 1) | 0x20) == 0x73) > (padded.take(at + 3) & _WORD)
    inside[at + 1 + possessive] = ~possessive


def _join_marks(padded: Flags, inside: Inside) -> None:
    """Let the marks in 3.5, 1,500 and U.S. stand inside a token."""
    left = ((padded[:-2] & padded[2:] & (padded[1:-1] >> _MARK_SHIFT)) > 0).nonzero()[0]
    if len(left):
        number = (padded.take(left) & _DIGIT) > 0
        # An initial: nothing of a word stands two before the full stop.
        initial = ((padded.take(left + 1) & _STOP) > 0) > inside.take(left - 1)
        inside[left[number | initial] + 1] = True


def _split_alone(classes: Flags, starts: Offsets, ends: Offsets) -> tuple[Offsets, Offsets]:
    """Make each sign of a script without blanks a token of its own."""
    alone = (classes & _ALONE) > 0
    cuts = np.flatnonzero(alone)
    inside = np.zeros(len(classes) + 1, np.bool_)
    for array in (starts, ends, cuts, cuts + 1):
        inside[array] = True
    edges = np.flatnonzero(inside)
    left, right = edges[:-1], edges[1:]
    owner = np.searchsorted(starts, left, side="right") - 1
    kept = (owner >= 0) & (right <= ends[np.maximum(owner, 0)])
    return left[kept], right[kept]
