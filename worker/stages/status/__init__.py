"""
Say what an item is: news, or an update, correction, kill, advisory, test or repeat; and whether it is under embargo.

Structured fields come first, then what editors write into headline, slug, labels, notes, and the first and last lines of the
text. Rules look at the start of a line only, so a story that speaks of a killing or a correction gives no signal.
"""

import html
import re
from typing import Final

from worker.model import Decoded, Draft, Embargo
from worker.rules.load import Rules
from worker.stages.status.embargo import embargo_in
from worker.stages.status.signals import SIGNALS, Signals, load_rules

__all__ = ["ReadStatus"]

_HEAD: Final = 1600  # characters in which first lines are looked for
_TAIL: Final = 700
_HEAD_LINES: Final = 6
_TAIL_LINES: Final = 4
_LINE: Final = 400
_TAG: Final = re.compile(r"<[^<>]*+>")
_EMBARGO: Final = re.compile(r"embarg|sperr|release|hfr|not (?:for|to be)|for (?:publication|use)", re.IGNORECASE)


class ReadStatus:
    """Set `signals` and `embargo`."""

    name: Final = "status"
    writes: Final = ("signals", "embargo")

    def __init__(self, rules: Rules) -> None:
        """Compile the rules."""
        self._signals = Signals(load_rules(rules))

    def __call__(self, draft: Draft) -> None:
        """Read fields, then words."""
        item = draft.decoded
        found: dict[str, None] = dict.fromkeys(item.signals)
        if item.status == "withheld":
            found["withheld"] = None
        head, tail, size = _lines(item)
        ask = self._signals.ask
        if item.headline:
            ask("headline", item.headline[:_LINE], size, found)
        for line in head:
            ask("head", line, size, found)
        for line in tail:
            ask("tail", line, size, found)
        notes = self._fields(item, size, found) if item.item or item.extra else []
        draft.signals = tuple(sorted(found, key=SIGNALS.index)) if found else ()
        draft.embargo = _embargo(draft, head, notes)

    def _fields(self, item: Decoded, size: int, found: dict[str, None]) -> list[str]:
        """Ask slug, labels, genres and notes; return the notes' lines."""
        ask, fields, extra = self._signals.ask, item.item, item.extra
        slug = fields.get("slugline")
        if slug:
            ask("slug", slug[:_LINE], size, found)
        for label in (*extra.get("labels", ()), extra.get("keyword", "")) if extra else ():
            if isinstance(label, str) and label:
                ask("label", label[:_LINE], size, found)
        if "meta" in extra and isinstance(extra["meta"], dict):
            ask("slug", str(extra["meta"].get("anpa-takekey", ""))[:_LINE], size, found)
        for genre in fields.get("genres", ()):
            ask("genre", str(genre.get("name", ""))[:_LINE], size, found)
        note = fields.get("edNote")
        notes = [line for part in note[:4000].split("\n")[:12] if (line := part.strip()[:_LINE])] if note else []
        for line in notes:
            ask("note", line, size, found)
        return notes


def _lines(item: Decoded) -> tuple[list[str], list[str], int]:
    """The first and the last lines of the text, and how long it is."""
    if item.body is None:
        return [], [], 0
    value = item.body.value
    size = len(value)
    head = value[:_HEAD]
    tail = value[-_TAIL:] if size > _HEAD else value
    if item.body.content_type != "text/plain":
        if size > _HEAD:
            tail = tail[tail.find("<") :] if "<" in tail else tail
            head = head[: head.rfind("<")] if "<" in head else head
        head, tail = _text(head), _text(tail)
    first = [line for part in head.split("\n", 40)[:40] if (line := part.strip()[:_LINE])][:_HEAD_LINES]
    last = [line for part in tail.rsplit("\n", 20)[-20:] if (line := part.strip()[:_LINE])][-_TAIL_LINES:]
    return first, last, size


def _text(markup: str) -> str:
    text = _TAG.sub("\n", markup)
    return html.unescape(text) if "&" in text else text


def _embargo(draft: Draft, head: list[str], notes: list[str]) -> Embargo | None:
    """Take the source's own time; else the words, if they start a line of headline, head or note."""
    item = draft.decoded
    given = item.embargo
    if given is not None and given.until is not None:
        return given
    lines = [line for line in (item.headline[:_LINE], *head, *notes) if _EMBARGO.search(line)]
    if given is not None:
        lines.append(given.text)
    if not lines:
        return given
    now = item.updated or item.created or draft.raw.origin.timestamp or None
    return embargo_in(lines, now) or given
