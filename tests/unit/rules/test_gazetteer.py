"""The gazetteer finds names however they are written, and takes what an operator adds."""

from pathlib import Path

import numpy as np

from worker.desk.areas import area_name
from worker.rules.gazetteer import CITY, COUNTRY, DEMONYM, DIVISION, PREFIX, Gazetteer, join_keys, phrase_keys
from worker.rules.load import Rules
from worker.text import TextView, hash_word

GAZETTEER = Gazetteer.from_rules(Rules())


def countries(words: str) -> set[str]:
    """Take the countries that a name can stand for."""
    name = GAZETTEER.find(words)
    return {GAZETTEER.countries[sense.country].code for sense in name.senses} if name else set()


def test_a_key_of_one_word_is_its_hash_and_longer_keys_are_joined() -> None:
    """The keys of a phrase are those of its beginnings."""
    one, two = int(hash_word("New")), int(hash_word("York"))

    assert phrase_keys(["New York", "...", "New"]) == [[one, join_keys(one, two)], [], [one]]


def test_case_and_accents_do_not_matter() -> None:
    """A name is found in capitals, in lower case and without its accents."""
    assert countries("SÃO PAULO") == countries("sao paulo") == countries("São Paulo")
    assert "BR" in countries("Sao Paulo")


def test_a_name_keeps_all_its_meanings() -> None:
    """Georgia is a country and a state."""
    name = GAZETTEER.find("Georgia")

    assert name is not None
    assert {(GAZETTEER.countries[s.country].code, s.kind) for s in name.senses} >= {("GE", COUNTRY), ("US", DIVISION)}


def test_the_beginning_of_a_longer_name_says_so() -> None:
    """A reader knows from "New" that a longer name may follow."""
    name = GAZETTEER.find("New")

    assert name is not None
    assert name.flags & PREFIX


def test_adjectives_belong_to_their_languages() -> None:
    """An adjective of one language carries that language's bit only."""
    name = GAZETTEER.find("deutsche")

    assert name is not None
    assert [(s.kind, s.languages) for s in name.senses] == [(DEMONYM, 2)]


def test_months_are_no_places() -> None:
    """March in England is left out: it is the month everywhere else."""
    assert countries("March") == set()


def test_every_name_starts_with_a_possible_word() -> None:
    """The quick filter never refuses the first word of a name."""
    names = ["Paris", "New York", "Deutschland", "russe", "White House", "Ala"]
    first = np.array([keys[0] for keys in phrase_keys(names)], np.uint64)

    assert GAZETTEER.maybe(first).all()


def test_the_filter_refuses_most_other_words() -> None:
    """Words that start no name are seldom looked up."""
    view = TextView("", " ".join(f"qzx{n}word" for n in range(1000)))

    assert GAZETTEER.maybe(view.hashes).mean() < 0.3


def test_every_country_has_a_name_a_group_and_a_three_letter_code() -> None:
    """No country of the packaged rules is half described."""
    assert len(GAZETTEER.countries) >= 249
    assert all(country.name and len(country.m49) == 3 and len(country.alpha3) == 3 for country in GAZETTEER.countries)
    assert [country.code for country in GAZETTEER.countries if area_name(country.m49) == country.m49] == []


def test_an_operators_name_stands_beside_the_packaged_ones(tmp_path: Path) -> None:
    """An added name of several words is found, and the old meanings stay."""
    (tmp_path / "regions.toml").write_text('[places]\nIS = ["Paris", "Quuxville on Sea"]\n', encoding="utf-8")
    made = Gazetteer.from_rules(Rules(tmp_path))

    paris, sea, start = made.find("Paris"), made.find("quuxville on sea"), made.find("Quuxville")

    assert paris is not None
    assert sea is not None
    assert start is not None
    assert {made.countries[s.country].code for s in paris.senses} >= {"FR", "IS"}
    assert [made.countries[s.country].code for s in sea.senses] == ["IS"]
    assert start.flags & PREFIX
    assert countries("Quuxville on Sea") == set()


def test_a_small_town_is_a_city() -> None:
    """A place from the packaged file keeps its kind and its subdivision."""
    name = GAZETTEER.find("Montgomery")

    assert name is not None
    assert any(s.kind == CITY and GAZETTEER.subs[s.sub] == "US-AL" for s in name.senses)
