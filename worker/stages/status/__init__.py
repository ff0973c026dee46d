"""
Say what an item is: news, or an update, correction, kill, advisory, test or repeat; and whether it is under embargo.

Structured fields come first, then what editors write into headline, slug, labels, notes, and the first and last lines of the
text. Rules look at the start of a line only, so a story that speaks of a killing or a correction gives no signal.
"""

import html
import re
from collections.abc import Mapping
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
_SLUG: Final = 160
_TAG: Final = re.compile(r"<[^<>]*+>")
_EMBARGO: Final = ("embarg", "sperr", "release", "hfr", "not for", "not to be", "for publication", "for use")


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
        head, tail, size = _lines(item)
        lines = [("headline", item.headline[:_LINE])] if item.headline else []
        lines += [("head", line) for line in head]
        lines += [("tail", line) for line in tail]
        notes: list[str] = []
        if len(item.item) > 1 or item.extra:
            notes = _notes(item)
            lines += [("note", line) for line in notes]
            lines += _labels(item)
        words = self._signals.ask(lines, size)
        if item.signals or words or item.status == "withheld":
            found = {*item.signals, *words} | ({"withheld"} if item.status == "withheld" else set())
            draft.signals = tuple(signal for signal in SIGNALS if signal in found)
        else:
            draft.signals = ()
        draft.embargo = _embargo(draft, head, notes)


def _notes(item: Decoded) -> list[str]:
    note = item.item.get("edNote")
    return [line for part in note[:4000].split("\n")[:12] if (line := part.strip()[:_LINE])] if note else []


def _labels(item: Decoded) -> list[tuple[str, str]]:
    """Slug, labels and genres."""
    fields, extra = item.item, item.extra
    found = []
    slug = fields.get("slugline")
    if slug:
        found.append(("slug", slug[:_SLUG]))
    meta = extra.get("meta")
    if isinstance(meta, Mapping) and meta.get("anpa-takekey"):
        found.append(("slug", str(meta["anpa-takekey"])[:_SLUG]))
    keyword, labels = extra.get("keyword"), extra.get("labels")
    if isinstance(keyword, str):
        found.append(("slug", keyword[:_SLUG]))
    found += [("label", label[:_LINE]) for label in (labels if isinstance(labels, list) else ()) if isinstance(label, str)]
    found += [("genre", str(genre.get("name", ""))[:_LINE]) for genre in fields.get("genres", ())]
    return [(place, " ".join(text.split())) for place, text in found]


def _lines(item: Decoded) -> tuple[list[str], list[str], int]:
    """Give the first and the last lines of the text, and how long it is."""
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
    lines = [item.headline[:_LINE], *head, *notes]
    if given is not None:
        lines.append(given.text)
    else:
        words = "\n".join(lines).lower()
        if not any(stem in words for stem in _EMBARGO):
            return None
    now = item.updated or item.created or draft.raw.origin.timestamp or None
    return embargo_in(lines, now) or given
