"""
Find what editors' own words say of an item: update, correction, kill, advisory, test, repeat.

The rules are data (`signals.toml`), each with examples. All rules of one place are first tried as one expression at the start of
a line, so that an item without signals, nearly all of them, costs a few microseconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import re2

from worker.rules.load import RuleFile, Rules

__all__ = ["PLACES", "SIGNALS", "SignalRule", "Signals", "load_rules"]

SIGNALS: Final = ("update", "correction", "kill", "advisory", "test", "withheld", "writethrough", "repeat")
PLACES: Final = ("headline", "label", "slug", "head", "tail", "note", "genre")

_KEYS: Final = frozenset({"id", "signal", "also", "where", "pattern", "most", "examples", "others"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRule:
    """One rule of `signals.toml`."""

    id: str
    signals: tuple[str, ...]
    where: tuple[str, ...]
    pattern: str
    most: int | None
    examples: tuple[str, ...]
    others: tuple[str, ...]


def load_rules(rules: Rules) -> tuple[SignalRule, ...]:
    """
    Read the rules; a later one of the same id replaces an earlier.

    Raises:
        RuleError: a rule lacks a key, has one that nobody knows, or its pattern is no expression.
    """
    found: dict[str, SignalRule] = {}
    for file in rules.files("signals"):
        for number, table in enumerate(file.table.get("signal", []), 1):
            rule = _rule(file, table, f"signal {number}")
            found[rule.id] = rule
    return tuple(found.values())


def _rule(file: RuleFile, table: dict[str, Any], where: str) -> SignalRule:
    where = str(table.get("id", where))
    for key in ("id", "signal", "where", "pattern", "examples"):
        if key not in table:
            raise file.error(where, f"lacks `{key}`")
    for key in table.keys() - _KEYS:
        raise file.error(where, f"has `{key}`, which no signal has; there are {', '.join(sorted(_KEYS))}")
    signals = (table["signal"], *table.get("also", ()))
    for signal in signals:
        if signal not in SIGNALS:
            raise file.error(where, f"gives `{signal}`; there are {', '.join(SIGNALS)}")
    for place in table["where"]:
        if place not in PLACES:
            raise file.error(where, f"looks at `{place}`; there are {', '.join(PLACES)}")
    try:
        re2.compile(table["pattern"])
    except re2.error as error:
        raise file.error(where, f"`pattern` is no expression of re2: {error}") from error
    return SignalRule(
        id=table["id"],
        signals=signals,
        where=tuple(table["where"]),
        pattern=table["pattern"],
        most=table.get("most"),
        examples=tuple(table["examples"]),
        others=tuple(table.get("others", ())),
    )


class Signals:
    """All rules, ready to be asked."""

    def __init__(self, rules: Iterable[SignalRule]) -> None:
        """Compile them, by place."""
        self._rules: dict[str, list[tuple[Any, SignalRule]]] = {place: [] for place in PLACES}
        for rule in rules:
            for place in rule.where:
                self._rules[place].append((_compile(rule.pattern, place), rule))
        self._any = {
            place: _compile("|".join(f"(?:{rule.pattern})" for _, rule in listed), place)
            for place, listed in self._rules.items()
            if listed
        }

    def ask(self, place: str, text: str, size: int, found: dict[str, None]) -> None:
        """
        Add to `found` the signals that a line gives.

        Args:
            place: where the line stands, one of `PLACES`.

            text: the line, without blanks at its start.

            size: characters of the whole body.

            found: the signals so far.
        """
        first = self._any.get(place)
        if first is None or not first(text):
            return
        for match, rule in self._rules[place]:
            if (rule.most is None or size <= rule.most) and match(text):
                found.update(dict.fromkeys(rule.signals))


def _compile(pattern: str, place: str) -> Any:
    compiled = re2.compile(pattern)
    return compiled.search if place == "slug" else compiled.match
