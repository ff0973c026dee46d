"""
Weigh by its words a line that no pattern knows: how much it talks of the page it stands on, to the reader, as no story does.

A sum of small signs, none of which says enough alone: words for media and rights, the reader, "this" before such a word, an
address, a call at the start, the form of the line. What stories do – quote, tell, speak of somebody – counts against it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

__all__ = ["KEYS", "Talk"]

KEYS: Final = ("medium", "strong", "reader", "pointing", "call")
_SIGNS: Final = ".,;:!?()[]\"'*|/<>-"
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
    """The words, by what they are signs of."""

    __slots__ = ("_call", "_medium", "_pointing", "_reader", "_strong")

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._medium, self._strong, self._reader, self._pointing, self._call = (frozenset(words.get(key, ())) for key in KEYS)

    def speaks(self, fold: str) -> bool:
        """Whether a word for media is in a folded text at all; most sentences of stories have none."""
        return not self._medium.isdisjoint(_words(fold))

    def points(self, fold: str, trait: Callable[[str, str], bool], *, ends: bool) -> int:
        """
        Weigh a folded line.

        Args:
            fold: the line.

            trait: tells whether a folded text has a trait of stories.

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
        address = trait("mail", fold) or trait("address", fold)
        if not (reader or itself or address or not ends):
            return 0
        total = min(_MOST_MEDIA, media * _MEDIUM) + reader * _READER + itself * _ITSELF + address * _ADDRESS
        total += (
            (not self._call.isdisjoint(words[: 2 if words[0] in _BEFORE_CALL else 1])) * _CALL
            + (not ends) * _UNFINISHED
            + (0 < fold.find(":") < _LONGEST_LABEL) * _LABEL
        )
        total -= trait("saying", fold) * _SAYS + trait("someone", fold) * _PERSON + trait("finite", fold) * _TELLS
        return total - (len(fold) > _LONG_FROM) * _LONG


def _words(fold: str) -> list[str]:
    return [word for word in (piece.strip(_SIGNS) for piece in fold.split()) if word]
