"""
Say whether what stands in the topics is what had to be published.

The oracle knows nothing of workers: it runs the pure core over what was committed. Each raw message must have given exactly the
prepared items that the pure intake makes of it, and the desk, run over the prepared topic in its order, must give exactly the
records, keys and tombstones of every output topic, and the memory topic's last record of each key.
"""

from collections import Counter as Count
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from worker.desk.entry import DESK_KEY, read_entry
from worker.desk.slip import SlipError, read_prepared
from worker.live.headers import read_header
from worker.live.message import Record
from worker.model import Origin, Raw
from worker.outcome import Reason, Reject
from worker.testing.plant import Plant
from worker.wiring import Counter, Intake
from worker.wiring import Published as Out

__all__ = ["Verdict", "judge", "judge_counts"]

_EXAMPLES: Final = 3  # of each kind of problem, enough to find its cause
Place = tuple[str, int, int]  # topic, partition, offset
Streams = dict[tuple[str, bytes | None], list[bytes | None]]


class Published(NamedTuple):
    """All committed records of the output topics, and of the memory topic."""

    outputs: list[Record]
    memory: list[Record]


@dataclass(slots=True)
class Verdict:
    """What the oracle found: `problems` is empty if all is well, `counts` says how much was compared."""

    problems: list[str] = field(default_factory=list)
    counts: Count[str] = field(default_factory=Count)

    def wrong(self, kind: str, detail: str) -> None:
        """Note a problem."""
        self.counts[kind] += 1
        if self.counts[kind] <= _EXAMPLES:
            self.problems.append(f"{kind}: {detail}")


async def judge(plant: Plant) -> Verdict:
    """Compare all that is committed in a plant's topics with what the pure core gives."""
    return await _judge(plant, content=True)


async def judge_counts(plant: Plant) -> Verdict:
    """
    Count only: each raw record has its items or dead letters once, each item one outcome, and no record was published twice.

    For topics on which workers of several versions wrote, whose words may differ.
    """
    return await _judge(plant, content=False)


async def _judge(plant: Plant, *, content: bool) -> Verdict:
    verdict = Verdict()
    raw = await plant.read(*(source.topic for source in plant.settings.sources))
    prepared = await plant.read(plant.names.prepared)
    letters = await plant.read(plant.names.dead_letters)
    published = Published(await plant.read(*plant.outputs), await plant.read(plant.settings.memory_topic))
    verdict.counts.update(
        raw=len(raw),
        prepared=len(prepared),
        dead_letters=len(letters),
        outputs=len(published.outputs),
        memory=len(published.memory),
    )
    _judge_intake(plant, raw, prepared, letters, verdict, content=content)
    if content:
        _judge_desk(plant, prepared, letters, published, verdict)
    _judge_once(published.outputs, verdict)
    _judge_outcomes(plant, prepared, letters, published.outputs, verdict)
    return verdict


def _judge_once(outputs: list[Record], verdict: Verdict) -> None:
    """Look for an event that stands twice on one topic; the id of a tombstone is not its own."""
    ids = Count((r.topic, read_header(r.headers, "ce_id")) for r in outputs if r.value is not None)
    for (topic, identity), count in ids.items():
        if count > 1:
            verdict.wrong("published twice", f"{topic}: {identity} {count} times")


