"""
One normalised view of an item's text, made once and shared by every stage.

A `TextView` holds the text as code points and its tokens as numpy arrays: where each starts and ends, a 64-bit hash of its
folded form, and flags. Stages look words up by hash, so that no stage splits, lower-cases or hashes the text again.

Folding lower-cases, drops accents from Latin letters and makes apostrophes straight, code point by code point, so that
offsets never move. Only integer operations are used: the same text gives the same hashes on any machine.

    >>> view = TextView("Paris", "The U.S. team won 1,500 euros in China's capital.")
    >>> view.words()
    ['Paris', 'The', 'U.S', 'team', 'won', '1,500', 'euros', 'in', 'China', 'capital']
    >>> bool(view.hashes[0] == hash_word("PARIS"))
    True
"""

import unicodedata
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["ALLCAPS", "CAPITAL", "NUMBER", "START", "TextView", "fold", "hash_word"]

# Flags of a token.
CAPITAL: Final = 1  # the first letter is a capital
ALLCAPS: Final = 2  # two or more letters, all of them capitals
NUMBER: Final = 4  # starts with a digit
START: Final = 8  # first of a sentence, heading or paragraph: a capital there says nothing

_PLANE: Final = 0x10000
_LATIN_END: Final = 0x250
_SHIFT: Final = 16

# Classes of a code point.
_LETTER, _DIGIT, _UPPER, _ALONE, _STOP, _LINE = 1, 2, 4, 8, 16, 32
_WORD: Final = np.uint32((_LETTER | _DIGIT) << _SHIFT)
_FOLDED: Final = np.uint32(0xFFFF)
_APOSTROPHES = "'’ʼ＇"
# An odd multiplier has an inverse modulo 2**64, so a word's hash is a difference of two prefix sums (Rabin and Karp, 1987).
_BASE: Final = 0x9E3779B97F4A7C15
_INVERSE: Final = pow(_BASE, -1, 1 << 64)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)  # from the finaliser of splitmix64
_HALF: Final = np.uint64(32)
_ZERO: Final = np.zeros(1, np.int64)

Codes = npt.NDArray[np.uint32]
Hashes = npt.NDArray[np.uint64]
Offsets = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]


def _table() -> npt.NDArray[np.uint32]:
    """For each code point of the basic plane its folded form, and its class in the bits above."""
    table = np.arange(_PLANE, dtype=np.uint32)
    for code in range(_PLANE):
        char = chr(code)
        category = unicodedata.category(char)
        kind, folded = 0, code
        if category[0] in "LM":
            kind = _LETTER
            lower = char.lower()
            if len(lower) == 1 and lower != char:
                kind |= _UPPER
                folded = ord(lower)
            if code < _LATIN_END:
                folded = ord(unicodedata.normalize("NFD", chr(folded))[0])
            if 0x2E80 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3 or 0xF900 <= code <= 0xFAFF:
                kind |= _ALONE  # no blanks between words: each sign is a token
        elif category == "Nd":
            kind = _DIGIT
        elif char in ".!?:;。！？…":
            kind = _STOP
        elif char in "\n\r\u2028\u2029":
            kind = _LINE
        if char in _APOSTROPHES:
            kind, folded = 0, ord("'")
        table[code] = kind << _SHIFT | folded
    return table


_TABLE = _table()


class _Powers:
    """Powers of the multiplier and of its inverse, grown as longer texts come."""

    def __init__(self) -> None:
        self.up: Hashes = np.ones(0, np.uint64)
        self.down: Hashes = self.up

    def get(self, size: int) -> tuple[Hashes, Hashes]:
        if size > len(self.up):
            grown = max(8192, 1 << size.bit_length())
            self.up, self.down = (
                np.cumprod(np.concatenate((np.ones(1, np.uint64), np.full(grown - 1, base, np.uint64))), dtype=np.uint64)
                for base in (_BASE, _INVERSE)
            )
        return self.up[:size], self.down


_POWERS = _Powers()


def _mix(values: Hashes) -> Hashes:
    values = values ^ (values >> _HALF)
    values = values * _MIX
    return values ^ (values >> _HALF)


