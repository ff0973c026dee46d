"""
Names that countries have in their own and other languages, for providers that name a country and give no code.

The packaged table `country_names.tsv` comes from Unicode CLDR (`tools/build_country_names.py`).
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["TABLE", "country_named", "plain_name"]

TABLE: Final = Path(__file__).with_name("country_names.tsv")

_LONGEST: Final = 80  # letters; a longer value is no name


def plain_name(name: str) -> str:
    """
    Give the form in which names are compared: small letters, without accents and full stops.

    >>> plain_name("España"), plain_name("EE.UU."), plain_name("Côte d’Ivoire")
    ('espana', 'eeuu', "cote d'ivoire")
    """
    parted = unicodedata.normalize("NFKD", name.replace("’", "'").replace(".", ""))
    return " ".join("".join(sign for sign in parted if not unicodedata.combining(sign)).casefold().split())


@cache
def _names() -> dict[str, str]:
    lines = (line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {name: code for code, *names in lines for name in names}


def country_named(name: str) -> str | None:
    """
    Give the ISO code of a country by its name in any of some fifty languages; None if it is none, or that of a larger place elsewhere.

    >>> country_named("Norge"), country_named("Россия"), country_named("Österreich"), country_named("Granada")
    ('NO', 'RU', 'AT', None)
    """
    return _names().get(plain_name(name)) if len(name) <= _LONGEST else None
