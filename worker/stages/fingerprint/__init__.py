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

from worker.desk.prints import ALERT, CORRECTS, HEAD, RECIPE, UPDATES, encode_print, little_endian
from worker.model import Draft, Fingerprint
from worker.rules.load import Rules
from worker.stages.fingerprint.coder import Coder
from worker.stages.fingerprint.fractions import merge_fractions
from worker.stages.fingerprint.notes import note_flags, read_prefix
from worker.text import ALLCAPS, CAPITAL, NUMBER, START, Flags, TextView

__all__ = ["TakeFingerprint"]

_TICKER: Final = re.compile(r"<[A-Z][\w.]{0,11}>")
_NOUNS: Final = frozenset({"de", "lb", "gsw", "nds", "bar"})  # capitals mark every noun
_SHOUT: Final = 60  # per cent of words in capitals in a text whose capitals say nothing
_FLAGS: Final = {"correction": CORRECTS, "update": UPDATES}
_DAYS: Final = 31
_KIND: Final = np.uint8(CAPITAL | START)
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
        flags = 0
        for signal in draft.signals:
            flags |= _FLAGS.get(signal, 0)
        if start >= end:
            start, end = 0, view.body_token
            flags |= ALERT
        prefix = read_prefix(view.text[: max(0, view.body_at - 2)])
        flags |= prefix.flags | note_flags(view.text, view.body_at)

        codes = self._coder.codes(view)
        tickers = _ticker_tokens(view) if "<" in view.text else None
        skipped = merge_fractions(view, start, end, codes)
        if tickers is not None:
            skipped = tickers if skipped is None else skipped | tickers
        story, names = codes[start:end], _names(view.flags[start : min(end, start + HEAD + _MERGED)], draft.language)
        if skipped is not None:
            keep = ~skipped[start:end]
            story, names = story[keep], names[keep[: len(names)]]
        headline = codes[: view.body_token]
        first = int(view.starts[: view.body_token].searchsorted(prefix.end)) if prefix.end else 0
        draft.fingerprint = Fingerprint(
            recipe=RECIPE,
            exact=blake2b(little_endian(view.hashes[start:end]), digest_size=16).digest(),
            print=encode_print(
                codes=story,
                names=names,
                headline=headline[first:],
                tickers=headline[:0] if tickers is None else headline[tickers[: view.body_token]],
                day=_day(view),
                flags=flags,
            ),
        )


def _names(flags: Flags, language: str | None) -> npt.NDArray[np.bool_]:
    """Which tokens are names: a capital that a sentence's start does not explain, and a capital at the start before such a one."""
    shouted = 100 * np.count_nonzero(flags & ALLCAPS) > _SHOUT * len(flags)
    if shouted or (language is not None and language[:3].rstrip("-") in _NOUNS):
        return np.zeros(len(flags), np.bool_)
    kinds = flags & _KIND
    names: npt.NDArray[np.bool_] = kinds == CAPITAL
    names[:-1] |= (kinds[:-1] == _KIND) & names[1:]
    return names


def _ticker_tokens(view: TextView) -> npt.NDArray[np.bool_]:
    """Which tokens stand in a ticker such as <IBM>: they come and go between services."""
    marked = np.zeros(len(view), np.bool_)
    for found in _TICKER.finditer(view.text):
        left, right = view.starts.searchsorted(found.span())
        marked[left:right] = True
    return marked


def _day(view: TextView) -> int:
    """Give the day of the month in the dateline, 0 if it names none."""
    for index in range(view.body_token, view.story_token):
        if view.flags[index] & NUMBER:
            word = view.word(index)
            if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= _DAYS:
                return int(word)
    return 0
