"""
Strip what agencies and distributors bolt on, and keep it: legal lines, credits, sign-offs, contacts, promotion.

The end of the body is cut into units (`units`), each is judged by the rules (`judge`), and the cut is where the units' points sum
up best (`tail`); heads are looked for likewise (`head`). What is cut is recorded span by span, so that field and spans give the
field back, and the rights are read in it (`rights`). HTML is cut so that what remains is well formed (`markup`). Rules are data:
`worker/rules/footers/*.toml`, see docs/footers.md.
"""

from itertools import takewhile
from typing import Final

from worker.model import Body, Draft, Removed, Rights
from worker.rules.load import Rules
from worker.stages.footers.head import find_head
from worker.stages.footers.judge import Found, Verdict
from worker.stages.footers.markup import Markup, plain, read_end, read_start
from worker.stages.footers.names import Names
from worker.stages.footers.rights import read_rights, unite
from worker.stages.footers.rulebook import RuleBook
from worker.stages.footers.tail import find_footer

__all__ = ["StripFooters"]


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
        """Strip the body's head and footer; the headline stays as decoded."""
        decoded = draft.decoded
        body = decoded.body
        draft.headline, draft.body, draft.removed = decoded.headline, body, ()
        if body is None or not body.value:
            draft.rights = unite(decoded.rights, Rights(), self._names)
            return
        if body.content_type == "text/plain":
            first = last = plain(body.value)
        else:
            last = read_end(body.value)
            first = last if last.whole else read_start(body.value)
        tail, head = find_footer(self._book, last.text), find_head(self._book, first.text)
        read = read_rights((*tail, *head), first.text, self._names) if tail or head else Rights()
        draft.rights = unite(decoded.rights, read, self._names)
        if tail or head:
            kept = self._book.keeps(draft.provider)
            spans = [*_spans(head, body, first, kept), *_spans(tail, body, last, kept, to_end=True)]
            draft.removed = tuple(spans)
            draft.body = Body(field=body.field, content_type=body.content_type, value=_without(body.value, spans))


def _spans(
    found: tuple[Found, ...], body: Body, source: Markup, kept: frozenset[str], *, to_end: bool = False
) -> list[Removed]:
    """One span for each run of units of one rule, blanks behind it included; kinds that are kept stay in the text."""
    runs: list[tuple[int, str, str]] = []
    for unit, verdict in found:
        kind, rule = _named(verdict)
        if not runs or runs[-1][1:] != (kind, rule):
            runs.append((unit.start, kind, rule))
    spans: list[Removed] = []
    if to_end and not source.tags and not kept:
        value = body.value
        ends = [*(start for start, _, _ in runs[1:]), len(value)]
        return [
            Removed(body.field, at, end, value[at:end], kind, rule) for (at, kind, rule), end in zip(runs, ends, strict=False)
        ]
    stop = len(source.text) if to_end or not found else _after_blanks(source.text, found[-1].unit.end)
    while runs:
        # What is taken out together, so that elements around several runs go as well.
        block = list(takewhile(lambda run: run[1] in kept, runs)) or list(takewhile(lambda run: run[1] not in kept, runs))
        runs = runs[len(block) :]
        if block[0][1] not in kept:
            end = runs[0][0] if runs else stop
            starts = [0, *(source.raw(start) for start, _, _ in block[1:]), len(body.value)]
            for left, right in source.spans(block[0][0], end):
                for (_, kind, rule), low, high in zip(block, starts, starts[1:], strict=False):
                    begin, finish = max(left, low), min(right, high)
                    if begin < finish:
                        spans.append(Removed(body.field, begin, finish, body.value[begin:finish], kind, rule))
    return spans


def _named(verdict: Verdict) -> tuple[str, str]:
    """Give the kind and the rule that a removed unit is recorded with; what only its surroundings explain goes with them."""
    if verdict.rule is not None:
        return verdict.rule.kind, verdict.rule.id
    return ("contact", "contact-details") if verdict.contact else ("boilerplate", "continues")


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
