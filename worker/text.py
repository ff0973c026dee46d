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

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final, Generic, TypeVar

import numpy as np

from worker.tokens import (
    ALLCAPS,
    CAPITAL,
    NUMBER,
    START,
    Flags,
    Hashes,
    Offsets,
    Tokens,
    fold,
    hash_word,
)  # fmt: skip

__all__ = [
    "ALLCAPS", "CAPITAL", "NUMBER", "START", "Flags", "Hashes", "OfBlock", "Offsets", "TextView", "Tokens", "fold", "hash_word",
    "read_together",
]  # fmt: skip

_TOGETHER: Final = 32_000  # characters read in one go: with more, the arrays leave the processor's nearer caches
_BETWEEN: Final = "\n\n"  # between two texts: no word, and what follows begins a sentence
T = TypeVar("T")


class TextView:
    """
    Headline and body as one text, with its tokens.

    The text is the headline, two line ends and the body; `body_at` is where the body starts. `starts`, `ends` (code points
    into `text`), `hashes` and `flags` have one entry a token. `body_token` is the first token of the body and
    `story_token` the first behind the dateline. The view's tokens are those of `block` from number `first` on.
    """

    __slots__ = (
        "__dict__", "block", "body_at", "body_token", "ends", "first", "flags", "hashes", "starts", "story_token", "text",
    )  # fmt: skip

    def __init__(self, headline: str, body: str, dateline_end: int = 0, within: tuple[Tokens, int] | None = None) -> None:
        """
        Read `headline` and `body`.

        Args:
            headline: as decoded, may be empty.

            body: plain text, footer already off.

            dateline_end: code points at the start of `body` that are the dateline, 0 for none.

            within: tokens found before, and where the text stands in what they were found in.
        """
        self.text = text = _joined(headline, body)
        self.body_at = body_at = len(text) - len(body)
        tokens, at = within or (Tokens(text), 0)
        places = (at, at + len(text), at + body_at, at + body_at + dateline_end)
        first, last, body_token, story_token = tokens.starts.searchsorted(places).tolist()
        self.block, self.first = tokens, first
        self.starts, self.ends = tokens.starts[first:last] - at, tokens.ends[first:last] - at
        self.hashes, self.flags = tokens.hashes[first:last], tokens.flags[first:last]
        self.body_token, self.story_token = body_token - first, story_token - first

    def __len__(self) -> int:
        """How many tokens."""
        return len(self.starts)

    def prefixes(self, size: int | Offsets, tokens: int) -> Hashes:
        """
        Give the hashes that the first `size` characters of each of the first `tokens` tokens would have as words.

        Several sizes, as a column, give one row each.
        """
        starts, ends = self._spans(tokens)
        return self.block.hash_spans(starts, np.minimum(starts + size, ends))

    def endings(self, size: int, tokens: int) -> Hashes:
        """Give the hashes that the last `size` characters of each of the first `tokens` tokens would have as words."""
        starts, ends = self._spans(tokens)
        return self.block.hash_spans(np.maximum(ends - size, starts), ends)

    def _spans(self, tokens: int) -> tuple[Offsets, Offsets]:
        """Give where the first tokens start and end in the block."""
        chosen = slice(self.first, self.first + min(tokens, len(self)))
        return self.block.starts[chosen], self.block.ends[chosen]

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


class OfBlock(Generic[T]):
    """
    What a stage works out for all tokens of a block at once, as it costs little more than for one short text of it.

    That of the last block is kept: the texts of a block come one after the other.
    """

    __slots__ = ("_block", "_value", "_work")

    def __init__(self, work: Callable[[Tokens], T]) -> None:
        """Give it the work."""
        self._work = work
        self._block: Tokens | None = None

    def get(self, view: TextView) -> T:
        """Give what was worked out for the block of a view."""
        if view.block is not self._block:
            self._value = self._work(view.block)
            self._block = view.block
        return self._value


def read_together(parts: Sequence[tuple[str, str, int]]) -> list[TextView]:
    """
    Make many views at less cost than one by one.

    Args:
        parts: headline, body, and where the dateline ends, as `TextView` takes them.
    """
    views: list[TextView] = []
    block: list[tuple[str, str, int]] = []
    size = 0
    for part in parts:
        block.append(part)
        size += len(part[0]) + len(part[1])
        if size >= _TOGETHER:
            views += _read_block(block)
            block, size = [], 0
    return views + _read_block(block)


def _read_block(parts: Sequence[tuple[str, str, int]]) -> list[TextView]:
    texts = [_joined(headline, body) for headline, body, _ in parts]
    ends = accumulate(len(text) + len(_BETWEEN) for text in texts)
    tokens = Tokens(_BETWEEN.join(texts))
    return [
        TextView(*part, (tokens, end - len(text) - len(_BETWEEN))) for part, text, end in zip(parts, texts, ends, strict=True)
    ]


def _joined(headline: str, body: str) -> str:
    return f"{headline}\n\n{body}" if headline else body
