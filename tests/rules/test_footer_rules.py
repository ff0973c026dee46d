"""Every example that stands beside a footer rule."""

from collections.abc import Iterator

import pytest
import re2

from worker.model import Body, Decoded, Draft, Raw
from worker.rules.load import Rules
from worker.stages.footers import StripFooters
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import Example, Rule, RuleBook

STORY = (
    "The harbour council of Lune met on Monday and agreed, after a long debate, to build a new pier for the ferries.\n\n"
    "The mayor told the meeting that the work would start in May and cost two million crowns, most of it borrowed.\n\n"
    "Fishermen had asked for a longer quay, and they will now have to wait until the spring."
)

BOOK = RuleBook(Rules(), Names(Rules()))
STAGE = StripFooters(Rules())


def _examples() -> Iterator[tuple[str, Rule, Example]]:
    for rule in BOOK.rules:
        for number, example in enumerate(rule.examples):
            yield f"{rule.id}-{number}", rule, example


def _draft(text: str) -> Draft:
    body = Body(field="body_text", content_type="text/plain", value=text)
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="test", body=body))
    STAGE(draft)
    return draft


@pytest.mark.parametrize(("rule", "example"), [pytest.param(rule, example, id=name) for name, rule, example in _examples()])
@pytest.mark.parametrize("gap", ["\n\n", "\n"], ids=["paragraph", "line"])
def test_example_does_what_the_rule_says(rule: Rule, example: Example, gap: str) -> None:
    """A positive example goes from its first to its last character, a negative one stays."""
    example_text = example.text.lstrip("\n")
    if gap == "\n" and example.strip and rule.where == "last-paragraph":
        gap = "\n\n"

    story = f"{STORY}\n\n{example.above}" if example.above else STORY
    if example.above:
        gap = "\n"
    whole = example_text + gap + story if example.head else story + gap + example_text

    draft = _draft(whole)

    assert draft.body is not None
    assert draft.body.value.strip() == (story if example.strip else whole).strip()
    for field, value in example.rights.items():
        assert getattr(draft.rights, field) == value


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in BOOK.rules if rule.kind not in ("trait", "body")])
def test_rule_that_anchors_has_examples(rule: Rule) -> None:
    """A rule that can start a footer alone shows what it strips."""
    assert rule.weight < 25 or any(example.strip for example in rule.examples)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in BOOK.rules])
def test_pattern_is_linear(rule: Rule) -> None:
    """Every pattern of a rule compiles with RE2, whose time is linear in the text."""
    for pattern in (*rule.words, rule.shape):
        assert re2.compile(pattern) is not None
    for reading in rule.readings:
        assert isinstance(reading.pattern, type(re2.compile("")))


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in BOOK.rules])
def test_positive_example_meets_its_own_rule(rule: Rule) -> None:
    """A rule's positive examples are stripped because of that rule, not another."""
    for example in rule.examples:
        if example.strip:
            text = example.text.strip("\n")
            draft = _draft(f"{text}\n\n{STORY}" if example.head else f"{STORY}\n\n{text}")
            assert rule.id in {removed.rule for removed in draft.removed} | _met(example.text)


def _met(text: str) -> set[str]:
    """Find the rules whose words or shape one of the example's sentences has."""
    from worker.stages.footers.shape import folded, shape  # noqa: PLC0415 - only here
    from worker.stages.footers.units import units_backwards  # noqa: PLC0415 - only here

    found: set[str] = set()
    for unit in units_backwards(text):
        found |= {rule.id for rule in BOOK.words(folded(unit.text))} & {rule.id for rule in BOOK.rules if not rule.shape}
        found |= {rule.id for rule in BOOK.shapes(shape(unit.text), folded(unit.text))}
    return found
