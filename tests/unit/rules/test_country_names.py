"""Countries are known by the names that they have in many languages."""

import pytest

from worker.rules.country_names import country_named, plain_name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Norge", "NO"), ("Noreg", "NO"), ("Deutschland", "DE"), ("Alemania", "DE"), ("Tyskland", "DE"), ("España", "ES"), ("Espana", "ES"),
        ("Österreich", "AT"), ("Itävalta", "AT"), ("Suomi", "FI"), ("Polska", "PL"), ("Česko", "CZ"), ("Magyarország", "HU"), ("România", "RO"),
        ("Ελλάδα", "GR"), ("Türkiye", "TR"), ("Россия", "RU"), ("Україна", "UA"), ("Србија", "RS"), ("Hrvatska", "HR"), ("日本", "JP"), ("中国", "CN"),
        ("대한민국", "KR"), ("مصر", "EG"), ("ישראל", "IL"), ("ไทย", "TH"), ("Việt Nam", "VN"), ("EE.UU.", "US"), ("Großbritannien", "GB"), ("België", "BE"),
    ],
)  # fmt: skip
def test_a_country_is_found_by_its_name_in_any_language(name: str, code: str) -> None:
    """Case, accents and full stops do not matter."""
    assert country_named(name) == code
    assert country_named(name.upper()) == code


@pytest.mark.parametrize("name", ["Granada", "Georgia", "Kongo", "Paris", "", "x" * 500])
def test_a_name_with_another_meaning_is_no_country(name: str) -> None:
    """Names of two countries, or of a larger place elsewhere, are left to the gazetteer."""
    assert country_named(name) is None


def test_names_are_compared_without_accents() -> None:
    """Feeds lose accents, and write apostrophes in two ways."""
    assert plain_name("CÔTE D’IVOIRE") == plain_name("Cote d'Ivoire")
