"""Provider codes, the model's answer, thresholds, operator's words, and models that must be refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from worker.model import Decoded, Draft, Raw, Topic
from worker.rules.load import PACKAGED, RuleError, Rules
from worker.stages.topics import TagTopics
from worker.stages.topics.codes import MediaTopics
from worker.stages.topics.features import TOKENS, features
from worker.stages.topics.model import ModelError, TopicModel
from worker.text import TextView

STORIES = {
    "medtop:15000000": (
        "Rovers reach cup final",
        "The striker scored twice in the second half as Rovers beat United 3-1 to reach the final. The coach praised his players.",
    ),
    "medtop:11000000": (
        "Opposition leads before general election",
        "Voters go to the polls on Sunday in a parliamentary election. The prime minister's party trails the opposition.",
    ),
    "medtop:03000000": (
        "Strong earthquake shakes coast",
        "A magnitude 7.1 earthquake struck off the coast, the geological survey said. Houses collapsed and a tsunami warning was issued.",
    ),
    "medtop:16000000": (
        "Rebels shell besieged city",
        "Rebel fighters fired rockets at army positions and at least 12 soldiers were killed in the clashes, a military spokesman said.",
    ),
    "medtop:07000000": (
        "Hospitals prepare for flu",
        "Doctors urged patients to get the vaccine as the influenza virus spreads. The health ministry counted 300 infections.",
    ),
    "medtop:04000000": (
        "Bank raises profit forecast",
        "Shares in the bank rose 4 percent after quarterly profit beat expectations. Investors hope for a higher dividend.",
    ),
}
FOREIGN = {
    "de": (
        "medtop:15000000",
        "Der Stürmer erzielte zwei Tore, die Mannschaft gewann das Finale. Der Trainer lobte seine Spieler.",
    ),
    "fr": (
        "medtop:07000000",
        "L'hôpital soigne les patients atteints du virus. Les médecins demandent plus de vaccins contre l'épidémie.",
    ),
    "es": (
        "medtop:11000000",
        "El presidente del gobierno convoca elecciones. Los partidos de la oposición presentan sus candidatos al parlamento.",
    ),
    "it": (
        "medtop:16000000",
        "I ribelli hanno attaccato le truppe: dieci soldati uccisi nei combattimenti. Bombardamenti nella notte, nessuna tregua.",
    ),
    "pt": (
        "medtop:04000000",
        "O banco anunciou lucros acima do esperado. As ações da empresa subiram na bolsa e os investidores compraram.",
    ),
}


@pytest.fixture(scope="module")
def stage() -> TagTopics:
    """Make the shipped stage."""
    return TagTopics(Rules())


def make_draft(headline: str, text: str, language: str | None = "en", subjects: Any = ()) -> Draft:
    """Make an item as the stages before leave it."""
    decoded = Decoded(format="ninjs", item={"subjects": list(subjects)} if subjects else {})
    return Draft(raw=Raw(value=b""), decoded=decoded, view=TextView(headline, text), language=language)


def run(stage: TagTopics, *args: Any, **kwargs: Any) -> tuple[Topic, ...]:
    """Tag an item and give its topics."""
    draft = make_draft(*args, **kwargs)
    stage(draft)
    return draft.topics


def rules(tmp_path: Path, text: str) -> Rules:
    """Write an operator's file."""
    (tmp_path / "topics.toml").write_text(text, encoding="utf-8")
    return Rules(tmp_path)


@pytest.mark.parametrize("code", STORIES, ids=STORIES.keys())
def test_a_plain_story_gets_its_topic(stage: TagTopics, code: str) -> None:
    """A short story that is clearly about one thing is tagged so, best topic first."""
    topics = run(stage, *STORIES[code])

    assert (topics[0].code, topics[0].level, topics[0].creator) == (code, 1, "copydesk")


@pytest.mark.parametrize("language", FOREIGN, ids=FOREIGN.keys())
def test_other_languages_are_tagged(stage: TagTopics, language: str) -> None:
    """The model reads five more languages."""
    code, text = FOREIGN[language]

    assert run(stage, "", text, language)[0].code == code


