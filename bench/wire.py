"""
Feed a day-by-day stream of real wire items through Kafka and the worker, and say what came out and how fast.

The stream (19,562 items of 1987) is no part of this repository. All but the last items are sent at once, for throughput and
CPU; the last ones at a steady rate, for latency. Each item must have exactly one outcome, else the exit code is 1.
"""

import argparse
import asyncio
import gzip
import json
import logging
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from rich.console import Console
from rich.table import Table

from bench.processes import Usage, roles
from worker.demo.stand import Stand, StandError
from worker.settings import Settings
from worker.topics import Names

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DATE = re.compile(r"\s*(\d+)-([A-Z]{3})-(\d{4})\s+(\d+:\d+:\d+)")
# One raw partition keeps the order of the stream, so that two runs decide alike.
SETTINGS = {"COPYDESK_RAW_PARTITIONS": "1", "COPYDESK_OUTPUT_PARTITIONS": "1", "COPYDESK_LOG_LEVEL": "WARNING"}
STALL_SECONDS = 120.0
QUANTILES = (50, 90, 99, 100)


@dataclass
class Seen:
    """What was read from the output topics."""

    relations: Counter[str] = field(default_factory=Counter)
    results: Counter[int] = field(default_factory=Counter)
    appended: dict[int, int] = field(default_factory=dict)  # milliseconds from the raw record's time to the output's
    read: dict[int, float] = field(default_factory=dict)  # the same, to when a read_committed consumer had it
    decisions: list[dict[str, Any]] = field(default_factory=list)


