"""Run the examples of the signals, and find rules that say the same, never fire, or may not be linear."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import re2

from worker.model import Draft
from worker.rulecheck.finding import Finding, Owners
from worker.rules.load import RuleFile, Rules
from worker.stages.status import ReadStatus
from worker.stages.status.signals import SignalRule, Signals, load_rules

__all__ = ["SignalRules", "is_linear"]

_SIZE = 100  # characters of the body that an example stands in


@dataclass(frozen=True, slots=True)
class _Alone(Rules):
    """The rules with one signal, or none."""

    only: str = ""

    def files(self, kind: str) -> tuple[RuleFile, ...]:
        """All files of a kind, with the one signal left."""
        found = Rules(self.overlay).files(kind)
        if kind != "signals":
            return found
        return tuple(
            RuleFile(file.path, {"signal": [row for row in file.table.get("signal", ()) if _named(row, self.only)]})
            for file in found
        )


def _named(row: dict[str, Any], name: str) -> bool:
    return str(row.get("id")) == name


def is_linear(pattern: str) -> bool:
    """Whether RE2, whose time is linear in the text whatever the pattern says, takes a pattern."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error:
        return False
    return True


class SignalRules:
    """The rules of `signals.toml`, ready to be checked."""

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a rule can't be used.
        """
        self._rules = rules
        self._owners = Owners(rules, "signals", "signal")
        self._all = load_rules(rules)
        self._together = Signals(self._all)
        self._alone: dict[str, ReadStatus] = {}

    @property
    def examples(self) -> int:
        """The number of examples."""
        return sum(len(rule.examples) + len(rule.others) for rule in self._all)

    def failures(self) -> Iterator[Finding]:
        """Run each example at each place where the rule looks."""
        for rule in self._all:
            for place in rule.where:
                for text, wanted in (*((one, True) for one in rule.examples), *((one, False) for one in rule.others)):
                    given = set(self._together.ask([(place, text)], _SIZE))
                    met = set(rule.signals) & given
                    if wanted and met != set(rule.signals):
                        words = f"{text!r} as {place} should give {' and '.join(rule.signals)}; it gives {_listed(given)}"
                        yield self._owners.finding(rule.id, words)
                    elif not wanted and met:
                        yield self._owners.finding(
                            rule.id, f"{text!r} as {place} should not give {' or '.join(rule.signals)}; it does"
                        )

    def warnings(self) -> Iterator[Finding]:
        """Find patterns that RE2 does not take, and rules whose examples another rule of the same signal takes as well."""
        for rule in self._all:
            if not is_linear(rule.pattern):
                yield self._owners.finding(rule.id, "RE2 does not take the pattern, so that nobody proves it linear in time")
            for other in self._all:
                if other is not rule and set(rule.signals) <= set(other.signals) and _covers(other, rule):
                    yield self._owners.finding(rule.id, f"{other.id} gives the same signals for all its examples")

    def fired(self, draft: Draft) -> set[str]:
        """
        Name the rules that give an item a signal.

        Args:
            draft: the item; not changed.
        """
        if not draft.signals:
            return set()
        if not self._alone:
            self._alone = {rule.id: ReadStatus(_Alone(self._rules.overlay, only=rule.id)) for rule in self._all}
        found = set()
        for rule in self._all:
            trial = replace(draft, decoded=replace(draft.decoded, signals=(), status="usable"))
            self._alone[rule.id](trial)
            if trial.signals:
                found.add(rule.id)
        return found

    def never(self, fired: set[str]) -> Iterator[Finding]:
        """Find the rules that gave no item a signal."""
        return (
            self._owners.finding(rule.id, "gives no item of the sample a signal") for rule in self._all if rule.id not in fired
        )


def _covers(other: SignalRule, rule: SignalRule) -> bool:
    """Whether a rule looks wherever the other looks, and matches all its examples there."""
    if not rule.examples or not set(rule.where) <= set(other.where) or (other.most is not None and rule.most is None):
        return False
    signals = Signals([other])
    return all(signals.ask([(place, text)], _SIZE) for place in rule.where for text in rule.examples)


def _listed(signals: set[str]) -> str:
    return " and ".join(sorted(signals)) or "none"
