"""Places in languages other than English: ordinary words, names for places elsewhere, and tables that are refused."""

from pathlib import Path

import pytest

from worker.model import Decoded, Draft, Raw
from worker.rules.load import RuleError, Rules
from worker.stages.regions import TagRegions
from worker.text import TextView

STAGE = TagRegions(Rules())


def countries_of(text: str, language: str) -> set[str]:
    """Tag one text and take its countries."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", item={}))
    draft.headline, draft.text, draft.language = "", text, language
    draft.view = TextView("", text, 0)
    STAGE(draft)
    return {region.code for region in draft.regions}


ABROAD = [
    ("fr", "Un incendie a touché un hangar. Une enquête est ouverte. Seul le toit a brûlé, à Rennes.", {"FR"}),
    ("de", "Auch die Feuerwehr aus Jena half. Dabei wurde niemand verletzt.", {"DE"}),
    ("es", "Para la gente del pueblo, Nada cambia en Segovia. Tanta agua no cayó nunca.", {"ES"}),
    ("it", "Un incendio ha distrutto un capannone a Novara. Il sindaco ringrazia la gente.", {"IT"}),
    ("pt", "Para a gente de Évora, nada muda. Luta antiga contra a seca.", {"PT"}),
]


@pytest.mark.parametrize(("language", "text", "countries"), ABROAD, ids=[row[0] for row in ABROAD])
def test_an_ordinary_word_is_no_village_elsewhere(language: str, text: str, countries: set[str]) -> None:
    """Articles and common words with a capital are no places of that name in the language they belong to."""
    assert countries_of(text, language) == countries


def test_places_are_known_by_their_names_in_other_languages() -> None:
    """What one language calls a city counts in its texts, and in no other's."""
    text = "Im Wallis und in Graubünden blieb es ruhig, in Südtirol auch. Bozen meldet Schnee in Südtirol."

    assert countries_of(text, "de") == {"CH", "IT"}


def test_a_former_name_is_not_meant_where_another_city_bears_it() -> None:
    """Islamabad is in Pakistan, though another city was once called so; Hamas is no village."""
    assert countries_of("Talks were held in Islamabad on Monday. A report from Islamabad said they would go on.", "en") == {
        "PK"
    }
    assert countries_of("Hamas said it had agreed. A leader of Hamas spoke.", "en") <= {"PS"}


def test_unknown_languages_of_words_and_names_are_refused(tmp_path: Path) -> None:
    """A table of ordinary words or exonyms for a language without names stops the worker and says where."""
    for table in ('[ordinary]\nnl = ["een"]', '[exonyms.nl]\nDE = ["Keulen"]'):
        (tmp_path / "regions.toml").write_text(table, encoding="utf-8")
        with pytest.raises(RuleError, match="nl"):
            TagRegions(Rules(tmp_path))


def test_a_record_without_regions_says_why() -> None:
    """No text, no place that is sure enough, or a language whose places are not known."""
    for text, language, reason in (
        ("", "en", "there is no text"),
        ("The bread must rest for two hours.", "en", "no place is named that is sure enough"),
        ("Ateşkes sürüyor.", "tr", "the names of places in tr are not known"),
    ):
        draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", item={}))
        draft.headline, draft.text, draft.language = "", text, language
        draft.view = TextView("", text, 0)
        STAGE(draft)

        assert (draft.regions, draft.warnings) == ((), (f"regions: {reason}",))