def test_a_regional_tag_is_supported(stage: TagTopics) -> None:
    """What counts is the language, not the region."""
    assert run(stage, *STORIES["medtop:15000000"], language="en-AU")


@pytest.mark.parametrize(("language", "word"), [("sw", "sw is not supported"), (None, "not known")])
def test_an_unsupported_language_says_so(stage: TagTopics, language: str | None, word: str) -> None:
    """No topic is guessed in a language without training, and the warning tells why."""
    draft = make_draft("Timu yashinda", "Timu ya taifa imeshinda mechi", language)
    stage(draft)

    assert draft.topics == ()
    assert len(draft.warnings) == 1
    assert word in draft.warnings[0]


def test_an_empty_item_gets_nothing(stage: TagTopics) -> None:
    """A cancellation without text has no topic, and says why."""
    draft = make_draft("", "", None)
    stage(draft)

    assert (draft.topics, draft.warnings) == ((), ("topics: there is no text",))


def test_words_never_seen_give_no_topic(stage: TagTopics) -> None:
    """Without one known feature there is nothing to go by."""
    assert run(stage, "", "xqzvkw jjqqxz") == ()


def test_confidences_are_shares(stage: TagTopics) -> None:
    """Level 1 confidences add up to 1000 per mille at most, and level 2 is never surer than its level 1."""
    for headline, text in STORIES.values():
        topics = run(stage, headline, text)
        first = [topic for topic in topics if topic.level == 1]

        assert sum(topic.confidence for topic in first) <= 1000
        assert all(second.confidence <= first[0].confidence for second in topics if second.level == 2)


def test_the_same_text_gives_the_same_numbers(stage: TagTopics) -> None:
    """Two stages made apart agree in every number."""
    other = TagTopics(Rules())

    for headline, text in STORIES.values():
        assert run(stage, headline, text) == run(other, headline, text)


@pytest.mark.parametrize(
    ("uri", "codes"),
    [
        ("medtop:15000000", ["medtop:15000000"]),
        ("medtop:20000574", ["medtop:11000000", "medtop:20000574"]),
        ("http://cv.iptc.org/newscodes/mediatopic/20000574", ["medtop:11000000", "medtop:20000574"]),
        ("medtop:20000007", ["medtop:01000000", "medtop:20000002"]),
        ("subj:15000000", ["medtop:15000000"]),
        ("http://cv.iptc.org/newscodes/subjectcode/04000000", ["medtop:04000000"]),
        ("subj:15999999", ["medtop:15000000"]),
        ("anpa:S", ["medtop:15000000"]),
    ],
)
def test_provider_codes_come_first(stage: TagTopics, uri: str, codes: list[str]) -> None:
    """What the provider says is mapped to levels 1 and 2, and the model is not asked."""
    topics = run(stage, *STORIES["medtop:07000000"], subjects=[{"name": "x", "uri": uri}])

    assert [topic.code for topic in topics] == codes
    assert {(topic.creator, topic.confidence) for topic in topics} == {("provider", 1000)}


@pytest.mark.parametrize("subject", [{"uri": "medtop:99999999"}, {"uri": "anpa:i"}, {"name": "Sport"}, {"uri": 7}, "sport"])
def test_codes_that_say_nothing_leave_it_to_the_model(stage: TagTopics, subject: Any) -> None:
    """An unknown code, a code for a place and a subject of another shape are passed over."""
    assert run(stage, *STORIES["medtop:07000000"], subjects=[subject])[0] == run(stage, *STORIES["medtop:07000000"])[0]


def test_an_operators_words_add_their_topic(tmp_path: Path) -> None:
    """A listed phrase gives its topic in any case of letters; its words apart do not."""
    stage = TagTopics(
        rules(tmp_path, '[[keyword]]\nid = "k"\nany = ["Harbour Festival"]\ntopic = "medtop:10000000"\nconfidence = 950\n')
    )

    assert ("medtop:10000000", 950) in [
        (topic.code, topic.confidence) for topic in run(stage, "", "The HARBOUR FESTIVAL opened.")
    ]
    assert 950 not in [topic.confidence for topic in run(stage, "", "The harbour has a festival.")]