def _judge_intake(
    plant: Plant, raw: list[Record], prepared: list[Record], letters: list[Record], verdict: Verdict, *, content: bool
) -> None:
    """Compare what each raw message gave with what the pure intake makes of it."""
    intake = Intake(plant.rules)
    providers = {source.topic: source.provider for source in plant.settings.sources}
    made = _made(prepared, providers, verdict)
    dead: dict[Place, list[Record]] = defaultdict(list)
    for letter in letters:
        place = _place_of(letter)
        if place[0] in providers:
            dead[place].append(letter)
    for record in raw:
        place = (record.topic, record.partition, record.offset)
        said = [read_header(letter.headers, "copydesk_reason") for letter in dead.pop(place, ())]
        found = made.pop(place, [])
        if said == [Reason.REFUSED] and not found:
            continue
        results = _results(intake, record, providers[record.topic], plant.settings.max_item_bytes)
        items = [r for r in results if isinstance(r, bytes)]
        if sorted(found) != sorted(items) if content else len(found) != len(items):
            verdict.wrong("prepared items", f"{place}: {len(found)} found, or not those that the pure intake makes")
        if sorted(map(str, said)) != sorted(str(r.reason) for r in results if isinstance(r, Reject)):
            verdict.wrong("intake dead letters", f"{place}: {said}, not what the pure intake rejects")
    for place in (*made, *dead):
        verdict.wrong("from nowhere", f"{place} was never fed")


def _made(prepared: list[Record], providers: Mapping[str, str | None], verdict: Verdict) -> dict[Place, list[bytes]]:
    """Sort prepared items by the raw record that they came from, and look at their order."""
    made: dict[Place, list[bytes]] = defaultdict(list)
    order: dict[tuple[str, int, int], tuple[int, int]] = {}
    for record in prepared:
        try:
            slip, _ = read_prepared(record.value or b"")
        except SlipError:
            continue
        origin = slip.origin
        if origin.topic not in providers or slip.kind != "item":
            continue  # not made by an intake
        made[origin.topic, origin.partition, origin.offset].append(record.value or b"")
        lane = (origin.topic, origin.partition, record.partition)
        if (origin.offset, origin.index) < order.get(lane, (-1, -1)):
            verdict.wrong("out of order", f"{origin} stands behind {order[lane]} in {record.topic}/{record.partition}")
        order[lane] = (origin.offset, origin.index)
    return made


def _results(intake: Intake, record: Record, provider: str | None, limit: int) -> list[bytes | Reject]:
    """Give what must become of a raw record."""
    value = record.value or b""
    if len(value) > limit:
        return [Reject(Reason.TOO_LARGE, "")]
    message = Raw(
        value=value,
        content_type=read_header(record.headers, "content-type"),
        provider=read_header(record.headers, "ce_source") or provider,
        origin=Origin(record.topic, record.partition, record.offset, record.timestamp),
    )
    return [r if isinstance(r, Reject) else r.value for r in intake.prepare(message)]


def _judge_desk(plant: Plant, prepared: list[Record], letters: list[Record], published: Published, verdict: Verdict) -> None:
    """Run the desk over the prepared topic and compare all that it publishes and remembers."""
    rejected = {
        _place_of(letter): read_header(letter.headers, "copydesk_reason")
        for letter in letters
        if read_header(letter.headers, "copydesk_topic") == plant.names.prepared
    }
    expected: Streams = defaultdict(list)
    remembered: dict[tuple[int, bytes | None], bytes | None] = {}
    counters: dict[int, Counter] = {}
    for record in prepared:
        counter = counters.setdefault(record.partition, _counter(plant))
        place = (record.topic, record.partition, record.offset)
        counter.memory.next_offset = record.offset + 1
        for out in _served(counter, record, rejected.get(place), verdict):
            expected[out.topic, out.key].append(out.value)
        remembered.update({(record.partition, key): value for key, value in counter.memory.changes()})
        counter.memory.commit()
    _compare(expected, _streams(published.outputs), verdict)
    found = {(record.partition, record.key): record.value for record in published.memory}
    for where in sorted(found.keys() | remembered.keys(), key=repr):
        if found.get(where) != remembered.get(where) and not _expired(counters, where, found.get(where), remembered.get(where)):
            verdict.wrong("memory", f"{where}: {found.get(where)!r}, expected {remembered.get(where)!r}")


