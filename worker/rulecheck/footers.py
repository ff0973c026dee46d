"""Run the examples of the footer rules, and find rules of which one takes what the other is for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from worker.model import Body, Decoded, Draft, Raw
from worker.rulecheck.finding import Finding, Owners
from worker.rules.load import RuleFile, Rules
from worker.stages.footers import StripFooters
from worker.stages.footers.names import Names
from worker.stages.footers.rulebook import Example, Rule, RuleBook
from worker.stages.footers.shape import folded, shape
from worker.stages.footers.units import units_backwards

__all__ = ["STORY", "Footers", "strip"]

# What examples are put behind, or above.
STORY: Final = (
    "The harbour council of Lune met on Monday and agreed, after a long debate, to build a new pier for the ferries.\n\n"
    "The mayor told the meeting that the work would start in May and cost two million crowns, most of it borrowed.\n\n"
    "Fishermen had asked for a longer quay, and they will now have to wait until the spring."
)
_NO_FOOTERS: Final = ("trait", "body")
_ANCHOR: Final = 25


class _Taken(NamedTuple):
    """What became of an example: the draft, the text it stood in, how it stood, and the story without it."""

    draft: Draft
    whole: str
    place: str
    story: str


def strip(stage: StripFooters, text: str) -> Draft:
    """Send a plain text through the stage."""
    body = Body(field="body_text", content_type="text/plain", value=text)
    draft = Draft(raw=Raw(value=b""), decoded=Decoded(format="text", body=body))
    stage(draft)
    return draft


@dataclass(frozen=True, slots=True)
class _Stripping(Rules):
    """The rules without the kinds that an operator keeps in the text: an example shows what its rule takes."""

    def files(self, kind: str) -> tuple[RuleFile, ...]:
        """All files of a kind."""
        found = Rules(self.overlay).files(kind)
        if kind != "footers":
            return found
        return tuple(RuleFile(file.path, {"rule": file.table.get("rule", [])}) for file in found)


class Footers:
    """The footer rules, ready to be checked."""

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a rule can't be used; a pattern that is not linear is none that RE2 takes.
        """
        self._owners = Owners(rules, "footers", "rule")
        self._book = RuleBook(rules, Names(rules))
        self._stage = StripFooters(_Stripping(rules.overlay))
        self.ids = tuple(rule.id for rule in self._book.rules if rule.kind not in _NO_FOOTERS)

    @property
    def examples(self) -> int:
        """The number of examples."""
        return sum(len(rule.examples) for rule in self._book.rules)

    def failures(self) -> Iterator[Finding]:
        """Run each example behind or above a story, as a paragraph and as a line."""
        for rule in self._book.rules:
            for example in rule.examples:
                text = next((text for taken in self._take(rule, example) if (text := _wrong(example, taken))), None)
                if text is not None:
                    yield self._owners.finding(rule.id, text)

    def warnings(self) -> Iterator[Finding]:
        """Find rules without examples, and rules whose examples another rule takes."""
        for rule in self._book.rules:
            positive = [example for example in rule.examples if example.strip]
            if rule.kind not in _NO_FOOTERS and rule.weight >= _ANCHOR and not positive:
                yield self._owners.finding(rule.id, "can start a footer alone and has no example of what it takes")
            if positive and rule.kind not in _NO_FOOTERS:
                yield from self._overlaps(rule, positive)

    def fired(self, draft: Draft) -> set[str]:
        """Name the rules that took something out of an item."""
        return {span.rule for span in draft.removed}

    def never(self, fired: set[str]) -> Iterator[Finding]:
        """Find the rules that took nothing out of any item."""
        return (self._owners.finding(name, "takes nothing out of the sample") for name in self.ids if name not in fired)

    def _take(self, rule: Rule, example: Example) -> Iterator[_Taken]:
        for gap, place in (("\n\n", "a paragraph"), ("\n", "a line")):
            if gap == "\n" and example.strip and rule.where == "last-paragraph":
                continue
            if gap == "\n\n" and example.above:
                continue
            text = example.text.strip("\n") if example.head else example.text.lstrip("\n")
            story = f"{STORY}\n\n{example.above}" if example.above else STORY
            whole = text + gap + story if example.head else story + gap + text
            yield _Taken(strip(self._stage, whole), whole, f"{place} {'above' if example.head else 'behind'} a story", story)

    def _overlaps(self, rule: Rule, positive: list[Example]) -> Iterator[Finding]:
        """Warn if none of a rule's own examples is recorded with it, but all with another."""
        taken: list[set[str]] = []
        for example in positive:
            found = next(self._take(rule, example)).draft.removed
            taken.append({span.rule for span in found})
        if any(rule.id in names for names in taken):
            for other in self._twins(rule, positive):
                yield self._owners.finding(
                    rule.id, f"matches the same examples as {other}, and {other} matches all of its; one is enough"
                )
        elif others := set.intersection(*taken):
            yield self._owners.finding(
                rule.id, f"all its examples are recorded with {', '.join(sorted(others))}, never with it"
            )

    def _twins(self, rule: Rule, positive: list[Example]) -> Iterator[str]:
        """Name the later rules that match all examples of this one and whose examples this one matches."""
        met = set.intersection(*(self._met(example.text) for example in positive))
        for other in self._book.rules:
            theirs = [example for example in other.examples if example.strip]
            alike = (other.where, other.known) == (rule.where, rule.known)
            if alike and other.id > rule.id and other.id in met and theirs and other.kind not in _NO_FOOTERS:
                back = set.intersection(*(self._met(example.text) for example in theirs))
                if rule.id in back:
                    yield other.id

    def _met(self, text: str) -> set[str]:
        """Name the rules whose words or shape a unit of the text has."""
        found: set[str] = set()
        for unit in units_backwards(text):
            fold = folded(unit.text)
            forms = {rule.id for rule in self._book.shapes(shape(unit.text), fold)}
            words = self._book.words(fold)
            found |= {rule.id for rule in words if not rule.shape or rule.id in forms} | forms.intersection(
                rule.id for rule in self._book.rules if self._book.shape_first(rule)
            )
        return found


def _wrong(example: Example, taken: _Taken) -> str | None:
    """Say what an example did that it should not do."""
    draft, whole, place, story = taken
    left = draft.body.value.strip() if draft.body is not None else ""
    gone = "; ".join(f"{span.text.strip()!r} by {span.rule}" for span in draft.removed) or "nothing"
    if left != (story if example.strip else whole).strip():
        wanted = "should go as a whole" if example.strip else "should stay"
        return f"{example.text.strip()!r} {wanted}; as {place}, {gone} was taken out"
    for field, value in example.rights.items():
        if (read := getattr(draft.rights, field, None)) != value:
            return f"{example.text.strip()!r} should give {field} {value!r}; it gives {read!r}"
    return None
