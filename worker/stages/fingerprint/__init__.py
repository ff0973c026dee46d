"""
Take the fingerprint of an item: a digest for exact copies, and the print that near copies are found and judged by.

Guarantees: the same headline, text and language give the same bytes on any machine (`docs/fingerprint.md` is the recipe). Case,
punctuation, white space, Latin accents and what stands in front of the dateline's end never count.
"""

import re
from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from worker.desk.prints import ALERT, CORRECTS, HEAD, RECIPE, UPDATES, Codes, encode_print
from worker.model import Draft, Fingerprint
from worker.rules.load import Rules
from worker.stages.fingerprint.coder import Coder
from worker.stages.fingerprint.fractions import merge_fractions
from worker.stages.fingerprint.notes import note_flags, read_prefix
from worker.text import ALLCAPS, CAPITAL, NUMBER, START, TextView

__all__ = ["TakeFingerprint"]

_TICKER: Final = re.compile(r"<[A-Z][\w.]{0,11}>")
_NOUNS: Final = frozenset({"de", "lb", "gsw", "nds", "bar"})  # capitals mark every noun
_SHOUT: Final = 60  # per cent of words in capitals in a text whose capitals say nothing
_FLAGS: Final = {"correction": CORRECTS, "update": UPDATES}
_DAYS: Final = 31
_MERGED: Final = 64  # tokens that tickers and fractions may take out of the head


class TakeFingerprint:
    """Set `draft.fingerprint` from the view, the signals and the language."""

    name: Final = "fingerprint"
    writes: Final = ("fingerprint",)

    def __init__(self, rules: Rules) -> None:
        """Take no rules: the recipe is frozen, as prints made by one version are compared by the next."""
        del rules
        self._coder = Coder()

    def __call__(self, draft: Draft) -> None:
        """Fingerprint the story behind the dateline; the headline instead if there is no story."""
        view = draft.view
        start, end = view.story_token, len(view)
        flags = sum(_FLAGS.get(signal, 0) for signal in set(draft.signals))
        if start >= end:
            start, end = 0, view.body_token
            flags |= ALERT
        prefix = read_prefix(view.text[: max(0, view.body_at - 2)])
        flags |= prefix.flags | note_flags(view.text, view.body_at)

        codes = self._coder.codes(view, start, end)
        names = _names(view, start, end, draft.language)
        headline, tickers = self._headline(view, prefix.end)
        keep = merge_fractions(view, start, end, codes)
        if "<" in view.text:
            marked = _ticker_tokens(view, view.text, start, end)
            keep = ~marked if keep is None else keep & ~marked
        if keep is not None:
            codes, names = codes[keep], names[keep[: len(names)]]
        draft.fingerprint = Fingerprint(
            recipe=RECIPE,
            exact=blake2b(view.hashes[start:end].astype("<u8").tobytes(), digest_size=16).digest(),
            print=encode_print(codes=codes, names=names, headline=headline, tickers=tickers, day=_day(view), flags=flags),
        )

    def _headline(self, view: TextView, prefix_end: int) -> tuple[Codes, Codes]:
        """Codes of the headline's words behind its prefixes, and those of its tickers."""
        end = view.body_token
        if not end:
            return np.zeros(0, np.uint16), np.zeros(0, np.uint16)
        codes = self._coder.codes(view, 0, end)
        first = int(view.starts[:end].searchsorted(prefix_end))
        headline = view.text[: view.body_at]
        if "<" not in headline:
            return codes[first:], codes[:0]
        marked = _ticker_tokens(view, headline, 0, end)
        return codes[first:], codes[marked]


def _names(view: TextView, start: int, end: int, language: str | None) -> npt.NDArray[np.bool_]:
    """Which of the head's tokens are names: a capital that a sentence's start does not explain."""
    flags = view.flags[start : min(end, start + HEAD + _MERGED)]
    capital = (flags & CAPITAL) > 0
    inside = (flags & START) == 0
    names: npt.NDArray[np.bool_] = capital & inside
    if (language is not None and language[:3].rstrip("-") in _NOUNS) or 100 * np.count_nonzero(flags & ALLCAPS) > _SHOUT * len(
        flags
    ):
        return np.zeros(len(names), np.bool_)
    names[:-1] |= capital[:-1] & capital[1:] & inside[1:]
    return names


def _ticker_tokens(view: TextView, text: str, start: int, end: int) -> npt.NDArray[np.bool_]:
    """Which tokens from `start` up to `end` stand in a ticker such as <IBM>."""
    marked = np.zeros(end - start, np.bool_)
    for found in _TICKER.finditer(text):
        left, right = view.starts.searchsorted((found.start(), found.end()))
        marked[max(0, left - start) : max(0, right - start)] = True
    return marked


def _day(view: TextView) -> int:
    """Give the day of the month in the dateline, 0 if it names none."""
    for index in range(view.body_token, view.story_token):
        if view.flags[index] & NUMBER:
            word = view.word(index)
            if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= _DAYS:
                return int(word)
    return 0
