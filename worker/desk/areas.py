"""The UN's M49 areas: which area lies in which, so that a route for Europe takes what lies in Northern Europe."""

from functools import lru_cache
from typing import Final

__all__ = ["area_name", "areas_of"]

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


_NAMES: Final = {
    "005": "South America", "010": "Antarctica", "011": "Western Africa", "013": "Central America", "014": "Eastern Africa",
    "015": "Northern Africa", "017": "Middle Africa", "018": "Southern Africa", "021": "Northern America", "029": "Caribbean",
    "030": "Eastern Asia", "034": "Southern Asia", "035": "South-eastern Asia", "039": "Southern Europe",
    "053": "Australia and New Zealand", "054": "Melanesia", "057": "Micronesia", "061": "Polynesia", "143": "Central Asia",
    "145": "Western Asia", "151": "Eastern Europe", "154": "Northern Europe", "155": "Western Europe", "830": "Channel Islands",
}  # fmt: skip


def area_name(m49: str) -> str:
    """
    Give the English name of an area that countries lie in; the code itself where an operator's list has another.

    >>> area_name("154")
    'Northern Europe'
    """
    return _NAMES.get(m49, m49)
