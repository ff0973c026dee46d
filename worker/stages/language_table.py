"""
A table of words and word ends by language, and the scripts that tell a language by themselves.

The counts behind the table are ELD's (Apache-2.0, Nito T.M.); `tools/build_languages.py` makes it. Scores are sums of small
integers over the first tokens of the shared view.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from worker.text import NUMBER, TextView, hash_word

__all__ = ["ENDING", "LANGUAGES", "LONG", "LanguageTable", "feature_key", "script_of"]

LANGUAGES: Final = Path(__file__).parents[1] / "rules" / "languages.npz"
LONG: Final = 0xD6E8FEB86659FD93  # marks the beginning of a word of more than four letters
ENDING: Final = 0xA0761D6478BD642F  # marks its end
_SLOT_BITS: Final = 18
_SHIFT: Final = np.uint32(32 - _SLOT_BITS)
_ROW_BITS: Final = np.uint32(_SLOT_BITS)
_TAG: Final = np.uint32((1 << (32 - _SLOT_BITS)) - 1)
_ROW: Final = np.uint32((1 << _SLOT_BITS) - 1)
_TOKENS: Final = 60  # a lead; more make no difference
_ONE_IN: Final = 8  # prose has a common word among eight; below that the text is looked at in full
_BYTES: Final = 4  # ELD counts four bytes of UTF-8: four letters in Latin script, two in others
_HALF: Final = np.uint64(32)
# First code point of a script, and the language if only one is written in it; "" for several, None for no letters of a script.
_BLOCKS: Final = (
    (0x0000, "latin"), (0x0370, "el"), (0x0400, "cyrillic"), (0x0530, "hy"), (0x0590, "he"), (0x0600, "arabic"),
    (0x0780, "other"), (0x0900, "devanagari"), (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"), (0x0B80, "ta"),
    (0x0C00, "te"), (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"), (0x0F00, "other"),
    (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x13A0, "other"), (0x1780, "km"), (0x1800, "other"),
    (0x1E00, "latin"), (0x1F00, "el"), (0x2000, "none"), (0x2E80, "zh"), (0x3000, "none"), (0x3040, "ja"), (0x3100, "zh"),
    (0xAC00, "ko"), (0xD800, "none"), (0xF900, "zh"), (0xFB00, "none"), (0xFB50, "arabic"), (0xFE00, "none"),
)  # fmt: skip
_STARTS: Final = np.array([start for start, _ in _BLOCKS], np.uint32)
_SCRIPTS: Final = tuple(dict.fromkeys(script for _, script in _BLOCKS))
_SCRIPT_OF_BLOCK: Final = np.array([_SCRIPTS.index(script) for _, script in _BLOCKS])
_SAMPLE: Final = 400  # characters that are looked at for the script
_WIDE: Final = 3  # a Chinese sign says about as much as three letters
# Which languages of the table are written in a script that several share.
_SHARED: Final = {
    "cyrillic": ("be", "bg", "ru", "sr", "uk"),
    "arabic": ("ar", "fa", "ku", "ur"),
    "devanagari": ("hi", "mr"),
}
# Letters that part close languages, which the folded hashes of the view do not see; each counts as a rare word.
_MARKS: Final = {
    "cs": "ěřů", "sk": "ľĺŕô", "pl": "łżćę", "hr": "đć", "ro": "țșţş", "hu": "őű", "tr": "ğış", "az": "ə",
    "es": "ñ¿¡", "pt": "ãõ", "ca": "ŀ·ï", "fr": "êœ", "de": "ßü", "sv": "äå", "da": "æø", "no": "æø", "fi": "ä", "et": "õ",
    "lv": "āēī", "lt": "ėųį", "is": "ðþ", "vi": "ơưđ", "sq": "ë", "ru": "ыэё", "be": "ўіы", "uk": "їєіґ", "sr": "јњљћђ",
    "bg": "ъ", "fa": "پگچی", "ur": "ےٹڈں", "ar": "ةىي", "ku": "ێۆە", "mr": "ळ",
}  # fmt: skip
_MARK: Final = 24
# Points a word that a text in a language of the table has at least, by script or language; one in any other language has fewer.
_DENSITY: Final = {
    "latin": 14, "vi": 8, "hu": 8, "cs": 9, "sk": 9, "tr": 9, "az": 9, "cyrillic": 35, "arabic": 40, "devanagari": 3,
}  # fmt: skip
_ALONE: Final = frozenset(_SCRIPTS) - {"latin", "none", "other", *_SHARED}


def feature_key(letters: str, kind: int) -> int:
    """Give the table's key for a short word (kind 0), a beginning (`LONG`) or an end (`ENDING`)."""
    return (int(hash_word(letters)) ^ kind) >> 32


