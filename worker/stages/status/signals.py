"""
Find what editors' own words say of an item: update, correction, kill, advisory, test, repeat.

The rules are data (`signals.toml`), each with examples. The rules of one place are first tried together at the start of a line,
since nearly all lines give no signal. Lines are short, so that the standard library's expressions, ten times faster here than
re2, are safe.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from worker.rules.load import RuleFile, Rules

__all__ = ["PLACES", "SIGNALS", "SignalRule", "Signals", "load_rules"]

SIGNALS: Final = ("update", "correction", "kill", "advisory", "test", "withheld", "writethrough", "repeat")
PLACES: Final = ("headline", "label", "slug", "head", "tail", "note", "genre")

_Match = Callable[[str], re.Match[str] | None]
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
        re.compile(table["pattern"])
    except re.error as error:
        raise file.error(where, f"`pattern` is no regular expression: {error}") from error
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
        self._rules: dict[str, list[tuple[_Match, SignalRule]]] = {place: [] for place in PLACES}
        for rule in rules:
            for place in rule.where:
                self._rules[place].append((_matcher(rule.pattern, place), rule))
        self._any = {
            place: _matcher("|".join(f"(?:{rule.pattern})" for _, rule in listed), place)
            for place, listed in self._rules.items()
            if listed
        }

    def ask(self, lines: Sequence[tuple[str, str]], size: int) -> dict[str, None]:
        """
        Give the signals that lines carry, in the order found.

        Args:
            lines: place, one of `PLACES`, and text, without line ends and without blanks at its start.

            size: characters of the whole body.
        """
        found: dict[str, None] = {}
        for place, text in lines:
            first = self._any.get(place)
            if first is not None and first(text):
                self._line(place, text, size, found)
        return found

    def _line(self, place: str, text: str, size: int, found: dict[str, None]) -> None:
        for match, rule in self._rules[place]:
            if (rule.most is None or size <= rule.most) and match(text):
                found.update(dict.fromkeys(rule.signals))


def _matcher(pattern: str, place: str) -> _Match:
    compiled = re.compile(pattern)
    return compiled.search if place == "slug" else compiled.match
