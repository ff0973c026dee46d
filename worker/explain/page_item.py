"""Write one item of the page."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final, NamedTuple

from worker.explain.compare import MOST_WORDS, Run, compare
from worker.explain.items import Told
from worker.explain.reasons import RouteReasons
from worker.explain.spans import headline_of, main_text, pieces, shortened, visible
from worker.formats.times import iso

__all__ = ["Cited", "article"]

_SHOWN: Final = 1400  # characters of a run of story that are shown without being asked for
_SAME: Final = 500  # of a run that stands in both texts
_RIGHTS: Final = (
    "copyright_holder",
    "holder_name",
    "copyright_year",
    "distributor",
    "source",
    "copyright_notice",
    "usage_terms",
)


class Cited(NamedTuple):
    """An item that another one duplicates or follows, and its number on the page."""

    number: int
    told: Told


def article(number: int, told: Told, reasons: RouteReasons, original: Cited | None) -> str:
    """
    Write an item as an HTML element.

    Args:
        number: its place on the page.

        told: the item.

        reasons: why routes take items.

        original: what it duplicates or follows, if that is on the page too.
    """
    record = told.record
    rules = {str(span["rule"]) for span in record["removed"]} if told.readable else set()
    outcome = _safe(str(record["outcome"]))
    head = (
        f'<article id="item-{number}" data-outcome="{outcome}" data-relation="{_safe(told.relation)}" '
        f'data-rules="{_safe(" ".join(sorted(rules)))}">\n<span class="badge {outcome}">{outcome}: {_safe(told.relation)}</span>'
    )
    if not told.readable:
        title = told.uri or "could not be read"
        return f'{head}<h2>{_safe(title)}</h2><div class="where">{_safe(told.source)}</div><p>{_safe(str(record["detail"]))}</p></article>\n'
    body = _side_by_side(told, original) if original is not None else _body(told)
    if original is not None:
        body += f"<details><summary>the item with what was taken out of it</summary>{_body(told)}</details>"
    where = f"{told.uri} {record['version']}".strip()
    return (
        f'{head}\n<h2>{_safe(headline_of(record) or "(no headline)")}</h2><div class="where">{number} · {_safe(where)} · '
        f"{_safe(record['provider'])} · {_safe(record['format'])} · {_safe(told.source)}</div>\n{_how(told, original)}{body}\n"
        f'<dl class="facts">{"".join(f"<dt>{_safe(name)}</dt><dd{css}>{_safe(value)}</dd>" for name, value, css in _facts(told, reasons))}'
        "</dl></article>\n"
    )


def _safe(text: str) -> str:
    return escape(visible(text))


def _how(told: Told, original: Cited | None) -> str:
    story = told.record["story"]
    if not story["of"]:
        return ""
    name = _safe(headline_of(original.told.record) or original.told.uri) if original else _safe(story["of"])
    link = f'<a href="#item-{original.number}">{name}</a>' if original else name
    how = [
        *([f"by {story['method']}"] if story["method"] else []),
        *([f"{story['similarity'] / 10:g} % alike"] if story["similarity"] else []),
        *([f"differs: {'; '.join(story['differs'])}"] if story["differs"] else []),
    ]
    return f'<p class="note">{_safe(told.relation)} of {link}{_safe("".join(f", {one}" for one in how))}</p>\n'


def _body(told: Told) -> str:
    parts = []
    for piece in pieces(told.record):
        if piece.kind:
            core = piece.text.rstrip()
            blanks = _safe(piece.text[len(core) :]) or " "
            parts.append(f'<del>{_safe(core)}</del><span class="tag">{_safe(piece.kind)}: {_safe(piece.rule)}</span>{blanks}')
            continue
        start, left_out, end = shortened(piece.text, _SHOWN)
        parts.append(_safe(start))
        if left_out:
            middle = piece.text[len(start) : len(piece.text) - len(end)].strip()
            parts.append(
                f"<details><summary>… {left_out:,} characters of the story …</summary>{_safe(middle)}</details>{_safe(end)}"
            )
    text = "".join(parts).strip()
    return f'<div class="body">{text}</div>' if text else '<p class="note">(no body)</p>'


def _side_by_side(told: Told, original: Cited) -> str:
    """Write the published texts of both in two columns, with the words marked that stand in one only."""
    texts = [f"{headline_of(one.record)}\n\n{main_text(one.record).strip()}" for one in (original.told, told)]
    left, right = compare(*texts)
    longest = max(len(text.split()) for text in texts)
    note = f'<p class="note">words behind the first {MOST_WORDS:,} are not compared</p>' if longest > MOST_WORDS else ""
    return (
        f'<div class="sides"><div class="column"><h3>original, {original.number}</h3>{_runs(left)}</div>'
        f'<div class="column"><h3>this item</h3>{_runs(right)}</div></div>{note}'
    )


def _runs(runs: Iterable[Run]) -> str:
    parts = []
    for text, differs in runs:
        core = text.lstrip()
        blanks = text[: len(text) - len(core)]
        if differs and core:
            parts.append(f"{blanks}<mark>{_safe(core)}</mark>")
            continue
        start, same, end = shortened(text, _SAME)
        between = f'\n<span class="note">… {same:,} characters that are the same …</span>\n' if same else ""
        parts.append(_safe(start) + between + _safe(end))
    return "".join(parts)


def _facts(told: Told, reasons: RouteReasons) -> Iterator[tuple[str, str, str]]:
    """Give name, value and class of what was found out."""
    record, slip = told.record, told.slip
    rights = record["rights"]
    if lines := [f"{name.replace('_', ' ')}: {rights[name]}" for name in _RIGHTS if rights.get(name)]:
        yield "rights", "\n".join(lines), ""
    for conflict in rights["conflicts"]:
        words = f"{conflict['field']}: the fields say {conflict['structured']!r}, the text {conflict['text']!r}"
        yield "conflict", words, ' class="conflict"'
    if record["dateline"] and record["dateline"]["text"]:
        yield "dateline", record["dateline"]["text"], ""
    if regions := [f"{r['name']} ({r['role']}, {r['confidence'] / 10:.0f} %)" for r in record["regions"]]:
        yield "regions", ", ".join(regions), ""
    if topics := [f"{t['name']} ({t['confidence'] / 10:.0f} %)" for t in record["topics"]]:
        yield "topics", ", ".join(topics), ""
    yield "language", f"{record['language']['code'] or 'not known'} ({record['language']['source']})", ""
    if slip is not None and slip.signals:
        yield "signals", ", ".join(slip.signals), ""
    if slip is not None and slip.embargo is not None:
        until = slip.embargo.until
        yield "embargo", f"until {iso(until) if until is not None else 'a time that could not be read'}", ""
    if record["routes"]:
        yield "routes", "\n".join(f"{route} – {reasons.why(route, record)}" for route in record["routes"]), ""
    for warning in record["warnings"]:
        yield "warning", warning, ""
