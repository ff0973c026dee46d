"""
The footer rules as read from TOML, compiled for one pass.

One pass over a unit's folded text says which word patterns can match at all (`re2.Filter`), and one over its shape which forms it has
(`re2.Set`), however many rules there are. RE2 is linear in the text whatever the pattern says.
"""

from typing import Any

import re2

from worker.rules.load import RuleFile, Rules
from worker.stages.footers.names import Names
from worker.stages.footers.rule import KINDS, SIGN, Example, Reading, Rule, compiled, options, read_rule, signs
from worker.stages.footers.shape import folded

__all__ = ["KINDS", "SIGN", "Example", "Reading", "Rule", "RuleBook", "compiled"]


class RuleBook:
    """All rules, and which of them a unit meets."""

    __slots__ = (
        "_after_shape",
        "_heads",
        "_shape_rules",
        "_shapes",
        "_told",
        "_trait_names",
        "_traits",
        "_word_rules",
        "_words",
        "judged",
        "kept",
        "names",
        "rules",
    )

    def __init__(self, rules: Rules, names: Names) -> None:
        """
        Read and compile the rules.

        Raises:
            RuleError: a rule lacks a key, has one too many, or its pattern is none that RE2 takes.
        """
        self.names = names
        self.judged: dict[tuple[str, bool, str, bool, bool], Any] = {}
        found: dict[str, Rule] = {}
        self.kept: dict[str, frozenset[str]] = {}
        for file in rules.files("footers"):
            for table in file.table.get("rule", ()):
                rule = read_rule(file, table)
                if table.get("enabled", True):
                    found[rule.id] = rule
                else:
                    found.pop(rule.id, None)
            self._read_kinds(file)
        self.rules = tuple(found.values())
        traits = [rule for rule in self.rules if rule.kind == "trait" and rule.words and not rule.implies]
        self._traits, self._trait_names = _trait_automaton(traits)
        self._told: tuple[str, frozenset[str]] = ("", frozenset())
        spoken = [rule for rule in self.rules if rule.words and rule not in traits and not _shape_first(rule)]
        self._words, self._word_rules = _filter(spoken)
        self._heads, _ = _filter([rule for rule in spoken if rule.head])
        self._shapes, self._shape_rules = _automaton(self.rules)
        self._after_shape = {rule.id: _search(rule.words) for rule in self.rules if rule.words and _shape_first(rule)}

    def _read_kinds(self, file: RuleFile) -> None:
        for provider, table in {"": file.table, **file.table.get("provider", {})}.items():
            keep = table.get("keep")
            if keep is None:
                continue
            if not isinstance(keep, list) or not set(keep) <= set(KINDS):
                raise file.error("keep", f"must be a list of kinds, of: {', '.join(KINDS[:-2])}")
            self.kept[provider] = frozenset(keep)

    def keeps(self, provider: str) -> frozenset[str]:
        """Give the kinds that stay in the text for items of `provider`."""
        return self.kept.get(provider, self.kept.get("", frozenset()))

    def opens_head(self, start: str) -> bool:
        """Whether a rule for heads may match in the first lines of a text."""
        return bool(self._heads.Match(folded(start)))

    def words(self, folded: str) -> list[Rule]:
        """Find the rules whose words stand in a unit's folded text, but for those that are looked at by shape first."""
        rules = self._word_rules
        return list(dict.fromkeys(rules[index] for index in self._words.Match(folded) or ()))

    def shapes(self, shape: str, folded: str) -> list[Rule]:
        """Find the rules whose form a unit's shape has, and their words, if they are looked at by shape first."""
        rules, after = self._shape_rules, self._after_shape
        found = (rules[index] for index in self._shapes.Match(shape) or ())
        return [rule for rule in found if rule.id not in after or after[rule.id].search(folded)]

    def shape_first(self, rule: Rule) -> bool:
        """Whether `words` leaves a rule to `shapes`."""
        return not rule.words or rule.id in self._after_shape

    def trait(self, name: str, folded: str) -> bool:
        """Whether a unit's folded text has a trait."""
        return name in self.traits(folded)

    def traits(self, folded: str) -> frozenset[str]:
        """Name the traits that a unit's folded text has; those of the last text are remembered, for one is asked for after the other."""
        if folded != self._told[0]:
            names = self._trait_names
            self._told = folded, frozenset(names[index] for index in self._traits.Match(folded) or ())
        return self._told[1]


def _shape_first(rule: Rule) -> bool:
    """Short signs are told by their shape, which is cheap, before their words are looked for."""
    return bool(rule.shape) and rule.longest <= SIGN


def _search(words: tuple[str, ...]) -> Any:
    return compiled("|".join(f"(?:{one})" for one in words))


def _filter(rules: list[Rule]) -> tuple[Any, tuple[Rule, ...]]:
    """
    One `re2.Filter` of all patterns, and the rule that each number stands for.

    It looks for the literals that the patterns cannot match without, all in one pass, and runs only the patterns that have theirs.
    One automaton of the patterns themselves would have a state for each way in which they can be half matched.
    """
    automaton, owners = re2.Filter(), []
    for rule in rules:
        for pattern in rule.words:
            automaton.Add(signs(pattern), options())
            owners.append(rule)
    if owners:
        automaton.Compile()
    return automaton, tuple(owners)


def _trait_automaton(rules: list[Rule]) -> tuple[Any, tuple[str, ...]]:
    """One `re2.Set` of all traits, and the trait that each number stands for."""
    automaton, owners = re2.Set.SearchSet(options()), []
    for rule in rules:
        for pattern in rule.words:
            automaton.Add(signs(pattern))
            owners.append(rule.id)
    automaton.Compile()
    return automaton, tuple(owners)


def _automaton(rules: tuple[Rule, ...]) -> tuple[Any, tuple[Rule, ...]]:
    """One `re2.Set` of all shapes, which are short and anchored, and the rule that each number stands for."""
    automaton, owners = re2.Set.SearchSet(options()), []
    for rule in rules:
        if rule.shape:
            automaton.Add(signs(rule.shape))
            owners.append(rule)
    automaton.Compile()
    return automaton, tuple(owners)
