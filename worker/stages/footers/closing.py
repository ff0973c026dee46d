"""
Say which lines close a story, and what may stand below them.

Behind a copyright line, a list of links or an end mark comes no story. So short lines that are no footer by themselves – the
headlines of other stories, a word about an app – go with the closing line above them, and a sentence behind a legal sign on its
own line goes with the sign. Below `ENDS` everything goes. What reads like a story – a quotation, a verb of saying, a long
paragraph – stops the search, because a closing line may be a caption in the middle of a text.
"""

from itertools import takewhile
from typing import Final

from worker.stages.footers.judge import ANCHOR, Found, judge
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.shape import BLANKS, folded
from worker.stages.footers.units import Unit, first_unit

__all__ = ["closing_line", "ends_above", "leads", "led", "passes", "stranger"]

# How far from the end a closing line is looked for, how long a line below it may be, and a sentence.
_REACH: Final = 900
_LONGEST_LINE: Final = 110
_LONGEST_SENTENCE: Final = 150
_LONGEST_LABEL: Final = 30
_LONGEST_NAME: Final = 50
# How far from the end an end mark is looked for: a short line without small letters.
_END_REACH: Final = 1500
_LONGEST_END: Final = 24
# A paragraph behind a legal sign.
_LONGEST_LEGAL: Final = 700
_START: Final = 160
# A byline may stand in the first lines.
_BYLINE: Final = 200
_MARKS: Final = " *_([-–—•"
_QUOTES: Final = "“”„«»"
_STORY: Final = frozenset(("saying", "finite", "person"))
_STOPS: Final = ".!?…。！？"
# Behind a line as sure as this of such a kind a few words more belong to it.
_SURE: Final = 40
_BRIEF: Final = frozenset(("copyright", "terms", "distributor", "source"))
_LEADS: Final = frozenset(("copyright", "terms"))
_READER: Final = frozenset(("distributor", "boilerplate", "promotion"))


def closing_line(book: RuleBook, one: Found, below: int) -> bool:
    """Whether a line closes the story, so that the short lines `below` it are none of it; a weak rule closes as a bare label only."""
    unit, verdict = one
    if not unit.own or verdict.points < 0:
        return False
    for rule in verdict.met:
        if rule.closes and (
            (rule.weight >= ANCHOR and verdict.points >= ANCHOR)
            or (below > 0 and len(unit.text) <= _LONGEST_LABEL and unit.last and _bare(unit.text))
        ):
            return rule.id != "copyright-notice" or book.trait("sign", folded(unit.text))
    return False


def _quotes(text: str) -> bool:
    return '"' in text or (not text.isascii() and any(quote in text for quote in _QUOTES))


def _bare(text: str) -> bool:
    return ":" not in text[:-1]


def passes(book: RuleBook, one: Found, end: int) -> bool:
    """Whether a unit may stand below a closing line of a text that ends at `end`."""
    unit, verdict = one
    if unit.start < end - _REACH:
        return False
    if verdict.points >= 0:
        return True
    size = len(unit.text)
    if size > _LONGEST_SENTENCE or _quotes(unit.text):
        return False
    if unit.text[-1] not in _STOPS:
        return unit.own and unit.last and size <= _LONGEST_LINE
    traits = book.traits(folded(unit.text))
    return "reader" in traits and traits.isdisjoint(_STORY)


def led(book: RuleBook, text: str, unit: Unit) -> bool:
    """Whether a sentence stands on the line of a legal sign, or speaks to the reader behind a line about the text itself."""
    start = max(text.rfind("\n", 0, unit.start), text.rfind("\r", 0, unit.start)) + 1
    if unit.end - start > _LONGEST_LEGAL:
        return False
    front = folded(text[start : start + _START])
    if not any(rule.weight >= ANCHOR or rule.stranger for rule in book.words(front)):
        return False
    first = first_unit(text, start, unit.start)
    if first is None:
        return False
    verdict = judge(book, first, last=False)
    rule, fold = verdict.rule, folded(unit.text)
    if rule is None:
        return False
    known = any(met.stranger for met in verdict.met) and stranger(text, first)
    if verdict.points < ANCHOR and not known:
        return False
    if known or (rule.closes and rule.kind == "boilerplate"):
        return not book.trait("saying", fold) and not _quotes(unit.text)
    if len(unit.text) <= _LONGEST_NAME and verdict.points >= _SURE and rule.kind in _BRIEF:
        return not (book.trait("saying", fold) or book.trait("someone", fold))
    if rule.kind in _LEADS and (len(unit.text) <= _LONGEST_NAME or book.trait("sign", folded(first.text))):
        return not book.trait("saying", fold)
    return rule.kind in _READER and book.trait("reader", fold) and not book.trait("saying", fold)


def leads(book: RuleBook, unit: Unit, below: Found) -> bool:
    """Whether a sentence speaks to the reader in front of another on its line that wants something of the reader."""
    rule, points = below.verdict.rule, below.verdict.points
    if points < ANCHOR or not (below.verdict.contact or (rule is not None and rule.kind in _READER)):
        return False
    if len(unit.text) > _LONGEST_SENTENCE or _quotes(unit.text):
        return False
    fold = folded(unit.text)
    asks = len(unit.text) <= _LONGEST_NAME and unit.text[-1] == "?"
    return (asks or book.trait("reader", fold)) and not book.trait("saying", fold)


def stranger(text: str, unit: Unit) -> bool:
    """Whether the story, but for its first lines, doesn't name the person whom the unit begins with."""
    words = unit.text.lstrip(_MARKS).split(maxsplit=5)
    names = [word.rstrip(",") for word in takewhile(lambda word: word[0].isupper(), words)]
    return len(names) > 1 and text.find(names[-1], _BYLINE, unit.start) < 0


def ends_above(book: RuleBook, text: str, start: int) -> int | None:
    """Find the last line above `start` that says the text is over, and give where it stands."""
    base = max(0, start - _END_REACH)
    end = start
    while (at := text.rfind("\n", base, end)) >= 0:
        line, end = text[at + 1 : end] if end - at <= _LONGEST_END else "", at
        kept = line.strip(BLANKS)
        if len(kept) > 2 and kept == kept.upper():
            unit = first_unit(text, at + 1, at + 1 + len(line))
            verdict = judge(book, unit, last=False) if unit is not None else None
            if unit is not None and verdict is not None and any(rule.closes and rule.kind == "endmark" for rule in verdict.met):
                return unit.start
    return None