def script_of(text: str) -> str:
    """Give the script of most letters: a language's code where only that language has it, `none` without letters."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return "latin" if any(map(str.isalpha, sample)) else "none"
    codes = np.frombuffer(sample.encode("utf-32-le", "surrogatepass"), "<u4")
    codes = codes[((codes | 0x20) - 0x61 < 26) | (codes >= 0xAA)]  # ASCII that is no letter belongs to no script
    counts = np.bincount(_SCRIPT_OF_BLOCK[_STARTS.searchsorted(codes, side="right") - 1], minlength=len(_SCRIPTS))
    counts[_SCRIPTS.index("none")] = 0
    if counts[_SCRIPTS.index("ja")] * 10 > counts[_SCRIPTS.index("zh")] > 0:
        return "ja"  # kana among Chinese signs
    counts[_SCRIPTS.index("zh")] *= _WIDE
    best = int(counts.argmax())
    return _SCRIPTS[best] if counts[best] else "none"


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """Weights of features (rows) for languages (columns)."""

    languages: tuple[str, ...]
    _common: dict[str, npt.NDArray[np.uint32]]
    _slots: npt.NDArray[np.uint32]
    _weights: npt.NDArray[np.uint8]
    _columns: dict[str, list[int]]

    @classmethod
    def load(cls, path: Path = LANGUAGES) -> "LanguageTable":
        """Read the shipped table."""
        with np.load(path, allow_pickle=False) as file:
            languages = tuple(map(str, file["languages"]))
            keys, common = file["keys"], file["common"]
            weights = np.concatenate((np.zeros((1, len(languages)), np.uint8), file["weights"]))
        slots = np.zeros(1 << _SLOT_BITS, np.uint32)
        # The tag is what the slot's number does not say of the key. Of two keys in one slot the later stays.
        slots[keys >> _SHIFT] = (keys << _ROW_BITS) | np.arange(1, len(keys) + 1, dtype=np.uint32)
        shared = {script: [languages.index(code) for code in codes] for script, codes in _SHARED.items()}
        others = _ALONE | {code for codes in _SHARED.values() for code in codes} - {"ku"}
        shared["latin"] = [place for place, code in enumerate(languages) if code not in others]
        return cls(languages, dict(zip(languages, common[:, :, None], strict=True)), slots, weights, shared)

    def covers(self, language: str) -> bool:
        """Tell whether a language can be detected."""
        return language in self.languages or language in _ALONE

    def agrees(self, language: str, view: TextView) -> bool:
        """Tell, fast, whether a text has as many of a language's commonest words as texts in that language have."""
        words = (view.hashes[:_TOKENS] >> _HALF).astype(np.uint32)
        return int(np.count_nonzero(words == self._common[language])) * _ONE_IN >= len(words)

    def scores(self, view: TextView) -> dict[str, int]:
        """
        Score the languages that the text may be in.

        A language that is told by its script alone gets 1000; else 12 points double the odds. Empty if the text is in none of
        them.
        """
        script = script_of(view.text)
        if script in _ALONE:
            return {script: 1000}
        if script not in self._columns:
            return {}
        rows = self._find(view, _BYTES if script == "latin" else _BYTES // 2)
        values = self._weights.take(rows, axis=0).sum(axis=0, dtype=np.int32).tolist()
        found = {self.languages[column]: values[column] for column in self._columns[script]}
        if not view.text.isascii():
            sample = view.text[:_SAMPLE].lower()
            for language, letters in _MARKS.items():
                if language in found:
                    found[language] += _MARK * sum(map(sample.count, letters))
        best = max(found, key=found.__getitem__)
        words = int(np.count_nonzero(view.flags[:_TOKENS] & NUMBER == 0))
        return found if found[best] > _DENSITY.get(best, _DENSITY[script]) * words else {}

    def _find(self, view: TextView, letters: int) -> npt.NDArray[np.int64]:
        long = view.ends[:_TOKENS] - view.starts[:_TOKENS] > letters
        first = view.prefixes(letters, _TOKENS) ^ np.where(long, np.uint64(LONG), np.uint64(0))
        last = view.endings(letters, _TOKENS)[long] ^ np.uint64(ENDING)
        wanted = (np.concatenate((first, last)) >> _HALF).astype(np.uint32)
        slots = self._slots[wanted >> _SHIFT]
        rows: npt.NDArray[np.int64] = (slots[(slots >> _ROW_BITS) == (wanted & _TAG)] & _ROW).astype(np.int64)
        return rows