def _codes(text: str) -> Codes:
    """Give the text's code points; those beyond the basic plane (emoji, rare signs) as U+FFFF, which is no word."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8).astype(np.uint32)
    codes: Codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.minimum(codes, np.uint32(_PLANE - 1))


def fold(text: str) -> str:
    """Lower case, Latin accents dropped, apostrophes straight; of the same length as `text`."""
    if text.isascii():
        return text.lower()
    return (_TABLE[_codes(text)] & _FOLDED).astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def hash_word(word: str) -> np.uint64:
    """Give the hash that a token reading `word` has in every view (case and Latin accents do not matter)."""
    folded = _TABLE[_codes(word)] & _FOLDED
    powers, _ = _POWERS.get(len(folded))
    total: np.uint64 = _mix((folded * powers).sum(dtype=np.uint64, keepdims=True))[0]
    return total


class TextView:
    """
    Headline and body as one text, with its tokens.

    The text is the headline, two line ends and the body; `body_at` is where the body starts. `starts`, `ends` (code points
    into `text`), `hashes` and `flags` have one entry a token. `body_token` is the first token of the body and
    `story_token` the first behind the dateline.
    """

    __slots__ = ("__dict__", "_sums", "body_at", "body_token", "ends", "flags", "hashes", "starts", "story_token", "text")

    def __init__(self, headline: str, body: str, dateline_end: int = 0) -> None:
        """
        Read `headline` and `body`.

        Args:
            headline: as decoded, may be empty.

            body: plain text, footer already off.

            dateline_end: code points at the start of `body` that are the dateline, 0 for none.
        """
        self.text = f"{headline}\n\n{body}" if headline else body
        self.body_at = len(self.text) - len(body)
        codes = _codes(self.text)
        table = _TABLE[codes]
        inside = (table & _WORD) > 0
        _join(self.text, codes, table, inside)
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        if len(inside) and inside[0]:
            edges = np.concatenate((_ZERO, edges))
        if len(edges) & 1:
            edges = np.append(edges, len(inside))
        self.starts, self.ends = edges[::2], edges[1::2]
        classes = (table >> np.uint32(_SHIFT)).astype(np.uint8)
        if not self.text.isascii() and (classes & _ALONE).any():
            self.starts, self.ends = _split_alone(classes, self.starts, self.ends)
        self.hashes = self._hash(table & _FOLDED)
        self.flags = self._flag(classes, inside)
        self.body_token = int(self.starts.searchsorted(self.body_at))
        self.story_token = int(self.starts.searchsorted(self.body_at + dateline_end)) if dateline_end else self.body_token

    def _hash(self, folded: Codes) -> Hashes:
        up, _ = _POWERS.get(len(folded))
        sums = np.zeros(len(folded) + 1, np.uint64)
        np.cumsum(folded * up, out=sums[1:])
        self._sums = sums
        return self._hash_spans(self.starts, self.ends)

    def _flag(self, classes: Flags, inside: npt.NDArray[np.bool_]) -> Flags:
        starts, ends = self.starts, self.ends
        if not len(starts):
            return np.zeros(0, np.uint8)
        first, second, last = classes[starts], classes[np.minimum(starts + 1, ends - 1)], classes[ends - 1]
        flags = (first & _UPPER) >> 2  # CAPITAL
        flags |= (flags & (ends - starts > 1) & ((second & _UPPER > 0) | (second & _LETTER == 0)) & (last & _UPPER > 0)) << 1
        flags |= (first & _DIGIT) << 1  # NUMBER
        flags[0] |= START
        after_stop = starts.searchsorted(np.flatnonzero((classes & _STOP > 0) & ~inside))
        lines = starts.searchsorted(np.flatnonzero(classes & _LINE))
        after_blank = lines[1:][lines[1:] == lines[:-1]]
        begins = np.concatenate((after_stop, after_blank))
        flags[begins[begins < len(starts)]] |= START
        return flags.astype(np.uint8, copy=False)

    def __len__(self) -> int:
        """How many tokens."""
        return len(self.starts)

    def prefixes(self, size: int | Offsets, tokens: int) -> Hashes:
        """
        Give the hashes that the first `size` characters of each of the first `tokens` tokens would have as words.

        Several sizes, as a column, give one row each.
        """
        starts = self.starts[:tokens]
        return self._hash_spans(starts, np.minimum(starts + size, self.ends[:tokens]))

    def endings(self, size: int, tokens: int) -> Hashes:
        """Give the hashes that the last `size` characters of each of the first `tokens` tokens would have as words."""
        ends = self.ends[:tokens]
        return self._hash_spans(np.maximum(ends - size, self.starts[:tokens]), ends)

    def _hash_spans(self, starts: Offsets, ends: Offsets) -> Hashes:
        _, down = _POWERS.get(len(self._sums))
        return _mix((self._sums.take(ends) - self._sums.take(starts)) * down.take(starts))

    def word(self, index: int) -> str:
        """Give the token as it stands in the text."""
        return self.text[self.starts[index] : self.ends[index]]

    def words(self) -> list[str]:
        """All tokens as they stand in the text."""
        return [self.text[a:b] for a, b in zip(self.starts.tolist(), self.ends.tolist(), strict=True)]

    @cached_property
    def folded(self) -> str:
        """The whole text folded, of the same length."""
        return fold(self.text)


def _join(text: str, codes: Codes, table: Codes, inside: npt.NDArray[np.bool_]) -> None:
    """Let apostrophes, and the marks in 3.5, 1,500 and U.S., stand inside a token; leave a possessive s outside."""
    size = len(codes)
    if "'" in text or "’" in text:
        quotes = np.flatnonzero((codes == 0x27) | (codes == 0x2019))
        quotes = quotes[(quotes > 0) & (quotes < size - 1)]
        letters = (table[quotes - 1] & table[quotes + 1] & np.uint32(_LETTER << _SHIFT)) > 0
        for at in quotes[letters].tolist():
            if codes[at + 1] | 0x20 == 0x73 and not (at + 2 < size and table[at + 2] & _WORD):
                inside[at + 1] = False
            else:
                inside[at] = True
    marks = np.flatnonzero((codes == 0x2E) | (codes == 0x2C))
    marks = marks[(marks > 0) & (marks < size - 1)]
    both = table[marks - 1] & table[marks + 1]
    number = both & np.uint32(_DIGIT << _SHIFT) > 0
    # An initial: nothing of a word stands two before the full stop.
    initial = (both & np.uint32(_LETTER << _SHIFT) > 0) & (codes[marks] == 0x2E) & ((marks < 2) | ~inside[marks - 2])
    inside[marks[number | initial]] = True


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
