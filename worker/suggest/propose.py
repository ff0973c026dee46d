"""Make rules of lines that recur, as TOML to be pasted into a file of `footers/`."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import re2

from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.shape import folded
from worker.suggest.lines import Word
from worker.suggest.mine import Recurring

__all__ = ["Proposal", "propose"]

_EDGE: Final = " .,;:!?()[]<>\"'*_|/-"
# What a line is about, by words of the trade; the first that fits.
_KINDS: Final = (
    ("copyright", r"\(c\)|copyright|rights reserved|rechte vorbehalten|droits reserves|derechos reservados|riservat"),
    ("terms", r"may not be|without permission|not for (?:publication|use)|nur fur|reproduction|reproduccion|nachdruck"),
    ("distributor", r"distributed|provided by|syndicat|verbreitet|diffuse par|distribuid"),
    ("credit", r"reporting|edited|editing|written by|writes (?:for|from)|translat|photo|correspondent|autor|redaktion|bearbeit|redacteur|redactor"),
    ("source", r"^\W*(?:source|quelle|fuente|fonte)\b|first appeared|originally published"),
    ("promotion", r"newsletter|subscri|sign up|follow|app\b|read more|abonn|podcast|mehr (?:zum|auf)|suscrib|iscriv|visit|click|download|listen"),
    ("contact", r"contact|e-?mail|phone|telefon|@|desk\b|kontakt"),
)  # fmt: skip
_OTHERWISE: Final = "boilerplate"
_DATE: Final = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)[. ]+"
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine)\b"
    r"|\b\d{1,2}[. ]+(?:jan|feb|mar|apr|may|mai|jun|jul|aug|ago|sep|oct|okt|nov|dec|dez|dic)"
)
_WORDS: Final = re.compile(r"[a-z]{3,}")
_WEIGHT: Final = 45
_SIGNS: Final = r"\W{0,2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """
    A rule that may be worth having.

    `doubt` says why it is proposed switched off; empty if it is not.
    """

    id: str
    kind: str
    pattern: str
    where: str
    longest: int
    weight: int
    line: Recurring
    doubt: str = ""
    examples: tuple[str, ...] = field(default=())

    def toml(self) -> str:
        """Write the rule."""
        lines = [
            "[[rule]]",
            f'id = "{self.id}"',
            f'kind = "{self.kind}"',
            f"weight = {self.weight}",
            f"longest = {self.longest}",
            *([f'where = "{self.where}"'] if self.where != "any" else []),
            *(["head = true"] if self.line.head else []),
            *(["enabled = false"] if self.doubt else []),
            f"words = '{self.pattern}'",
        ]
        for text in self.examples:
            lines += ["[[rule.example]]", f"text = {_quoted(text)}", *(["head = true"] if self.line.head else [])]
        return "\n".join(lines) + "\n"


def propose(found: Iterable[Recurring], book: RuleBook, *, prefix: str = "feed") -> list[Proposal]:
    """
    Make a rule of each line.

    Args:
        found: what recurs.

        book: today's rules, which know what only stories say.

        prefix: what the rules' ids start with.
    """
    made: list[Proposal] = []
    at_end: dict[str, int] = {}
    for line in found:
        fold = folded(line.examples[0])
        pattern = _pattern(line)
        longest = max(len(sight.text) for sight in line.sights)
        proposal = Proposal(
            id="-".join([prefix, *_WORDS.findall(_fixed_text(line))[:3]]),
            kind=next((kind for kind, words in _KINDS if re.search(words, fold)), _OTHERWISE),
            pattern=pattern,
            where="line" if line.head or all(sight.own for sight in line.sights) else "any",
            longest=min(1000, (longest + longest // 3) // 10 * 10 + 20),
            weight=_WEIGHT,
            line=line,
            doubt=_doubt(line, fold, book),
            examples=line.examples[:2],
        )
        if line.head and pattern in at_end:
            # A rule for heads strips ends as well.
            made[at_end[pattern]] = replace(proposal, where=made[at_end[pattern]].where)
            continue
        at_end[pattern] = len(made)
        made.append(proposal)
    return _named(made, {rule.id for rule in book.rules})


def _named(made: Iterable[Proposal], taken: set[str]) -> list[Proposal]:
    """Give each proposal an id of its own."""
    found = []
    for proposal in made:
        name, number = proposal.id, 2
        while name in taken:
            name, number = f"{proposal.id}-{number}", number + 1
        taken.add(name)
        found.append(replace(proposal, id=name))
    return found


def _doubt(line: Recurring, fold: str, book: RuleBook) -> str:
    """Say what speaks for a story's own line that recurs, as in market reports, results and fixtures."""
    if any(word.kind == "number" and not stays for word, stays in zip(line.words, line.fixed, strict=True)):
        return "holds figures that change"
    if 5 * sum(sight.fresh for sight in line.sights) < 4 * len(line.sights):
        return "goes on from the line above it"
    if 5 * sum(sight.ends for sight in line.sights) < 4 * len(line.sights):
        return "goes on in the line below it"
    if _DATE.search(fold):
        return "names a day"
    if any(quote in line.examples[0] for quote in '"“„«'):
        return "has a quotation in it"
    for trait, words in (
        ("saying", "says who said something"),
        ("finite", "tells what happened"),
        ("person", "speaks of a person"),
    ):
        if book.trait(trait, fold):
            return words
    return ""


def _fixed_text(line: Recurring) -> str:
    return " ".join(word.fold for word, stays in zip(line.words, line.fixed, strict=True) if stays)


def _pattern(line: Recurring) -> str:
    parts = []
    for at, (word, stays) in enumerate(zip(line.words, line.fixed, strict=True)):
        first, last = at == 0, at == len(line.words) - 1
        parts.append(_escaped(word, first=first, last=last) if stays else _slot(word.kind, line.values(at)))
    return r"^\W{0,4}" + r"\s+".join(parts) + r"\W{0,4}$"


def _escaped(word: Word, *, first: bool, last: bool) -> str:
    """Write a word so that it stands for itself; the signs around a name were taken off, and those at both ends of a line are."""
    text = word.fold
    text = (text.lstrip(_EDGE) or text) if first else text
    text = (text.rstrip(_EDGE) or text) if last else text
    escaped = r"\s+".join("".join(map(_sign, one)) for one in text.split())
    if word.kind == "word":
        return escaped
    return f"{'' if first else _SIGNS}{escaped}{'' if last else _SIGNS}"


def _sign(sign: str) -> str:
    """Write one sign of a pattern so that a TOML string in single quotes can hold it; examples leave out what can't be printed."""
    if sign == "'":
        return r"\x27"
    return str(re2.escape(sign)) if sign.isprintable() else ".?"


def _slot(kind: str, values: Sequence[str]) -> str:
    """Write what may stand for a word that changes."""
    if kind == "year":
        return r"\W{0,2}(?:19|20)\d\d\S*"
    if kind == "number":
        return r"\S*\d\S*"
    if kind == "link":
        return r"\S+"
    stops = "".join(sign for sign in ".;:!?" if not any(sign in value for value in values))
    return f"[^{stops}]*" if stops else ".*"


def _quoted(text: str) -> str:
    """Write a TOML string; what TOML takes otherwise than JSON is left out."""
    kept = "".join(char for char in text if char.isprintable() or char in "\n\t")
    return json.dumps(kept, ensure_ascii=False)