def _expired(
    counters: Mapping[int, Counter], where: tuple[int, bytes | None], found: bytes | None, expected: bytes | None
) -> bool:
    """Say whether what is not there any more is out of date: a desk removes it when it comes to it."""
    if found is not None or expected is None or where[1] == DESK_KEY:
        return False
    return not counters[where[0]].memory.lives(read_entry(expected))


def _served(counter: Counter, record: Record, reason: str | None, verdict: Verdict) -> list[Out]:
    """Give what the desk publishes of a prepared record, nothing if that lies in the dead-letter topic."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    if reason in {Reason.REFUSED, Reason.DESK_FAILED}:
        return []
    try:
        _, _, outs = counter.serve(record.value or b"", record.offset)
    except SlipError:
        if reason != Reason.PREPARED_UNREADABLE:
            verdict.wrong("desk dead letters", f"{place} can't be read and is not there")
        return []
    if reason is not None:
        verdict.wrong("desk dead letters", f"{place} is there as {reason}")
    return outs


def _judge_outcomes(
    plant: Plant, prepared: list[Record], letters: list[Record], outputs: list[Record], verdict: Verdict
) -> None:
    """Count: each item that was prepared has one outcome, and a release is no second one but follows a hold."""
    outcomes: Count[tuple[object, ...]] = Count()
    names = plant.names
    for record in outputs:
        if record.topic in {names.enriched, names.duplicates, names.advisories}:
            if not (read_header(record.headers, "ce_id") or "").endswith("/release"):
                outcomes[_item(Origin(**_origin_fields(record)))] += 1
        elif record.topic == names.held and record.value is not None:
            outcomes[_item(read_prepared(record.value)[0].origin)] += 1
    for letter in letters:
        if (origin := read_header(letter.headers, "copydesk_origin")) is not None:
            topic, partition, offset, index = origin.rsplit("/", 3)
            outcomes[topic, int(partition), int(offset), int(index)] += 1
    wanted: Count[tuple[object, ...]] = Count()
    for record in prepared:
        try:
            slip, _ = read_prepared(record.value or b"")
        except SlipError:
            continue
        if slip.kind == "item":
            wanted[_item(slip.origin)] += 1
    verdict.counts["items"] = wanted.total()
    for item in wanted.keys() | outcomes.keys():
        if wanted[item] != outcomes[item]:
            verdict.wrong("outcomes", f"{item}: {outcomes[item]} outcomes, expected {wanted[item]}")


def _compare(expected: Streams, found: Streams, verdict: Verdict) -> None:
    for topic, key in sorted(expected.keys() | found.keys(), key=repr):
        wanted, there = expected.get((topic, key), []), found.get((topic, key), [])
        if wanted != there:
            how = (
                "other order"
                if sorted(wanted, key=repr) == sorted(there, key=repr)
                else f"{len(there)} records, {len(wanted)} expected"
            )
            verdict.wrong("published", f"{topic} {key!r}: {how}")


def _streams(records: Iterable[Record]) -> Streams:
    streams: Streams = defaultdict(list)
    for record in records:
        streams[record.topic, record.key].append(record.value)
    return streams


def _counter(plant: Plant) -> Counter:
    settings = plant.settings
    return Counter(
        plant.rules,
        names=plant.names,
        fingerprint_window=settings.fingerprint_window,
        identity_window=settings.identity_window,
        precedence=tuple((name,) for name in settings.precedence),
    )


def _place_of(letter: Record) -> Place:
    """Say which record a dead letter stands for."""
    topic, partition, offset = (read_header(letter.headers, f"copydesk_{name}") for name in ("topic", "partition", "offset"))
    return topic or "", int(partition or 0), int(offset or 0)


def _origin_fields(record: Record) -> dict[str, Any]:
    fields: dict[str, Any] = orjson.loads(record.value or b"{}")["origin"]
    return {name: value for name, value in fields.items() if name != "sequence"}


def _item(origin: Origin) -> tuple[object, ...]:
    return origin.topic, origin.partition, origin.offset, origin.index
