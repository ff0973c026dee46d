"""
The footer rules as read from TOML, compiled for one pass.

One pass over a unit's folded text says which word patterns can match at all (`re2.Filter`), and one over its shape which forms it has
(`re2.Set`), however many rules there are. RE2 is linear in the text whatever the pattern says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import re2

from worker.rules.load import RuleError, RuleFile, Rules
from worker.stages.footers.names import Names
from worker.stages.footers.shape import folded

__all__ = ["KINDS", "SIGN", "Example", "Reading", "Rule", "RuleBook"]

# A unit of at most so many characters can be a sign: a code, initials, a label.
SIGN: Final = 160

# What a rule may say that it finds. The last two are no footers: `body` is what only a story says, `trait` what both do.
KINDS: Final = (
    "copyright", "terms", "distributor", "source", "credit", "contact", "boilerplate", "promotion", "endmark", "body", "trait",
)  # fmt: skip
_FIELDS: Final = ("source", "distributor", "holder", "usage_terms")
_KEYS: Final = {
    "id", "kind", "weight", "words", "shape", "where", "longest", "head", "guarded", "read", "implies", "example", "enabled", "doc", "known", "closes", "stranger",
}  # fmt: skip
_PLACES: Final = ("any", "line", "after-stop", "last", "last-paragraph", "sign-off", "end")
_SIGNS: Final = r"[\x00-/:-@\[-^`{-\x7f ©®™°·¿¡«»‘’“”„…•–—―■□▪●◆▲△▶★☆※＊。、（）【】「」]"
# Enough for every automaton here ten times over; RE2 starts afresh when it runs out, and stays linear.
_MEMORY: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Reading:
    """Where a field of the rights stands in a unit: the first group of `pattern` that took part; a lower `rank` is trusted more."""

    field: str
    rank: int
    pattern: Any


@dataclass(frozen=True, slots=True)
class Example:
    """A footer or its like: `text` is put behind a story, or above it (`head`), and is `strip`ped as a whole, or nothing is."""

    text: str
    strip: bool
    head: bool
    rights: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """
    One rule.

    `weight` is in points: 25 and more anchors a footer, less only continues one, below 0 speaks for body. `where` is the place
    it needs: `any`; `line`, the start of a line; `after-stop`, behind a finished sentence or at the start of a paragraph; `end`,
    the last line of the text; `last`, that behind a finished sentence; `last-paragraph`, behind an empty line too; `sign-off`, the last line,
    behind a finished sentence. `known` asks that the unit's first word, or its last, is known for an agency's. `closes` says that no story follows: short lines below it go
    with it, below an end mark all. `stranger` makes it sure if the person it begins with is not in the story. `longest` is the most code points a unit may have. `head` lets it strip at the start of a text too.
    `guarded` says that a quotation or a verb of saying in the unit takes its weight away.
    """

    id: str
    kind: str
    weight: int
    words: tuple[str, ...]
    shape: str
    where: str
    longest: int
    head: bool
    guarded: bool
    known: bool
    closes: bool
    stranger: bool
    readings: tuple[Reading, ...]
    implies: Mapping[str, str]
    examples: tuple[Example, ...]


class RuleBook:
    """All rules, and which of them a unit meets."""

    __slots__ = (
        "_after_shape",
        "_heads",
        "_shape_rules",
        "_shapes",
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
                rule = _rule(file, table)
                if table.get("enabled", True):
                    found[rule.id] = rule
                else:
                    found.pop(rule.id, None)
            self._read_kinds(file)
        self.rules = tuple(found.values())
        self._traits = {
            rule.id: _search(rule.words) for rule in self.rules if rule.kind == "trait" and rule.words and not rule.implies
        }
        spoken = [rule for rule in self.rules if rule.words and rule.id not in self._traits and not _shape_first(rule)]
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
        return name in self._traits and self._traits[name].search(folded) is not None


def compiled(pattern: str) -> Any:
    r"""
    Compile a pattern with RE2, in which `\W` stands for signs and blanks only.

    Raises:
        re2.error: RE2 does not take it.
    """
    return re2.compile(_signs(pattern), _options())


def _signs(pattern: str) -> str:
    r"""Name the signs that `\W` stands for: RE2's own is about ASCII, so that each Greek or Cyrillic letter would be one."""
    return pattern.replace(r"\W", _SIGNS)


