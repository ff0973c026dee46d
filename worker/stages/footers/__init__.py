"""
Strip what agencies and distributors bolt on, and keep it: legal lines, credits, sign-offs, contacts, promotion.

The end of the body is cut into units (`units`), each is judged by the rules (`judge`), and the cut is where the units' points sum
up best (`tail`); heads are looked for likewise (`head`). What is cut is recorded span by span, so that field and spans give the
field back, and the rights are read in it (`rights`). HTML is cut so that what remains is well formed (`markup`). Rules are data:
`worker/rules/footers/*.toml`, see docs/footers.md.
"""

from dataclasses import replace
from typing import Final

from worker.model import Body, Draft, Removed, Rights
from worker.rules.load import Rules
from worker.stages.footers.head import find_head
from worker.stages.footers.markup import Markup, read_markup
from worker.stages.footers.names import Names
from worker.stages.footers.rights import read_rights, unite
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.tail import Found, find_footer

__all__ = ["StripFooters"]

_CONTINUES: Final = "continues"


class StripFooters:
    """Set `removed`, the body without it, and the rights that it and the item's structured fields tell."""

    name: Final = "footers"
    writes: Final = ("removed", "rights", "body", "headline")

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a rule or a table entry can't be used.
        """
        self._names = Names(rules)
        self._book = RuleBook(rules, self._names)

    def __call__(self, draft: Draft) -> None:
        """Strip the body's footer and head; the headline stays as decoded."""
        decoded = draft.decoded
        body = decoded.body
        draft.headline, draft.body, draft.removed = decoded.headline, body, ()
        if body is None or not body.value:
            draft.rights = unite(decoded.rights, Rights(), self._names)
            return
        markup = None if body.content_type == "text/plain" else read_markup(body.value)
        text = body.value if markup is None else markup.text
        tail = find_footer(self._book, text)
        head = find_head(self._book, text)
        read = read_rights((*tail, *head), text, self._names) if tail or head else Rights()
        draft.rights = unite(decoded.rights, read, self._names)
        if head or tail:
            kept = self._book.keeps(draft.provider)
            spans = [*_spans(head, body, text, markup, kept), *_spans(tail, body, text, markup, kept, to_end=True)]
            draft.removed = tuple(spans)
            draft.body = replace(body, value=_without(body.value, spans))


def _spans(
    found: tuple[Found, ...], body: Body, text: str, markup: Markup | None, kept: frozenset[str], *, to_end: bool = False
) -> list[Removed]:
    """One span for each run of units of one rule, blanks behind it included; kinds that are kept stay in the text."""
    runs: list[tuple[int, str, str]] = []
    for one in found:
        rule = one.verdict.rule
        kind, name = (rule.kind, rule.id) if rule else ("contact", "contact-details") if one.verdict.contact else ("boilerplate", _CONTINUES)
        if not runs or runs[-1][1:] != (kind, name):
            runs.append((one.unit.start, kind, name))
    if not runs:
        return []
    end = len(text) if to_end else _after_blanks(text, found[-1].unit.end)
    edges = [*(run[0] for run in runs[1:]), end]
    spans = []
    for (start, kind, name), stop in zip(runs, edges, strict=True):
        if kind in kept:
            continue
        places = [(start, stop)] if markup is None else markup.spans(start, stop)
        spans += [Removed(body.field, left, right, body.value[left:right], kind, name) for left, right in places]
    return spans


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _without(value: str, spans: list[Removed]) -> str:
    parts, at = [], 0
    for span in spans:
        parts.append(value[at : span.start])
        at = span.end
    parts.append(value[at:])
    return "".join(parts)
