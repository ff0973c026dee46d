"""Words that say nothing in a language are not looked at there, and a record without topics says why."""

from pathlib import Path

import pytest

from worker.model import Decoded, Draft, Raw
from worker.rules.load import RuleError, Rules
from worker.stages.topics import TagTopics
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import features
from worker.stages.topics.settings import TopicRules
from worker.text import TextView


def tagged(stage: TagTopics, text: str, language: str) -> Draft:
    """Tag one text."""
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", item={}))
    draft.text, draft.language, draft.view = text, language, TextView("", text)
    stage(draft)
    return draft


def test_empty_words_are_left_out_in_their_language_alone() -> None:
    """German "mit" is no institute in a German text; in an English one nothing is left out."""
    rules = TopicRules.load(Rules(), MediaTopics.load())
    empty, telling = features(TextView("", "mit")), features(TextView("", "Streik"))

    assert len(rules.telling(empty, "de")) == 0
    assert rules.telling(empty, "en").tolist() == empty.tolist()
    assert rules.telling(telling, "de").tolist() == telling.tolist()


def test_empty_words_do_not_decide_a_topic() -> None:
    """With and without its articles and prepositions, a German sentence has the same topics."""
    stage = TagTopics(Rules())
    full = tagged(
        stage,
        "Die Gewerkschaft hat mit den Arbeitgebern um die Löhne gestritten und zu einem Streik für Montag aufgerufen.",
        "de",
    )

    assert full.topics[0].code == "medtop:09000000"


def test_a_record_whose_topics_are_too_weak_says_so(tmp_path: Path) -> None:
    """The threshold that no topic reached stands in the warning."""
    (tmp_path / "topics.toml").write_text("[model]\nminimum = 990", encoding="utf-8")

    draft = tagged(TagTopics(Rules(tmp_path)), "A lamp stands on a table.", "en")

    assert (draft.topics, draft.warnings) == ((), ("topics: none reaches 990 per mille",))


def test_a_table_of_empty_words_that_holds_no_words_is_refused(tmp_path: Path) -> None:
    """The error names the table and shows a right one."""
    (tmp_path / "topics.toml").write_text('[ignored]\nde = "der"', encoding="utf-8")

    with pytest.raises(RuleError, match=r"ignored\.de"):
        TagTopics(Rules(tmp_path))
