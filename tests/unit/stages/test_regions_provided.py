"""What a source says of places is read in the language of its newsroom."""

import pytest

from worker.model import Dateline, Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.regions import TagRegions

STAGE = TagRegions(Rules())


def tagged(language: str, line: Dateline | None = None, **place: str) -> Draft:
    """Tag a story of which only its dateline and one place of the source tell anything."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", item={"places": [place]} if place else {}))
    draft.language, draft.dateline = language, line
    STAGE(draft)
    return draft


@pytest.mark.parametrize(("name", "code"), [("Sverige", "SE"), ("Россия", "RU"), ("Österreich", "AT"), ("日本", "JP")])
def test_a_source_may_name_a_country_in_its_own_language(name: str, code: str) -> None:
    """A provider that gives a name and no code gives it in the language of its newsroom."""
    draft = tagged("sv", name=name, rel="about")

    assert (draft.regions[0].code, draft.regions[0].creator) == (code, "provider")


def test_a_story_in_a_language_without_names_has_the_country_of_its_dateline() -> None:
    """Where no name in the text is known, the dateline is all that tells."""
    draft = tagged("sv", Dateline(place="Luleå", country="SE"))

    assert [(region.code, region.primary, region.creator) for region in draft.regions] == [("SE", True, "copydesk")]
    assert tagged("sv").regions == ()
