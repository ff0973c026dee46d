"""
Find the language of an item.

A declared language stands, with its region (`pt-BR`), unless the text is clearly in another. Without one the language is told
from the script, and from the words, word beginnings and word ends of the lead: 60 languages, and some more by their script
alone. A text that says too little stays without a language.
"""

import re
from typing import Final

from worker.model import Draft
from worker.rules.load import Rules
from worker.stages.language_table import LanguageTable
from worker.text import TextView

__all__ = ["DetectLanguage", "normalise"]

_TAG: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_].*)?\Z")
# ISO 639-2 codes and old ones as they stand in feeds.
_OTHER_CODES: Final = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "pol": "pl", "ces": "cs", "cze": "cs", "slk": "sk",
    "slo": "sk", "hun": "hu", "ron": "ro", "rum": "ro", "ell": "el", "gre": "el", "tur": "tr", "rus": "ru", "ukr": "uk",
    "ara": "ar", "heb": "he", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "iw": "he", "in": "id",
}  # fmt: skip
# Languages so near to each other that the table's word counts for little against a declaration.
_NEAR: Final = (
    {"no", "nb", "nn", "da"}, {"hr", "sr", "bs", "sl"}, {"ms", "id"}, {"cs", "sk"}, {"hi", "mr", "ne"}, {"pt", "gl", "es"},
    {"en", "pcm", "sco"}, {"fa", "ps", "ur"}, {"ru", "bg", "mk", "sr", "be", "uk"},
)  # fmt: skip
_LEAST: Final = 60  # points for a detection: five doublings of the odds
_AHEAD: Final = 12  # points before the second: one doubling
_WRONG: Final = 240  # points by which another language must lead over the declared one
_WORDS_TO_DOUBT: Final = 12  # a headline of names says nothing against a declaration


def normalise(tag: str | None) -> str | None:
    """Give a language tag as lower-case language and upper-case region, or None if it is none (`xx`, `und` and the like too)."""
    match = _TAG.match((tag or "").strip())
    if not match:
        return None
    language = match[1].lower()
    language = _OTHER_CODES.get(language, language)
    if language in {"und", "xx", "mul", "zxx"}:
        return None
    return f"{language}-{match[3].upper()}" if match[3] else language


class DetectLanguage:
    """Set `draft.language` and where it comes from: `declared`, `detected` or `none`."""

    name: Final = "language"
    writes: Final = ("language", "language_source")

    def __init__(self, rules: Rules) -> None:  # noqa: ARG002 - every stage is made with the rules
        """Read the shipped table."""
        self._table = LanguageTable.load()

    def __call__(self, draft: Draft) -> None:
        """Keep or find the language."""
        declared = normalise(draft.decoded.language)
        if declared is not None:
            draft.language, draft.language_source = declared, "declared"
            other = self._contradicts(declared.partition("-")[0], draft.view)
            if other is not None:
                draft.language, draft.language_source = other, "detected"
            return
        draft.language = self._detect(draft.view)
        draft.language_source = "detected" if draft.language else "none"

    def _detect(self, view: TextView) -> str | None:
        scores = self._table.scores(view)
        if not scores:
            return None
        (best, points), second = max(scores.items(), key=lambda entry: entry[1]), 0
        if len(scores) > 1:
            second = max(value for language, value in scores.items() if language != best)
        return best if points >= _LEAST and points - second >= _AHEAD else None

    def _contradicts(self, language: str, view: TextView) -> str | None:
        """Give the language that a text is clearly in, if that is not the declared one."""
        if len(view) < _WORDS_TO_DOUBT or not self._table.covers(language) or self._table.agrees(language, view):
            return None
        scores = self._table.scores(view)
        if not scores:
            return None
        best, points = max(scores.items(), key=lambda entry: entry[1])
        if best == language or any(best in near and language in near for near in _NEAR):
            return None
        return best if points - scores.get(language, 0) >= _WRONG else None