def test_an_operators_codes_override(tmp_path: Path) -> None:
    """A code of a house scheme can be mapped, and a shipped mapping changed."""
    stage = TagTopics(rules(tmp_path, '[codes]\n"desk:9" = "medtop:17000000"\n"anpa:s" = ""\n'))

    assert run(stage, "", "x", subjects=[{"uri": "desk:9"}])[0].code == "medtop:17000000"
    assert run(stage, *STORIES["medtop:07000000"], subjects=[{"uri": "anpa:s"}])[0].creator == "copydesk"


def test_thresholds_can_be_raised(tmp_path: Path) -> None:
    """An operator who wants only sure topics sets the minimum."""
    stage = TagTopics(rules(tmp_path, "[model]\nminimum = 1000\n"))

    assert run(stage, "Officials meet", "Officials met on Monday and spoke about plans.") == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[codes]\n"a:b" = "sport"\n', "no Media Topic"),
        ("[model]\nminimum = 1.5\n", "0 to 1000"),
        ("[model]\nfurther = 2000\n", "0 to 1000"),
        ('[[keyword]]\nany = ["a"]\ntopic = "medtop:15000000"\n', "needs an id"),
        ('[[keyword]]\nid = "k"\nany = []\ntopic = "medtop:15000000"\n', "needs words"),
        ('[[keyword]]\nid = "k"\nany = ["!"]\ntopic = "medtop:15000000"\n', "needs words"),
        ('[[keyword]]\nid = "k"\nany = ["a"]\ntopic = "medtop:1"\n', "no Media Topic"),
    ],
)
def test_bad_rules_are_refused(tmp_path: Path, text: str, word: str) -> None:
    """A rule that can't be used stops the worker with the file's name and what to write."""
    with pytest.raises(RuleError, match=word) as caught:
        TagTopics(rules(tmp_path, text))

    assert "topics.toml" in str(caught.value)


def test_a_model_of_another_recipe_is_refused(tmp_path: Path) -> None:
    """Features and weights must belong together."""
    with np.load(PACKAGED / "topics.npz") as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(tmp_path / "old.npz", **(arrays | {"recipe": np.int64(0)}))

    with pytest.raises(ModelError, match="recipe 0"):
        TagTopics(rules(tmp_path, '[model]\nfile = "old.npz"\n'))


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04broken"])
def test_a_damaged_model_is_refused(tmp_path: Path, content: bytes) -> None:
    """Any other file is no model, and the message names it."""
    (tmp_path / "bad.npz").write_bytes(content)

    with pytest.raises(ModelError, match=r"bad\.npz"):
        TopicModel.load(tmp_path / "bad.npz")


def test_the_version_names_recipe_and_content(stage: TagTopics) -> None:
    """The record's pipeline field can tell models apart."""
    assert stage.version.startswith("topics-1-")


def test_the_shipped_files_are_small() -> None:
    """Model, topics and languages together stay below eight megabytes."""
    assert sum((PACKAGED / name).stat().st_size for name in ("topics.npz", "mediatopics.tsv", "languages.npz")) < 8_000_000


def test_only_the_lead_is_read() -> None:
    """What stands behind the first tokens does not change the features."""
    words = " ".join(f"word{number}" for number in range(TOKENS))

    assert (features(TextView("", words)) == features(TextView("", f"{words} goal striker cup"))).mean() > 0.99


def test_repeats_do_not_count() -> None:
    """A word said ten times says no more than once."""
    model = TopicModel.load(PACKAGED / "topics.npz")
    once, often = (features(TextView("", f"{'striker ' * times}")) for times in (2, 10))

    assert model.score(once).level1 == model.score(often).level1


def test_every_topic_has_a_path() -> None:
    """Each concept leads up to one of the seventeen level 1 topics."""
    topics = MediaTopics.load()

    assert sum(concept.level == 1 for concept in topics.concepts.values()) == 17
    assert all(topics.level(concept.path[0]) == 1 for concept in topics.concepts.values())
    assert topics.path("medtop:0") == ()
