"""Regions come from the text: ambiguous names, people, datelines, languages, and what the source says."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from worker.model import Decoded, Draft, Raw, Region
from worker.rules.load import RuleError, Rules
from worker.stages.dateline import ReadDateline
from worker.stages.regions import TagRegions
from worker.text import TextView

DATELINE = ReadDateline(Rules())
STAGE = TagRegions(Rules())


def tag(
    text: str, headline: str = "", language: str | None = "en", *, stage: TagRegions = STAGE, provider: str = "", **item: Any
) -> Draft:
    """Run the dateline and the regions over one text."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", item=item), provider=provider)
    draft.headline, draft.text, draft.language = headline, text, language
    DATELINE(draft)
    draft.view = TextView(headline, text, draft.dateline.end if draft.dateline else 0)
    stage(draft)
    return draft


def codes(draft: Draft) -> set[str]:
    """Take all countries of the record."""
    return {region.code for region in draft.regions}


def primary(draft: Draft) -> str | None:
    """Take the first country."""
    return next((region.code for region in draft.regions if region.primary), None)


def region(draft: Draft, code: str) -> Region:
    """Take the region of one country."""
    return next(region for region in draft.regions if region.code == code)


FIRST = [
    ("Georgia the country", "Voters in Georgia", "Georgia held elections on Sunday. Voters queued in Tbilisi and Batumi, and Russia watched.", "GE"),
    ("Georgia the state", "Storm in Georgia", "A storm hit southern Georgia on Monday. Atlanta lost power, and the governor sent the National Guard to Savannah, Ga.", "US"),
    ("Paris in Texas", "Fire in Paris", "A fire broke out in Paris, Texas, on Monday. The Lamar County sheriff said two houses in Paris burned down.", "US"),
    ("Paris in France", "Fire in Paris", "A fire broke out in Paris on Monday. The French interior minister came to the Louvre.", "FR"),
    ("Birmingham in Alabama", "Bus strike", "Bus drivers in Birmingham, Ala., went on strike. The Jefferson County commission meets on Friday.", "US"),
    ("Birmingham in England", "Bus strike", "Bus drivers in Birmingham walked out. The city council said services to Coventry and Wolverhampton were cancelled.", "GB"),
    ("Cambridge in Massachusetts", "New laboratory", "A laboratory opens in Cambridge, Mass., this autumn. Researchers from Boston will move in.", "US"),
    ("Cambridge in England", "New laboratory", "A laboratory opens in Cambridge this autumn. Councillors from Norwich and Peterborough visited the centre in England.", "GB"),
    ("Jordan the country", "Talks in Amman", "Jordan said on Monday it would host talks. The Jordanian king met ministers in Amman.", "JO"),
    ("A capital for its government", "Tariffs", "Beijing said it would answer the tariffs. Officials in Shanghai and Shenzhen prepare, and China's exports fall.", "CN"),
    ("A demonym alone", "Farmers protest", "Polish farmers blocked the road on Monday. The Poles want higher prices for wheat.", "PL"),
    ("A historic name", "Grain deal", "The Soviet Union bought wheat, traders said. Soviet buyers also took maize.", "RU"),
    ("An institution", "Rates", "The Kremlin denied the report. Moscow has not changed its plans, Russian officials said.", "RU"),
    ("A former name", "Ceasefire", "Fighters in Burma agreed to a ceasefire. Burmese officials signed it in Rangoon.", "MM"),
]  # fmt: skip


@pytest.mark.parametrize(("headline", "text", "country"), [row[1:] for row in FIRST], ids=[row[0] for row in FIRST])
def test_ambiguous_names_are_settled_by_the_text(headline: str, text: str, country: str) -> None:
    """The words around a name say which of its places is meant."""
    assert primary(tag(text, headline)) == country


def test_a_name_among_countries_is_the_country() -> None:
    """In a list of countries, Georgia is the country even if an American agency speaks."""
    draft = tag("The U.S. agency in Atlanta warned Armenia, Georgia, Iran and Turkey of the disease.", "Warning")

    assert "GE" in codes(draft)


def test_once_in_texas_always_in_texas() -> None:
    """A name that was given its state once adds no other country later in the text."""
    draft = tag("A fire broke out in Paris, Texas, on Monday. Two houses in Paris burned down, and the mayor of Paris came.")

    assert codes(draft) == {"US"}


def test_dateline_is_not_the_scene() -> None:
    """A bureau's country is listed with its role, and the country that the story names is the first."""
    draft = tag("LONDON (Reuters) - Russia said on Monday it would cut its oil output.", "Russia to cut oil output")

    assert primary(draft) == "RU"
    assert region(draft, "RU").role == "scene"
    assert region(draft, "GB").role == "dateline"
    assert [evidence.text for evidence in region(draft, "GB").evidence] == ["LONDON"]


