"""
Judge one unit: how strongly it looks like a footer, in points, and by which rule.

A rule that matches gives its weight. What only stories do – a quotation with a verb of saying, an open quote, a finite verb in a
credit, length – takes points away, because losing a sentence of the story is worse than leaving a footer in it.
"""

from typing import Final, NamedTuple

from worker.stages.footers.rulebook import SIGN, Rule, RuleBook
from worker.stages.footers.shape import folded, shape
from worker.stages.footers.units import Unit

__all__ = ["ANCHOR", "Found", "Verdict", "judge"]

# Points from which a unit may start a footer alone.
ANCHOR: Final = 25

# Only a unit as short as this can be a way to reach somebody; a rule as sure as this outweighs what speaks for body, one as weak as
# this needs no guard.
_CONTACT: Final = 200
_SURE, _WEAK = 50, 20
# Verdicts kept: units of up to so many characters, so many of them (about 2 MB).
_REMEMBERED: Final = 200
_MOST_REMEMBERED: Final = 4096
# What an e-mail address adds to a contact line.
_REACHED: Final = 10

# Small words of credits; names are told by their capitals.
_CREDITS: Final = frozenset(
    [
        *(
            "additional reporting reported reports writing written editing edited editors compiled translated translation produced".split()
        ),
        *(
            "graphics photographs story data the and for from with newsroom bureau staff text von und durch bearbeitet redigiert".split()
        ),
        *(
            "par avec por con los las del reporte editado escrito traducido redaccion edicao reportagem della dalla cura version".split()
        ),
    ]
)
# A desk's telephone behind a dash is a signature.
_DASHED: Final = ("--", "—")
_ENDS: Final = ".,;:"
_PARTS: Final = str.maketrans("/(),*:<.", " " * 8)
# A finished sentence longer than this is surely body, if nothing else is known of it.
_SHORT_SENTENCE: Final = 15
_STOPS: Final = '.!?…。！？"”»“'
_FINISHED: Final = '.!?…。！？"”»“’)*<'
_BRACKETS: Final = "([（【<*"
# Taken off what talks of the page if it quotes, or does not start its line.
_QUOTED, _INSIDE = 8, 8
# Weak rules of these kinds give way to what the words say together.
_TALKED: Final = frozenset(("promotion", "boilerplate", "contact"))
# What talks of the page less than this is as unknown as before.
_TALKS: Final = 14
_QUOTES: Final = '"“”„«»'


class Verdict(NamedTuple):
    """`points` for (or, below zero, against) a unit being footer, the rule that gave them, if any, and all rules that it meets."""

    points: int
    rule: Rule | None
    contact: bool = False
    met: tuple[Rule, ...] = ()


class Found(NamedTuple):
    """A unit with what was judged of it."""

    unit: Unit
    verdict: Verdict


def judge(book: RuleBook, unit: Unit, *, last: bool) -> Verdict:
    """
    Judge a unit; `last` says that it is the last of the text.

    Wires repeat their legal lines word for word, so the verdicts on short units are remembered.
    """
    if len(unit.text) > _REMEMBERED:
        return _judge(book, unit, last=last)
    key = (unit.text, unit.own, unit.before, unit.blank, last)
    verdict = book.judged.get(key)
    if verdict is None:
        if len(book.judged) >= _MOST_REMEMBERED:
            book.judged.clear()
        verdict = book.judged[key] = _judge(book, unit, last=last)
    return verdict


def _judge(book: RuleBook, unit: Unit, *, last: bool) -> Verdict:
    text, size = unit.text, len(unit.text)
    fold = folded(text)
    met = book.words(fold)
    if size <= SIGN or any(rule.shape for rule in met):
        forms = book.shapes(shape(text), fold)
        met = [rule for rule in met if not rule.shape or rule in forms]
        met += [rule for rule in forms if book.shape_first(rule)]
    footers, against, talk = [], None, None
    for rule in met:
        if rule.kind == "body":
            against = rule
        elif rule.talk is not None:
            talk = rule
        elif rule.kind != "trait" and size <= rule.longest and _stands(rule, unit, last=last) and _known(book, rule, text):
            footers.append(rule)
    best = max(footers, key=_strength) if footers else None
    if against is not None and (best is None or best.weight < _SURE):
        return Verdict(against.weight, None)
    if best is None:
        return _unknown(book, unit, fold, talk)
    points = best.weight + (_REACHED if best.kind == "contact" and _signs(book, text, fold) else 0)
    if points >= _WEAK and best.guarded:
        points -= _story(book, text, fold, best)
    if talk is not None and 0 < points < ANCHOR and best.kind in _TALKED:
        talked = _talk(book, unit, fold, talk, ends=text[-1:] in _STOPS)
        best, points = (talk, talked) if talked > points else (best, points)
    also = [
        rule
        for rule in met
        if rule is not best and ((rule in footers and rule.words) or (rule.implies and rule.kind == "trait"))
    ]
    return Verdict(points, best, contact=best.kind == "contact", met=(best, *also))


def _signs(book: RuleBook, text: str, fold: str) -> bool:
    """Whether a contact line has an e-mail address, or a telephone behind a dash, as desks sign."""
    return book.trait("mail", fold) or (text[:2] in _DASHED and book.trait("phone", fold))