def items(path: Path) -> Iterator[bytes]:
    """Make ninjs items of the stream's lines: the dateline in front of the text, as it came over the wire."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = f"{row['dateline']} {row['text']}" if row.get("dateline") else row["text"]
            item = {
                "uri": row["id"],
                "version": "1",
                "type": "text",
                "language": "en",
                "headline": row["headline"] or "",
                "body_text": text,
            }
            if (when := DATE.match(row.get("date") or "")) is not None:
                day, month, year, clock = when.groups()
                item["versioncreated"] = f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}T{clock}Z"
            yield json.dumps(item, ensure_ascii=False).encode()


async def gather(consumer: AIOKafkaConsumer, seen: Seen, until: int, stand: Stand, names: Names) -> None:
    """Read outcomes until `until` raw items have one. Raises `StandError` if nothing comes any more."""
    last = time.monotonic()
    while len(seen.results) < until:
        batches = await consumer.getmany(timeout_ms=100)
        now = time.time() * 1000
        for records in batches.values():
            last = time.monotonic()
            for record in records:
                if record.topic == names.dead_letters:
                    facts = {key: value.decode("utf-8", "replace") for key, value in record.headers}
                    seen.relations[f"dead letter: {facts['copydesk_reason']}"] += 1
                    seen.results[int(facts["copydesk_offset"])] += 1
                elif record.value is not None:
                    _one(json.loads(record.value), record.timestamp, now, seen)
        stand.check()
        if time.monotonic() - last > STALL_SECONDS:
            raise StandError(f"nothing came for {STALL_SECONDS:.0f} s; the worker said last:\n{stand.last_words()}")


def _one(record: dict[str, Any], appended: int, now: float, seen: Seen) -> None:
    if "slip" in record:  # a prepared item in the held topic
        origin, story = dict(zip(("offset", "timestamp"), record["slip"]["origin"][2:4], strict=True)), {"relation": "held"}
    else:
        origin, story = record["origin"], record["story"]
        head = record["item"].get("headlines", [{"value": ""}])[0]["value"]
        seen.decisions.append({"uri": record["uri"], "headline": head, **story, "regions": [r["code"] for r in record["regions"]],
                               "topics": [t["name"] for t in record["topics"]], "routes": record["routes"]})  # fmt: skip
    seen.relations[story["relation"]] += 1
    seen.results[origin["offset"]] += 1
    seen.appended[origin["offset"]] = appended - origin["timestamp"]
    seen.read[origin["offset"]] = now - origin["timestamp"]


async def run(stand: Stand, stream: Sequence[bytes], steady: int, rate: float, console: Console) -> Seen:
    """Send the stream in its two parts, gather, and print speed and latency."""
    settings = Settings.from_env(stand.environment)
    names, raw = Names.of(settings), settings.sources[0].topic
    producer = AIOKafkaProducer(bootstrap_servers=settings.broker, acks="all", linger_ms=0)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await producer.start()
    await consumer.start()
    consumer.assign(
        [TopicPartition(t, 0) for t in (names.enriched, names.duplicates, names.advisories, names.held, names.dead_letters)]
    )
    seen, bulk = Seen(), len(stream) - steady
    try:
        await producer.send_and_wait(raw, stream[0], partition=0)
        await gather(consumer, seen, 1, stand, names)  # the worker is up
        began, before = time.monotonic(), {name: Usage.of(pid) for name, pid in roles(stand.pid).items()}
        for value in stream[1:bulk]:
            await producer.send(raw, value, partition=0)
        await gather(consumer, seen, bulk, stand, names)
        seconds = time.monotonic() - began
        console.print(f"at once:   {bulk - 1} items in {seconds:.1f} s, {(bulk - 1) / seconds:.0f} items/s")
        for name, used in before.items():
            now = Usage.of(roles(stand.pid)[name])
            console.print(
                f"           {name:6} {(now.cpu - used.cpu) / (bulk - 1) * 1e6:.0f} µs of CPU an item, {now.memory >> 20} MB"
            )
        reading = asyncio.create_task(gather(consumer, seen, len(stream), stand, names))
        began = time.monotonic()
        for number, value in enumerate(stream[bulk:]):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            await producer.send(raw, value, partition=0)
        await reading
    finally:
        await producer.stop()
        await consumer.stop()
    for title, times in (("appended", seen.appended), ("readable", seen.read)):
        line = ", ".join(f"p{q} {at:.0f} ms" for q, at in quantiles([t for o, t in times.items() if o >= bulk]))
        console.print(f"{'at ' + format(rate, 'g') + '/s:' if title == 'appended' else '':10} {title}: {line}")
    return seen


def quantiles(times: list[float]) -> list[tuple[int, float]]:
    """Give the quantiles (nearest rank) in per cent and milliseconds; 100 is the longest."""
    ordered = sorted(times)
    return [(q, ordered[min(len(ordered) - 1, len(ordered) * q // 100)]) for q in QUANTILES] if ordered else []


def main() -> int:
    """Feed, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stream", type=Path, help="JSON Lines, gzipped: id, date, headline, dateline, text")
    parser.add_argument("--steady", type=int, default=2000, help="how many of the last items are sent at a steady rate")
    parser.add_argument("--rate", type=float, default=200, help="items a second in the steady part")
    parser.add_argument("--items", type=int, help="only the first N items")
    parser.add_argument("--decisions", type=Path, help="write one JSON line for each decision here, to be read by eye")
    arguments = parser.parse_args()
    if not arguments.stream.exists():
        print(f"wire: there is no stream at {arguments.stream}; nothing was fed", file=sys.stderr)
        return 2
    logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # a topic that is new has no leader for a moment
    stream = list(items(arguments.stream))[: arguments.items]
    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    try:
        with tempfile.TemporaryDirectory(prefix="copydesk-wire-") as folder, Stand(Path(folder), SETTINGS) as stand:
            stand.create_topics()
            stand.start_worker()
            seen = asyncio.run(run(stand, stream, min(arguments.steady, len(stream) // 2), arguments.rate, console))
    except StandError as error:
        print(f"wire: {error}", file=sys.stderr)
        return 1
    if arguments.decisions:
        arguments.decisions.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in seen.decisions), encoding="utf-8"
        )
    console.print(outcomes(seen))
    wrong = [offset for offset in range(len(stream)) if seen.results[offset] != 1]
    if wrong or seen.relations.total() != len(stream):
        console.print(
            f"{len(stream)} items in, {seen.relations.total()} outcomes; without exactly one: {wrong[:20]}", style="red"
        )
        return 1
    console.print(f"{len(stream)} items in, {len(stream)} outcomes, one for each")
    return 0


def outcomes(seen: Seen) -> Table:
    """Draw the outcomes by relation."""
    drawn = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    drawn.add_column("relation")
    drawn.add_column("items", justify="right")
    drawn.add_column("share", justify="right")
    for relation, count in seen.relations.most_common():
        drawn.add_row(relation, str(count), f"{100 * count / seen.relations.total():.2f} %")
    return drawn


if __name__ == "__main__":
    sys.exit(main())
