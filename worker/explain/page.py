"""
Write one page about many items, that needs nothing else: no network, no other file.

All text of items is escaped, and a content security policy allows only the page's own style and script, by their digests.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Final

from worker.explain.items import Told
from worker.explain.page_item import Cited, article
from worker.explain.reasons import RouteReasons
from worker.explain.spans import visible

__all__ = ["page"]

_HERE: Final = Path(__file__).parent
_SHOWN: Final = 40  # rules in the table of counts; the choice above the items has all


def page(items: Sequence[Told], reasons: RouteReasons, title: str) -> Iterator[str]:
    """
    Write the page piece by piece.

    Args:
        items: all items, in the order in which the desk saw them.

        reasons: why routes take items.

        title: the page's title.
    """
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    heading = escape(visible(title))
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{heading}</title>\n<style>{style}</style></head>\n<body><header><h1>{heading}</h1>\n"
    )
    outcomes = Counter((str(told.record["outcome"]), told.relation) for told in items)
    rules = Counter(rule for told in items for rule in _rules(told))
    words = sum(len(span["text"]) for told in items if told.readable for span in told.record["removed"])
    yield f'<p class="where">{len(items):,} items, {words:,} characters taken out of them</p>\n<div class="tables">'
    yield _table("outcome", [(f"{outcome}: {relation}", n, outcome) for (outcome, relation), n in outcomes.most_common()])
    if rules:
        more = f", the {_SHOWN} most frequent of {len(rules)}" if len(rules) > _SHOWN else ""
        yield _table(f"items by footer rule{more}", [(rule, n, "") for rule, n in rules.most_common(_SHOWN)])
    yield "</div>\n"
    yield _form(outcomes, sorted(rules))
    yield "</header>\n<main>\n"
    earlier: dict[str, Cited] = {}
    for number, told in enumerate(items, 1):
        original = earlier.get(str(told.record["story"]["of"])) if told.readable else None
        yield article(number, told, reasons, original)
        if told.readable and told.record["outcome"] != "duplicate":
            earlier[told.uri] = Cited(number, told)
    yield f"</main>\n<footer>Written by copydesk report.</footer>\n<script>{script}</script></body></html>\n"


def _rules(told: Told) -> list[str]:
    """Name the rules that took something out of an item."""
    return list(dict.fromkeys(str(span["rule"]) for span in told.record["removed"])) if told.readable else []


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _table(caption: str, rows: Iterable[tuple[str, int, str]]) -> str:
    cells = "".join(f'<tr><td>{n:,}</td><td class="{escape(css)}">{escape(visible(name))}</td></tr>' for name, n, css in rows)
    return f"<table><caption>{escape(caption)}</caption>{cells}</table>"


def _form(outcomes: Counter[tuple[str, str]], rules: Iterable[str]) -> str:
    """Write the filter; it is hidden until the script is there to work it."""
    groups: dict[str, list[str]] = {}
    for outcome, relation in sorted(outcomes):
        groups.setdefault(outcome, []).append(relation)
    choices = "".join(
        f'<option value="{escape(outcome)}">{escape(outcome)}</option>'
        + "".join(f'<option value="{escape(one)}">– {escape(visible(one))}</option>' for one in relations if one != outcome)
        for outcome, relations in groups.items()
    )
    named = "".join(f'<option value="{escape(visible(rule))}">{escape(visible(rule))}</option>' for rule in rules)
    return (
        f'<form hidden><label>outcome<select name="outcome"><option value="">all</option>{choices}</select></label>'
        f'<label>footer rule<select name="rule"><option value="">all</option>{named}</select></label>'
        '<label class="wide">words<input name="words" type="search" autocomplete="off"></label>'
        '<span class="count" role="status"></span></form>\n'
    )