def test_dateline_can_be_the_scene() -> None:
    """Where the story speaks of the place itself, the dateline's country is the first."""
    draft = tag("NAIROBI (Example) - Kenya's parliament passed the budget. Kenyan farmers get help.", "Kenya passes budget")

    assert primary(draft) == "KE"
    assert region(draft, "KE").role == "scene"


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("Michael Jordan scored 40 points for the Chicago Bulls. Jordan said he was happy with the game in Illinois.", "JO"),
        ("Chad Example won in Denver, Colorado. Mr. Chad thanked the crowd in Denver.", "TD"),
        ("Judge Paris Example of Ohio sent him to prison in Cleveland, Ohio.", "FR"),
        ("The repair costs US$400 million, officials in Nairobi, Kenya, said. Kenyan taxes will rise.", "US"),
        ("The fair opens in March in Oslo, Norway, and closes in August.", "GB"),
    ],
    ids=["surname", "given name", "given name behind a title", "currency", "months"],
)  # fmt: skip
def test_people_money_and_months_are_no_places(text: str, unwanted: str) -> None:
    """Names that stand like people, prices or months add no country."""
    assert unwanted not in codes(tag(text))


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("de", "Die Bundesregierung in Berlin will reden. Deutsche Bauern protestieren in München und Hamburg.", "DE"),
        ("fr", "Le président français a parlé à Lyon. La France veut des réformes, selon Paris.", "FR"),
        ("es", "El gobierno español habló en Madrid. España quiere reformas en Sevilla.", "ES"),
        ("it", "Il governo italiano ha parlato a Roma. L'Italia vuole riforme a Milano.", "IT"),
        ("pt", "O governo brasileiro falou em Brasília. O Brasil quer reformas em São Paulo.", "BR"),
    ],
)
def test_names_and_adjectives_are_known_in_six_languages(language: str, text: str, country: str) -> None:
    """Country names and adjectives of the text's own language count, adjectives without a capital too."""
    assert primary(tag(text, language=language)) == country


def test_foreign_adjectives_do_not_count_in_english() -> None:
    """A word that is an adjective of another language is not looked for in English text."""
    assert codes(tag("The turco danced.", language="en")) == set()


def test_unknown_language_is_left_untagged_and_says_so() -> None:
    """Text in a language whose names are not known gets no region but a warning."""
    draft = tag("Rais wa Kenya alisema Nairobi.", language="sw")

    assert draft.regions == ()
    assert any("sw" in warning and "regions" in warning for warning in draft.warnings)


def test_at_most_one_region_is_primary_and_it_is_the_first() -> None:
    """However many countries a story names, one is primary and leads the list."""
    draft = tag(
        "France, Germany, Spain, Italy, Poland, Japan, China and Brazil signed the treaty in Geneva, Switzerland.", "Treaty"
    )

    assert len(draft.regions) > 3
    assert [entry.primary for entry in draft.regions].count(True) == 1
    assert draft.regions[0].primary


def test_a_long_list_of_countries_is_kept() -> None:
    """A survey of twenty countries lists them all."""
    names = "Kenya, Uganda, Ghana, Togo, Benin, Mali, Niger, Nigeria, Senegal, Cameroon, Ethiopia, Rwanda, Angola, Zambia, Malawi, Namibia"

    draft = tag(f"The survey covers {names}, Egypt, Libya, Tunisia and Algeria.", "Survey of Africa")

    assert len(draft.regions) >= 18


def test_evidence_points_into_headline_and_body() -> None:
    """Each piece of evidence is the text at its offsets in the field it names."""
    draft = tag("Officials in Nairobi, Kenya, said Kenyan taxes rise.", "Kenya raises taxes")

    fields = {"headline": draft.headline, "body_text": draft.text}
    evidence = region(draft, "KE").evidence
    assert {entry.field for entry in evidence} == {"headline", "body_text"}
    assert all(fields[entry.field][entry.start : entry.end] == entry.text for entry in evidence)


def test_subdivision_is_given_where_it_is_sure() -> None:
    """Several names of one state make it the subdivision; none does without them."""
    sure = tag("A fire broke out in Mobile, Ala., on Monday. Alabama troopers closed the road to Montgomery, Ala.")
    unsure = tag("American officials met the U.S. president in the White House.")

    assert region(sure, "US").subdivision == "US-AL"
    assert region(unsure, "US").subdivision is None


