"""Compare two texts word by word, for two columns side by side."""

import re
from difflib import SequenceMatcher
from typing import Final, NamedTuple

__all__ = ["MOST_WORDS", "Run", "compare"]

# The comparison is quadratic in the worst case; words that make up more than a hundredth of a long text are no anchors in it.
MOST_WORDS: Final = 3000
_WORD: Final = re.compile(r"\s*\S+|\s+$")


class Run(NamedTuple):
    """Words that stand in both texts, or only in this one."""

    text: str
    differs: bool


def compare(left: str, right: str) -> tuple[list[Run], list[Run]]:
    """Give the runs of both texts; blanks do not count, and words behind the first 3,000 are not compared."""
    lefts, rights = _WORD.findall(left), _WORD.findall(right)
    first, second = lefts[:MOST_WORDS], rights[:MOST_WORDS]
    start = _same([word.strip() for word in first], [word.strip() for word in second])
    matcher = SequenceMatcher(None, [w.strip() for w in first[start:]], [w.strip() for w in second[start:]])
    on_left, on_right = [Run("".join(first[:start]), differs=False)], [Run("".join(second[:start]), differs=False)]
    for tag, a, b, c, d in matcher.get_opcodes():
        on_left.append(Run("".join(first[start + a : start + b]), differs=tag != "equal"))
        on_right.append(Run("".join(second[start + c : start + d]), differs=tag != "equal"))
    on_left.append(Run("".join(lefts[MOST_WORDS:]), differs=False))
    on_right.append(Run("".join(rights[MOST_WORDS:]), differs=False))
    return [run for run in on_left if run.text], [run for run in on_right if run.text]


def _same(left: list[str], right: list[str]) -> int:
    """Count the words that both texts start with."""
    both = zip(left, right, strict=False)
    return next((at for at, (one, other) in enumerate(both) if one != other), min(len(left), len(right)))
