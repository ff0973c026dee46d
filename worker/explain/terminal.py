"""Draw an item for a terminal; without colour, what was taken out is marked as `[-text-]{kind:rule}`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from worker.explain.items import Told
from worker.explain.reasons import RouteReasons
from worker.explain.spans import Piece, headline_of, pieces, shortened, visible
from worker.formats.times import iso
from worker.outcome import Outcome

__all__ = ["COLOURS", "draw"]

COLOURS: Final = {
    "copyright": "magenta", "terms": "magenta", "distributor": "blue", "source": "blue", "credit": "cyan", "contact": "yellow",
    "boilerplate": "yellow", "promotion": "red", "endmark": "green",
}  # fmt: skip
_OUTCOMES: Final = {
    Outcome.KEPT: "bold green", Outcome.DUPLICATE: "bold yellow", Outcome.HELD: "bold cyan", Outcome.REJECTED: "bold red",
}  # fmt: skip
_RIGHTS: Final = ("copyright_holder", "copyright_year", "distributor", "source", "copyright_notice", "usage_terms")
_SHOWN: Final = 1400  # characters of a run of story that are shown: its start and its end
_NAMES: Final = 4  # names shown as evidence of a region


def draw(told: Told, reasons: RouteReasons, *, full: bool = False, marks: bool = False) -> RenderableType:
    """
    Draw one item.

    Args:
        told: the item.

        reasons: why routes take items.

        full: show long texts from end to end.

        marks: show what was taken out by signs, not by colour.
    """
    record = told.record
    if not told.readable:
        facts = _grid(
            [("outcome", _outcome(told)), ("why", _text(str(record["detail"]))), ("stage", _text(str(record["stage"])))]
        )
        return Group(_head(told, told.uri or "could not be read"), Padding(facts, (1, 0, 1, 2)))
    body = _body(pieces(record), full=full, marks=marks)
    return Group(
        _head(told, headline_of(record) or "(no headline)"),
        Padding(_grid(_story(told)), (0, 0, 0, 2)),
        Padding(body if body.plain.strip() else Text("(no body)", style="dim"), (1, 2)),
        Padding(_grid(_facts(told, reasons)), (0, 0, 1, 2)),
    )


def _head(told: Told, title: str) -> Text:
    return Text.assemble((visible(title), "bold"), "\n", (visible(told.source), "dim"))


def _text(value: str, style: str = "") -> Text:
    return Text(visible(value), style=style)


def _grid(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True, min_width=11)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, value)
    return grid


def _outcome(told: Told) -> Text:
    return Text.assemble((told.record["outcome"], _OUTCOMES.get(told.record["outcome"], "bold")), f": {visible(told.relation)}")


def _story(told: Told) -> Iterator[tuple[str, RenderableType]]:
    record, story = told.record, told.record["story"]
    outcome = _outcome(told)
    if story["of"]:
        outcome.append(f" of {visible(story['of'])}")
    yield "outcome", outcome
    how = [
        *([f"by {story['method']}"] if story["method"] else []),
        *([f"{story['similarity'] / 10:g} % alike"] if story["similarity"] else []),
        *([f"differs: {'; '.join(story['differs'])}"] if story["differs"] else []),
        *([f"cancels {', '.join(story['cancels'])}"] if story["cancels"] else []),
        *([f"also out at {', '.join(story['carriers'])}"] if story["carriers"] else []),
        *([f"because {story['reason']}"] if story.get("reason") else []),
    ]
    if how:
        yield "how", _text(", ".join(how))
    version = f" version {record['version']}" if record["version"] else ""
    yield "item", _text(f"{record['uri']}{version} from {record['provider']}, {record['format']}")
    if story["id"] != record["uri"]:
        yield "story", _text(story["id"])


def _body(found: list[Piece], *, full: bool, marks: bool) -> Text:
    text = Text()
    for piece in found:
        words = visible(piece.text)
        if not piece.kind:
            start, left_out, end = (words, 0, "") if full else shortened(words, _SHOWN)
            text.append(start)
            if left_out:
                text.append(f"\n\n… {left_out:,} characters of the story …\n\n", style="dim")
                text.append(end)
            continue
        core, label = words.rstrip(), f"{piece.kind}:{visible(piece.rule)}"
        if marks:
            text.append(f"[-{core}-]{{{label}}}")
        else:
            colour = COLOURS.get(piece.kind, "red")
            text.append(core, style=f"strike {colour}")
            text.append(f" {label}", style=f"dim {colour}")
        # Blanks behind a span are gone too, but a blank cannot be seen; they part the spans.
        text.append(words[len(core) :] or " ")
    text.rstrip()
    return text


def _facts(told: Told, reasons: RouteReasons) -> Iterator[tuple[str, RenderableType]]:
    record, slip = told.record, told.slip
    rights = record["rights"]
    if lines := [f"{name.replace('_', ' ')}: {rights[name]}" for name in _RIGHTS if rights.get(name)]:
        holder = rights.get("holder_name")
        if holder and holder != rights.get("copyright_holder"):
            lines.insert(1, f"known as: {holder}")
        yield "rights", _text("\n".join(lines))
    for conflict in rights["conflicts"]:
        words = f"{conflict['field']}: the fields say {conflict['structured']!r}, the text {conflict['text']!r}"
        yield "conflict", _text(words, "bold red")
    if record["dateline"] and record["dateline"]["text"]:
        yield "dateline", _dateline(record["dateline"])
    if record["regions"]:
        yield "regions", _lines(_region(region) for region in record["regions"])
    if record["topics"]:
        yield "topics", _lines(_topic(topic) for topic in record["topics"])
    language = record["language"]
    yield "language", _text(f"{language['code'] or 'not known'} ({language['source']})")
    if record["fingerprint"]:
        yield "fingerprint", _text(f"recipe {record['fingerprint']['recipe']}, digest {record['fingerprint']['exact']}")
    if slip is not None and slip.signals:
        yield "signals", _text(", ".join(slip.signals))
    if slip is not None and slip.embargo is not None:
        until = slip.embargo.until
        yield (
            "embargo",
            _text(f"until {iso(until) if until is not None else 'a time that could not be read'}: {slip.embargo.text}"),
        )
    if record["routes"]:
        yield (
            "routes",
            _lines(Text.assemble((route, "cyan"), f"  {visible(reasons.why(route, record))}") for route in record["routes"]),
        )
    for warning in record["warnings"]:
        yield "warning", _text(warning, "yellow")


def _lines(lines: Iterable[Text]) -> Text:
    return Text("\n").join(lines)


def _dateline(line: Mapping[str, Any]) -> Text:
    parts = [f"{name} {line[name]}" for name in ("place", "country", "agency", "date") if line[name]]
    return Text.assemble(visible(line["text"]), (f"  {visible(', '.join(parts))}", "dim"))


def _region(region: Mapping[str, Any]) -> Text:
    names = list({evidence["text"].casefold(): evidence["text"] for evidence in region["evidence"]}.values())
    where = f" {region['subdivision']}" if region["subdivision"] else ""
    first = ", first" if region["primary"] else ""
    words = f"{region['code']} {region['name']}{where}  {region['role']}{first}, {_percent(region)}"
    found = f": {', '.join(names[:_NAMES])}" if names else ""
    return Text.assemble(visible(words), (visible(found), "dim"))


def _topic(topic: Mapping[str, Any]) -> Text:
    indent = "  " * (topic["level"] - 1)
    return Text.assemble(visible(f"{indent}{topic['name']}"), (visible(f"  {topic['code']}, {_percent(topic)}"), "dim"))


def _percent(tag: Mapping[str, Any]) -> str:
    by = "" if tag["creator"] == "copydesk" else f", by {tag['creator']}"
    return f"{tag['confidence'] / 10:.0f} % sure{by}"
