"""The UN's M49 areas: which area lies in which, so that a route for Europe takes what lies in Northern Europe."""

from functools import lru_cache
from typing import Final

__all__ = ["areas_of"]

# Source: the United Nations' "Standard country or area codes for statistical use" (M49).
_PARENT: Final = {
    "015": "002", "202": "002", "011": "202", "014": "202", "017": "202", "018": "202",
    "021": "019", "419": "019", "005": "419", "013": "419", "029": "419",
    "030": "142", "034": "142", "035": "142", "143": "142", "145": "142",
    "039": "150", "151": "150", "154": "150", "155": "150", "830": "154",
    "053": "009", "054": "009", "057": "009", "061": "009",
}  # fmt: skip


@lru_cache(maxsize=64)  # there are 30
def areas_of(m49: str) -> tuple[str, ...]:
    """
    Give an area and all that it lies in.

    >>> areas_of("013")
    ('013', '419', '019')
    """
    found = [m49]
    while (parent := _PARENT.get(found[-1])) is not None:
        found.append(parent)
    return tuple(found)