def _options() -> Any:
    options = re2.Options()
    options.max_mem, options.log_errors = _MEMORY, False
    return options


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
            automaton.Add(_signs(pattern), _options())
            owners.append(rule)
    if owners:
        automaton.Compile()
    return automaton, tuple(owners)


def _automaton(rules: tuple[Rule, ...]) -> tuple[Any, tuple[Rule, ...]]:
    """One `re2.Set` of all shapes, which are short and anchored, and the rule that each number stands for."""
    automaton, owners = re2.Set.SearchSet(_options()), []
    for rule in rules:
        if rule.shape:
            automaton.Add(_signs(rule.shape))
            owners.append(rule)
    automaton.Compile()
    return automaton, tuple(owners)


def _alternatives(pattern: str) -> list[str]:
    """Split a pattern at the bars that stand outside all brackets."""
    found, depth, inside, at, start = [], 0, False, 0, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            at += 1
        elif inside:
            inside = sign != "]"
        elif sign == "[":
            inside = True
        elif sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "|" and not depth:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]


def _rule(file: RuleFile, table: Mapping[str, Any]) -> Rule:
    where = f"rule {table.get('id', '(without id)')}"
    if unknown := set(table) - _KEYS:
        raise file.error(where, f"unknown key {min(unknown)!r}; write one of: {', '.join(sorted(_KEYS))}")
    for key in ("id", "kind"):
        if not isinstance(table.get(key), str):
            raise file.error(where, f"needs {key!r}, a string")
    if table["kind"] not in KINDS:
        raise file.error(where, f"kind {table['kind']!r} is none of: {', '.join(KINDS)}")
    if not isinstance(table.get("weight", 0), int):
        raise file.error(where, "weight must be a whole number of points")
    if table.get("where", "any") not in _PLACES:
        raise file.error(where, f"where must be one of: {', '.join(_PLACES)}")
    return Rule(
        id=table["id"],
        kind=table["kind"],
        weight=table.get("weight", 0),
        words=_patterns(file, where, table.get("words", [])),
        shape="|".join(f"(?:{one})" for one in _patterns(file, where, table.get("shape", []))),
        where=table.get("where", "any"),
        longest=table.get("longest", 90 if "shape" in table and "words" not in table else 1000),
        head=table.get("head", False),
        guarded=table.get("guarded", True),
        known=table.get("known", False),
        closes=table.get("closes", False),
        stranger=table.get("stranger", False),
        readings=tuple(_reading(file, where, entry) for entry in table.get("read", ())),
        implies=table.get("implies", {}),
        examples=tuple(
            Example(entry["text"], entry.get("strip", True), entry.get("head", False), entry.get("rights", {}))
            for entry in table.get("example", ())
        ),
    )


def _patterns(file: RuleFile, where: str, value: str | list[str]) -> tuple[str, ...]:
    """Take one pattern or a list of alternatives apart."""
    found = []
    for pattern in [value] if isinstance(value, str) else value:
        try:
            compiled(pattern)
        except re2.error as error:
            raise _bad(file, where, pattern, error) from error
        found += [one.replace("©", r"(?:\(c\))") for one in _alternatives(pattern) if one]
    return tuple(found)


def _reading(file: RuleFile, where: str, entry: Mapping[str, Any]) -> Reading:
    if entry.get("field") not in _FIELDS:
        raise file.error(where, f"read.field must be one of: {', '.join(_FIELDS)}")
    try:
        return Reading(entry["field"], entry.get("rank", 50), compiled(entry["pattern"]))
    except re2.error as error:
        raise _bad(file, where, entry["pattern"], error) from error


def _bad(file: RuleFile, where: str, pattern: str, error: Exception) -> RuleError:
    return file.error(where, f"RE2 does not take the pattern {pattern!r}: {error}")
