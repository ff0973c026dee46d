"""Figures of a topic model on labelled items, as the evaluation's scorer counts them."""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Judged", "calibration_error", "f1_by_class", "share_right"]


class Judged(NamedTuple):
    """One item: the right codes (any of them), the code found, its confidence per mille, and how much the item counts."""

    gold: tuple[str, ...]
    code: str | None
    confidence: int
    weight: float = 1.0


def share_right(items: Sequence[Judged]) -> float:
    """Give the share of items with one right code whose code is right (micro F1)."""
    single = [item for item in items if len(item.gold) == 1]
    return sum(item.weight for item in single if item.code == item.gold[0]) / max(1e-9, sum(item.weight for item in single))


def f1_by_class(items: Sequence[Judged]) -> dict[str, float]:
    """Give F1 for each code that is right for some item with one right code."""
    single = [item for item in items if len(item.gold) == 1]
    found: dict[str, float] = {}
    for code in sorted({item.gold[0] for item in single}):
        right = sum(item.weight for item in single if item.code == code == item.gold[0])
        wrong = sum(item.weight for item in single if item.code == code != item.gold[0])
        missed = sum(item.weight for item in single if item.code != code == item.gold[0])
        found[code] = 2 * right / (2 * right + wrong + missed)
    return found


def calibration_error(items: Sequence[Judged], bins: int = 10) -> float:
    """
    Give the expected calibration error: how far confidence is from the share that is right, over bins of equal width.

    Items with several right codes count as right if any was found (Naeini and others, AAAI 2015).
    """
    sums = [[0.0, 0.0, 0.0] for _ in range(bins)]
    for item in items:
        cell = sums[min(item.confidence * bins // 1000, bins - 1)]
        cell[0] += item.weight
        cell[1] += item.weight * item.confidence / 1000
        cell[2] += item.weight * (item.code in item.gold)
    total = sum(cell[0] for cell in sums)
    return sum(abs(cell[1] - cell[2]) for cell in sums) / max(1e-9, total)
