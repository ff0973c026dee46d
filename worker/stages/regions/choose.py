"""Choose countries by their scores."""

from collections.abc import Sequence
from typing import Final

__all__ = ["choose"]

_ENOUGH: Final = 0  # even odds of belonging in the record
_ENOUGH_ALONE: Final = -200  # for the first country, when no other belongs: a little less than one in three


def choose(include: Sequence[int], primary: Sequence[int], line_only: Sequence[bool], *, named: bool) -> list[int]:
    """
    Choose the countries of one record.

    Args:
        include: for each candidate the score of belonging, in 256ths of log-odds.

        primary: the score of being the first.

        line_only: whether only the dateline names it.

        named: whether the dateline names its agency; then its country is always listed.

    Returns:
        Positions of the chosen candidates, the primary one first, the others by falling score.
    """
    if not include:
        return []
    chosen = [at for at, score in enumerate(include) if score > _ENOUGH or (named and line_only[at])]
    if not chosen:
        best = max(range(len(include)), key=lambda at: (primary[at], include[at], -at))
        return [best] if include[best] > _ENOUGH_ALONE else []
    # A bureau's place is not the scene while the story itself names another country.
    scenes = [at for at in chosen if not (named and line_only[at])] or chosen
    first = max(scenes, key=lambda at: (primary[at], include[at], -at))
    return [first, *sorted((at for at in chosen if at != first), key=lambda at: (-include[at], at))]
