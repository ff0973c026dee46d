"""
Weigh by its words a line that no pattern knows: how much it talks of the page it stands on, to the reader, as no story does.

A sum of small signs, none of which says enough alone: words for media and rights, the reader, "this" before such a word, an
address, a call at the start, the form of the line. What stories do – quote, tell, speak of somebody – counts against it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

__all__ = ["KEYS", "Talk"]

KEYS: Final = ("medium", "strong", "reader", "pointing", "call")
# A hyphen stays inside a word, an apostrophe too.
_BLANK: Final = str.maketrans(dict.fromkeys('.,;:!?()[]"*|/<>', " "))
# Points of each sign, and the most that words for media give together.
_MEDIUM, _MOST_MEDIA = 7, 21
_READER, _ITSELF, _ADDRESS, _CALL, _UNFINISHED, _LABEL = 12, 14, 10, 6, 6, 5
_SAYS, _PERSON, _TELLS, _LONG = 40, 30, 14, 10
_LONGEST_LABEL: Final = 25
_LONG_FROM: Final = 190
_BEFORE_CALL: Final = ("to", "please", "by")
# Short words of which a line is made that only names something.
_FEWEST_WORDS: Final = 3


class Talk:
    """The words, by what they are signs of; `pattern` finds out whether one for media is there at all."""

    __slots__ = ("_call", "_medium", "_pointing", "_reader", "_strong")

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._medium, self._strong, self._reader, self._pointing, self._call = (frozenset(words.get(key, ())) for key in KEYS)

    @property
    def pattern(self) -> str:
        """The pattern of words for media, over folded text."""
        return rf"\b(?:{'|'.join(sorted(self._medium | self._strong))})\b"

    def points(self, fold: str, traits: AbstractSet[str], *, ends: bool) -> int:
        """
        Weigh a folded line.

        Args:
            fold: the line.

            traits: what it has of what stories and pages have, see `story.toml`.

            ends: whether it is a finished sentence.

        Returns:
            Points for its being no story, 0 if it has no sign that it speaks to somebody.
        """
        words = _words(fold)
        media = sum((word in self._medium) + (word in self._strong) for word in words)
        if not media or len(words) < _FEWEST_WORDS:
            return 0
        reader = not self._reader.isdisjoint(words) or (words[0] in _BEFORE_CALL and words[1] in self._call)
        itself = any(
            one in self._pointing and (two in self._medium or three in self._medium)
            for one, two, three in zip(words, words[1:], [*words[2:], ""], strict=False)
        )
        address = "mail" in traits or "address" in traits
        if not (reader or itself or address or not ends):
            return 0
        total = min(_MOST_MEDIA, media * _MEDIUM) + reader * _READER + itself * _ITSELF + address * _ADDRESS
        total += (
            (not self._call.isdisjoint(words[: 2 if words[0] in _BEFORE_CALL else 1])) * _CALL
            + (not ends) * _UNFINISHED
            + (0 < fold.find(":") < _LONGEST_LABEL) * _LABEL
        )
        total -= ("saying" in traits) * _SAYS + ("someone" in traits) * _PERSON + ("finite" in traits) * _TELLS
        return total - (len(fold) > _LONG_FROM) * _LONG


def _words(fold: str) -> list[str]:
    return fold.translate(_BLANK).split()