def test_names_and_groups_of_countries_are_given() -> None:
    """A region has its English name and the code of its M49 group."""
    kenya = region(tag("Kenya raised taxes. Kenyan farmers protest in Nairobi."), "KE")

    assert (kenya.name, kenya.m49) == ("Kenya", "014")
    assert 0 < kenya.confidence <= 1000


@pytest.mark.parametrize(
    "place",
    [{"code": "KE"}, {"name": "Kenya"}, {"name": "Nairobi", "literal": "KEN"}, {"uri": "iso3166-1a2:KE"}, {"code": "country:KE"}],
)  # fmt: skip
def test_what_the_source_says_comes_first(place: dict[str, str]) -> None:
    """A provider's place is marked as the provider's, is sure, and beats what the text says."""
    draft = tag("Farmers in Poland protest. Polish roads are closed.", places=[place | {"rel": "about"}])

    assert draft.regions[0].code == "KE"
    assert (draft.regions[0].creator, draft.regions[0].confidence, draft.regions[0].primary) == ("provider", 1000, True)
    assert region(draft, "PL").creator == "copydesk"
    assert not region(draft, "PL").primary


def test_places_that_mean_the_bureau_are_left_out() -> None:
    """A bureau that the rules list for a provider is no region; the same place from another provider is."""
    places = [{"name": "Bangalore", "rel": "about"}]

    assert "IN" not in codes(tag("Farmers in Poland protest.", provider="Reuters", places=places))
    assert "IN" in codes(tag("Farmers in Poland protest.", provider="Example", places=places))


def test_where_a_story_was_written_is_no_region() -> None:
    """A provider's place of origin is listed as a dateline, which is not what the story is about."""
    [written_at] = tag("The bridge fell.", places=[{"name": "Kenya", "rel": "originates"}]).regions
    assert (written_at.code, written_at.role, written_at.primary) == ("KE", "dateline", False)


@pytest.mark.parametrize("places", ["Kenya", [None], [{"name": 3}], [{}], [{"name": "Quuxville"}]])
def test_odd_places_are_ignored(places: Any) -> None:
    """Places of a wrong shape or an unknown name neither fail nor count."""
    assert codes(tag("The bridge fell.", places=places)) == set()


def test_an_operator_adds_and_removes_names(tmp_path: Path) -> None:
    """The operator's rules add a place and take away a name that troubles the house."""
    (tmp_path / "regions.toml").write_text('[places]\nIS = ["Quuxville"]\n[remove]\nnames = ["Nairobi"]\n', encoding="utf-8")
    stage = TagRegions(Rules(tmp_path))

    assert codes(tag("Officials in Quuxville met. In Quuxville, they said little.", stage=stage)) == {"IS"}
    assert codes(tag("Officials in Nairobi met.", stage=stage)) == set()


def test_an_operator_can_name_a_country_anew(tmp_path: Path) -> None:
    """An operator's country table changes the name that records show."""
    (tmp_path / "regions.toml").write_text('[countries.TR]\nname = "Turkey"\n', encoding="utf-8")

    draft = tag("Turkey said on Monday that Turkish farmers get help in Ankara.", stage=TagRegions(Rules(tmp_path)))

    assert region(draft, "TR").name == "Turkey"


@pytest.mark.parametrize(
    "rules",
    ['[places]\nQQ = ["Quuxville"]\n', '[[bureau]]\nprovider = "x"\n', "[countries.DE.names]\nxx = ['Q']\n", "countries = 3\n"],
)  # fmt: skip
def test_wrong_rules_are_refused(tmp_path: Path, rules: str) -> None:
    """An unknown country, a bureau without names, an unknown language or a wrong shape is an error that names the file."""
    (tmp_path / "regions.toml").write_text(rules, encoding="utf-8")

    with pytest.raises(RuleError, match=r"regions\.toml"):
        TagRegions(Rules(tmp_path))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "Kenya", "Kenya,", "Paris, ", ", Texas", "\ud800 Kenya", "US", "KENYA " * 3000]
)
def test_any_text_is_survived(text: str) -> None:
    """Empty, cut off, broken and endless texts give a record."""
    tag(text)
    tag("", text)


def test_tags_do_not_depend_on_the_hash_seed() -> None:
    """Two processes with different hash seeds give the same regions."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_regions import tag\n"
        "print(tag('France, Spain and Georgia met in Paris, Texas, and Cambridge. Jordan said no.', 'Talks').regions)"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program, str(Path(__file__).parent)],
            check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip

    assert outputs[0] == outputs[1]
    assert "Region" in outputs[0]
