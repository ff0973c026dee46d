"""Say in words for an editor what became of an item."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from worker.demo.script import Sample
from worker.desk.slip import read_prepared

__all__ = ["COLUMNS", "Result", "dead", "held", "published", "rows"]

COLUMNS: Final = ("story", "outcome", "removed", "rules", "rights", "regions", "topics", "routes")
_TAG: Final = re.compile(r"<[^<>]*>")
NOTHING: Final = "–"
_QUOTED: Final = 64  # characters of a removed footer that are shown
_NEAR: Final = 4  # characters between two spans of one footer: blanks and line ends

_WORDS: Final = {
    "new": "kept: new story",
    "update": "kept: update of {of}",
    "correction": "kept: correction of {of}",
    "cancellation": "kept: kill of {of}",
    "duplicate": "duplicate of {of}",
    "stale": "duplicate: older than {of}",
    "redelivery": "duplicate: {of} again",
    "advisory": "rejected: note to editors",
    "test": "rejected: test",
    "withheld": "rejected: withheld",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One record that the raw message at `offset` led to: a published or held record, or why it is a dead letter."""

    offset: int
    record: Mapping[str, Any]
    held_until: str | None = None
    reason: str | None = None


def published(value: bytes) -> Result:
    """Read a record of one of the topics that the desk publishes to."""
    record = orjson.loads(value)
    return Result(offset=record["origin"]["offset"], record=record)


def held(value: bytes) -> Result:
    """Read a record of the held topic: a prepared item."""
    slip, record = read_prepared(value)
    fields = orjson.loads(record)
    until = fields["item"].get("embargoedUntil", "somebody releases it")
    return Result(offset=slip.origin.offset, record={"uri": slip.uri, **fields}, held_until=until)


def dead(offset: int, reason: str, detail: str) -> Result:
    """Tell of a dead letter."""
    # Which setting holds the limit is for an operator; it stands behind the sentence, in brackets.
    return Result(offset=offset, record={}, reason=f"({reason.replace('_', ' ')}): {detail.partition(' (')[0]}")


def rows(samples: Sequence[Sample], results: Sequence[Result]) -> list[dict[str, str]]:
    """Make one row for each sample: its name and the cells of `COLUMNS`. Items are named by their place: `#1` is the first."""
    by_offset: dict[int, list[Result]] = {index: [] for index in range(len(samples))}
    first: dict[str, str] = {}
    for result in results:
        by_offset[result.offset].append(result)
    for offset, found in by_offset.items():
        for result in found:
            if uri := result.record.get("uri"):
                first.setdefault(uri, f"#{offset + 1}")
    return [_row(sample, by_offset[index], first) for index, sample in enumerate(samples)]


def _row(sample: Sample, results: Sequence[Result], first: Mapping[str, str]) -> dict[str, str]:
    record = results[-1].record if results else {}
    goes = sorted({route for result in results for route in result.record.get("routes", ())})
    cells = (
        _headline(record),
        ", then ".join(_outcome(result, first) for result in results) or "no outcome",
        "; ".join(_run(run) for run in _runs(record.get("removed", ()))),
        ", ".join(dict.fromkeys(span["rule"] for span in record.get("removed", ()))),
        _rights(record.get("rights", {})),
        ", ".join(_region(region) for region in record.get("regions", ())),
        "; ".join(topic["name"] for topic in record.get("topics", ())),
        ", ".join(route.removeprefix("wire.") for route in goes),
    )
    return {"item": sample.name, **{name: cell or NOTHING for name, cell in zip(COLUMNS, cells, strict=True)}}


def _headline(record: Mapping[str, Any]) -> str:
    if not record:
        return "(not readable)"
    lines = record["item"].get("headlines", ())
    return str(lines[0]["value"]) if lines else "(no headline)"


def _outcome(result: Result, first: Mapping[str, str]) -> str:
    if result.reason is not None:
        return f"dead letter {result.reason}"
    if result.held_until is not None:
        return f"held until {result.held_until}"
    story = result.record["story"]
    of = story["of"]
    return _WORDS[story["relation"]].format(of=first.get(of, of or "an item that is not remembered"))


def _runs(spans: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Put spans together that stand side by side: a notice of three sentences is one footer to an editor."""
    runs: list[list[Mapping[str, Any]]] = []
    for span in spans:
        last = runs[-1][-1] if runs else None
        if last is not None and last["field"] == span["field"] and span["start"] - last["end"] <= _NEAR:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _run(spans: Sequence[Mapping[str, Any]]) -> str:
    said = [span for span in spans if any(map(str.isalpha, span["text"]))] or spans
    text = " ".join(_TAG.sub(" ", " ".join(span["text"] for span in said)).split())
    if len(text) > _QUOTED:
        text = f"{text[: _QUOTED * 2 // 3].rstrip()} … {text[-_QUOTED // 3 :].lstrip()}"
    return f"{', '.join(dict.fromkeys(span['kind'] for span in said))} “{text}”"


def _rights(rights: Mapping[str, str]) -> str:
    holder = rights.get("copyright_holder")
    owner = " ".join(text for text in (rights.get("copyright_year"), holder) if text)
    parts = [f"© {owner}" if owner else ""]
    for key, word in (("distributor", "through"), ("source", "from")):
        if rights.get(key) and rights[key] != holder:
            parts.append(f"{word} {rights[key]}")
    return ", ".join(part for part in parts if part)


def _region(region: Mapping[str, Any]) -> str:
    return str(region["name"]) if region["primary"] else f"{region['name']} ({region['role']})"