def _strength(rule: Rule) -> tuple[int, str]:
    return rule.weight, rule.id


def _known(book: RuleBook, rule: Rule, text: str) -> bool:
    if not rule.known:
        return True
    words = text.translate(_PARTS).split()
    return any(book.names.code(word) for word in words if len(word) > 1) or book.names.code(text)


def _stands(rule: Rule, unit: Unit, *, last: bool) -> bool:
    """Whether the unit is where the rule needs it."""
    if rule.where == "any":
        return True
    if rule.where == "line":
        return unit.own
    if rule.where == "end":
        return last and unit.own
    if rule.where == "sign-off":
        return last and unit.own and unit.before != "" and unit.before in _FINISHED
    if rule.where == "last-paragraph" and not unit.blank:
        return False
    if rule.where in ("last", "last-paragraph"):
        return last and unit.own and (unit.before in _FINISHED or unit.blank)
    return unit.before in _FINISHED or (unit.before == ":" and unit.text[0] in _BRACKETS) or (unit.own and unit.blank)


def _unknown(book: RuleBook, unit: Unit, fold: str, talk: Rule | None) -> Verdict:
    """Judge what no rule knows: contact details by their density, else body, the surer the more it reads like a sentence."""
    text, size = unit.text, len(unit.text)
    ends = text[-1:] in _STOPS
    if size < _CONTACT and _reaches(book, unit, fold, ends=ends):
        return Verdict(30 if "@" in fold or text[:2] in _DASHED else 20, None, contact=True)
    if talk is not None and (points := _talk(book, unit, fold, talk, ends=ends)) >= _TALKS:
        return Verdict(points, talk, met=(talk,))
    if size > 120 or (ends and size > _SHORT_SENTENCE):
        return Verdict(-60, None)
    if ends or not unit.own or size >= 60:
        return Verdict(-40, None)
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words)
    return Verdict(-10 if 5 * capitals > 3 * len(words) else -25, None)


def _talk(book: RuleBook, unit: Unit, fold: str, rule: Rule, *, ends: bool) -> int:
    """Points for a unit that talks of the page to the reader; inside a paragraph it takes more of it."""
    if rule.talk is None or len(unit.text) > rule.longest or unit.text[0] in _QUOTES or unit.text[-1] == ":":
        return 0
    if unit.own and not unit.blank and unit.before not in _FINISHED:
        return 0  # the rest of a sentence whose line was broken
    points = rule.talk.points(fold, book.traits(fold), ends=ends or not (unit.own and unit.last))
    if any(quote in unit.text for quote in _QUOTES):
        points -= _QUOTED
    return min(rule.weight, points if unit.own else points - _INSIDE)


def _reaches(book: RuleBook, unit: Unit, fold: str, *, ends: bool) -> bool:
    """Whether a unit is a way to reach somebody: an address or a number, and hardly a word of prose."""
    mail = ("@" in fold or "(at)" in fold) and book.trait("mail", fold)
    if not mail and (ends or not unit.own or not (book.trait("address", fold) or book.trait("phone", fold))):
        return False
    prose = sum(word.isalpha() for word in unit.text.split() if word[:1].islower() and len(word) > 1)
    if mail and prose < (4 if ends else 9) and not book.trait("saying", fold) and not book.trait("person", fold):
        return True
    linked = sum(
        len(word) for word in fold.split() if "@" in word or "/" in word or "www." in word or word.rstrip(_ENDS)[-2:].isdigit()
    )
    return unit.own and not ends and prose < 4 and (5 if not prose else 4) * linked > len(unit.text)


def _story(book: RuleBook, text: str, fold: str, rule: Rule) -> int:
    """Points taken off because the unit reads like a story."""
    size, off = len(text), 0
    saying = book.trait("saying", fold)
    if any(quote in text for quote in _QUOTES) and (saying or text[0] in _QUOTES or _open(text)):
        off += 60
    elif not book.trait("sign", fold):
        if saying and (rule.kind not in ("distributor", "boilerplate") or book.trait("person", fold)):
            off += 50 if size > 60 else 25
        elif rule.kind == "credit":
            off += 40 if rule.id == "work-credit" and text[-1] == "." and _tells(text) else 0
            off += 40 if text[-1:] in _STOPS and rule.id != "contributed" and book.trait("finite", fold) else 0
        elif size > 60 and rule.kind == "source" and text[-1:] in _STOPS and book.trait("finite", fold):
            off += 80
        elif size > 60 and rule.kind not in ("distributor", "boilerplate", "contact") and book.trait("person", fold):
            off += 25
        off += 30 if size > 450 and rule.kind != "credit" else 0
    return off + 30 if size > 900 else off


def _tells(text: str) -> bool:
    """Whether a credit says more than who did what and where: two words or more that credits are not made of."""
    words = (word.strip(".,;:()") for word in text.split()[1:])
    return sum(len(word) > 2 and word[0].islower() and folded(word) not in _CREDITS for word in words) > 1


def _open(text: str) -> bool:
    """Whether a quotation in the unit is not closed in it."""
    return text.count('"') % 2 == 1 or text.count("”") != text.count("“") or text.count("«") != text.count("»")
