from pathlib import Path

import pytest
from factories import HARBOUR, make_draft

from worker.desk.routes import Routes, Tags
from worker.model import Region, Topic
from worker.outcome import Relation
from worker.rules.load import RuleError, Rules


def _read(folder: Path, text: str) -> Routes:
    (folder / "routes.toml").write_text(text)
    return Routes.from_rules(Rules(folder))


def test_defaults_are_five_areas_and_seventeen_topics() -> None:
    """Out of the box there is a route for each of five M49 areas and seventeen Media Topics."""
    names = Routes.from_rules(Rules()).names

    assert len([n for n in names if n.startswith("region.")]) == 5
    assert len([n for n in names if n.startswith("topic.")]) == 17


def test_conditions_of_a_table_must_all_hold(tmp_path: Path) -> None:
    """A route matches if all conditions hold; any and not combine tables."""
    routes = _read(
        tmp_path,
        """
        [[route]]
        name = "desk.berlin"
        [route.when]
        language = ["de"]
        urgency_at_most = 3
        any = [{ region = ["DE"] }, { topic = ["medtop:11000000"] }]
        not = { provider = ["noise"] }
        """,
    )
    tags = Tags(language="de", urgency=2, region=frozenset({"DE"}), provider="dpa")

    def matches(**changes: object) -> bool:
        fields = {"language": "de", "urgency": 2, "region": tags.region, "provider": "dpa", **changes}
        return "desk.berlin" in routes.match(Tags(**fields))  # type: ignore[arg-type] # names are checked by the class

    assert matches()
    assert matches(region=frozenset(), topic=frozenset({"medtop:11000000"}))
    assert not matches(region=frozenset())
    assert not matches(language="en")
    assert not matches(urgency=4)
    assert not matches(urgency=None)
    assert not matches(provider="noise")


def test_operator_replaces_and_removes_by_name(tmp_path: Path) -> None:
    """A route of the same name replaces the package's, enabled = false takes it out."""
    routes = _read(
        tmp_path,
        """
        [[route]]
        name = "topic.sport"
        when = { language = ["fr"] }
        relation = ["new"]
        [[route]]
        name = "topic.weather"
        enabled = false
        """,
    )

    assert "topic.sport" in routes.match(Tags(language="fr"))
    assert routes.relations_of == {"topic.sport": frozenset({Relation.NEW})}
    assert "topic.weather" not in routes.names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[route]]\nwhen = { language = ["de"] }', "needs a name"),
        ('[[route]]\nname = "x"', "needs conditions"),
        ('[[route]]\nname = "x"\nwhen = { colour = ["red"] }', "unknown condition 'colour'"),
        ('[[route]]\nname = "x"\nwhen = { language = "de" }', "list of strings"),
        ('[[route]]\nname = "x"\nwhen = { urgency_at_most = 12 }', "1 .flash. to 9"),
        ('[[route]]\nname = "x"\nrelation = ["old"]\nwhen = { language = ["de"] }', "allowed are"),
    ],
)
def test_wrong_table_is_refused_naming_file_and_route(tmp_path: Path, text: str, words: str) -> None:
    """A table that is no route stops the start, naming file, route and what is allowed."""
    with pytest.raises(RuleError, match=words) as caught:
        _read(tmp_path, text)

    assert "routes.toml" in str(caught.value)


def test_route_for_a_continent_takes_what_lies_in_its_parts() -> None:
    """A story in Caribbean waters goes to the Americas, one in Northern Europe to Europe."""
    draft = make_draft("Harbour closed", HARBOUR)
    draft.regions = (
        Region("CU", "Cuba", "029", primary=True, role="scene", confidence=900),
        Region("GB", "United Kingdom", "154", primary=False, role="dateline", confidence=900),
    )

    names = Routes.from_rules(Rules()).of(draft)

    assert names == ("region.americas",)


def test_a_topic_that_is_not_sure_sends_an_item_nowhere() -> None:
    """It stands in the record; the route takes what is as sure as `topic_confidence` says."""
    routes = Routes.from_rules(Rules())
    draft = make_draft("Harbour closed", HARBOUR)
    sport = "medtop:15000000"

    def sent(confidence: int) -> tuple[str, ...]:
        draft.topics = (Topic(sport, "sport", 1, confidence),)
        return routes.of(draft)

    assert sent(routes.topic_confidence - 1) == ()
    assert sent(routes.topic_confidence) == ("topic.sport",)


def test_a_confidence_that_is_none_is_refused(tmp_path: Path) -> None:
    """It is per mille, not a share of one."""
    with pytest.raises(RuleError, match="per mille, 0 to 1000"):
        _read(tmp_path, "topic_confidence = 0.35")
