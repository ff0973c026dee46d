r"""
One footer rule, and how it is read from TOML.

Patterns are RE2, which is linear in the text whatever they say. In them `\W` stands for signs and blanks only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import re2

from worker.rules.load import RuleError, RuleFile
from worker.stages.footers.talk import KEYS as KEYS_OF_TALK
from worker.stages.footers.talk import Talk

__all__ = ["KINDS", "SIGN", "Example", "Reading", "Rule", "compiled", "options", "read_rule", "signs"]

# A unit of at most so many characters can be a sign: a code, initials, a label.
SIGN: Final = 160

# What a rule may say that it finds. The last two are no footers: `body` is what only a story says, `trait` what both do.
KINDS: Final = (
    "copyright", "terms", "distributor", "source", "credit", "contact", "boilerplate", "promotion", "endmark", "body", "trait",
)  # fmt: skip
_FIELDS: Final = ("source", "distributor", "holder", "usage_terms")
_KEYS: Final = {
    "id", "kind", "weight", "words", "shape", "where", "longest", "head", "guarded", "read", "implies", "example", "enabled", "doc", "known", "closes", "stranger", "talk",
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
    """
    A footer or its like.

    `text` is put behind a story, or above it (`head`), and is `strip`ped as a whole, or nothing is. `above` are lines of the story
    that stand directly above it, such as a table.
    """

    text: str
    strip: bool
    head: bool
    rights: Mapping[str, str]
    above: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """
    One rule.

    `weight` is in points: 25 and more anchors a footer, less only continues one, below 0 speaks for body. `where` is the place
    it needs: `any`; `line`, the start of a line; `after-stop`, behind a finished sentence or at the start of a paragraph; `end`,
    the last line of the text; `last`, that behind a finished sentence; `last-paragraph`, behind an empty line too; `sign-off`, the last line,
    behind a finished sentence. `known` asks that the unit's first word, or its last, is known for an agency's. `closes` says that no story follows: short lines below it go
    with it, below an end mark all. `stranger` makes it sure if the person it begins with is not in the story. `talk`: its words are weighed one by one, see `talk`.
    `longest` is the most code points a unit may have. `head` lets it strip at the start of a text too.
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
    talk: Talk | None
    readings: tuple[Reading, ...]
    implies: Mapping[str, str]
    examples: tuple[Example, ...]


def compiled(pattern: str) -> Any:
    r"""
    Compile a pattern with RE2, in which `\W` stands for signs and blanks only.

    Raises:
        re2.error: RE2 does not take it.
    """
    return re2.compile(signs(pattern), options())


def signs(pattern: str) -> str:
    r"""Name the signs that `\W` stands for: RE2's own is about ASCII, so that each Greek or Cyrillic letter would be one."""
    return pattern.replace(r"\W", _SIGNS)


def options() -> Any:
    """Give what RE2 is run with."""
    chosen = re2.Options()
    chosen.max_mem, chosen.log_errors = _MEMORY, False
    return chosen


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


def read_rule(file: RuleFile, table: Mapping[str, Any]) -> Rule:
    """
    Read one `[[rule]]`.

    Raises:
        RuleError: it lacks a key, has one too many, or its pattern is none that RE2 takes.
    """
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
    talk = _talk(file, where, table["talk"]) if "talk" in table else None
    return Rule(
        id=table["id"],
        kind=table["kind"],
        weight=table.get("weight", 0),
        words=_patterns(file, where, talk.pattern if talk is not None else table.get("words", [])),
        shape="|".join(f"(?:{one})" for one in _patterns(file, where, table.get("shape", []))),
        where=table.get("where", "any"),
        longest=table.get("longest", 90 if "shape" in table and "words" not in table else 1000),
        head=table.get("head", False),
        guarded=table.get("guarded", True),
        known=table.get("known", False),
        closes=table.get("closes", False),
        stranger=table.get("stranger", False),
        talk=talk,
        readings=tuple(_reading(file, where, entry) for entry in table.get("read", ())),
        implies=table.get("implies", {}),
        examples=tuple(
            Example(
                entry["text"],
                entry.get("strip", True),
                entry.get("head", False),
                entry.get("rights", {}),
                entry.get("above", ""),
            )
            for entry in table.get("example", ())
        ),
    )


def _talk(file: RuleFile, where: str, words: Any) -> Talk:
    if not isinstance(words, Mapping) or set(words) - set(KEYS_OF_TALK) or not words.get("medium"):
        raise file.error(where, f"talk must be a table of lists, 'medium' among them: {', '.join(KEYS_OF_TALK)}")
    return Talk(words)


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
