"""
Which of two versions is newer.

Sources number versions, date them, or do neither. Numbers compare as numbers, times as times, and where the two are of different
kinds, or missing, the items' own times decide.
"""

import re
from datetime import UTC, datetime
from typing import Final

__all__ = ["compare_versions"]

_NUMBER: Final = re.compile(r"\d{1,18}(?:\.\d{1,9})*", re.ASCII)


def compare_versions(old: str, old_time: int, new: str, new_time: int) -> int:
    """
    Say whether `new` is older (-1), the same (0) or newer (1) than `old`.

    Args:
        old: version as the source wrote it, may be empty.

        old_time: the item's own time in milliseconds, which decides where the versions can't.

        new: the same of the item at hand.

        new_time: the same.

    >>> compare_versions("9", 0, "10", 0), compare_versions("2", 0, "2", 5), compare_versions("", 2, "", 1)
    (1, 0, -1)
    """
    if old and old == new:
        return 0
    a, b = _key(old), _key(new)
    if a is not None and b is not None and a[0] == b[0]:
        return (b > a) - (b < a)
    return (new_time > old_time) - (new_time < old_time)


def _key(version: str) -> tuple[str, tuple[int, ...]] | None:
    version = version.strip()
    if not version:
        return None
    if _NUMBER.fullmatch(version):
        return "number", tuple(int(part) for part in version.split("."))
    try:
        at = datetime.fromisoformat(version)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return "time", (int(at.timestamp() * 1_000_000),)
