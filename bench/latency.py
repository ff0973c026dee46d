"""
How long an item takes from the raw topic to a reader of what is committed: `python -m bench.latency --rate 200`.

Intake and desk run as a user runs them, with all default routes in the desk's transactions. Items come one by one at a steady rate, and
a reader of the enriched topic notes when it has each. The way is also told in parts, by the times at which the broker appended the
prepared and the enriched record. `--share 0.8` first feeds all at once to find the most that goes through, and then so much of it.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson
from aiokafka import AIOKafkaConsumer

from worker.broker import DevBroker
from worker.desk.slip import read_prepared
from worker.testing.clients import consumer_on, producer_on
from worker.testing.plant import Plant
from worker.testing.stories import Wire

WARM: Final = 300  # items before anything counts: Python and the JVM are slow at first
QUANTILES: Final = (50, 90, 99)


async def steady(plant: Plant, items: Sequence[bytes], rate: float) -> dict[int, float]:
    """Feed items at a rate and return, by raw offset, when a reader had each: milliseconds since 1970."""
    async with consumer_on(plant.settings.broker, "read_committed") as consumer:
        consumer.subscribe([plant.names.enriched])
        await consumer.getmany(timeout_ms=500)
        reading = asyncio.create_task(_read(consumer, len(items)))
        async with producer_on(plant.settings.broker) as producer:
            started = time.monotonic()
            for number, item in enumerate(items):
                await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
                await producer.send(plant.raw, item, partition=0)
        return await asyncio.wait_for(reading, 120)


async def _read(consumer: AIOKafkaConsumer, count: int) -> dict[int, float]:
    had: dict[int, float] = {}
    while len(had) < count:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.time() * 1000
            for record in records:
                had[orjson.loads(record.value)["origin"]["offset"]] = now
    return had


async def most(plant: Plant, items: Sequence[bytes]) -> float:
    """Feed items all at once and return how many a second went through."""
    started = time.monotonic()
    await plant.feed(items)
    await plant.settle(300)
    return len(items) / (time.monotonic() - started)


async def parts(plant: Plant, had: dict[int, float]) -> dict[str, list[float]]:
    """Split the ways of items, milliseconds each."""
    raw = {r.offset: r.timestamp for r in await plant.read(plant.raw)}
    prepared = {read_prepared(r.value or b"")[0].origin.offset: r.timestamp for r in await plant.read(plant.names.prepared)}
    enriched = {orjson.loads(r.value or b"")["origin"]["offset"]: r.timestamp for r in await plant.read(plant.names.enriched)}
    return {
        "to the prepared topic": [prepared[o] - raw[o] for o in had],
        "to the enriched topic": [enriched[o] - prepared[o] for o in had],
        "commit and reader": [had[o] - enriched[o] for o in had],
        "all of it": [had[o] - raw[o] for o in had],
    }


def show(rate: float, size: int, ways: dict[str, list[float]]) -> None:
    """Print the quantiles of each part."""
    print(f"{rate:.0f} items a second of {size} bytes, {len(ways['all of it'])} items, milliseconds")
    print(f"  {'':<22}" + "".join(f"{f'p{q}':>8}" for q in QUANTILES))
    for name, values in ways.items():
        cuts = statistics.quantiles(values, n=100)
        print(f"  {name:<22}" + "".join(f"{cuts[q - 1]:>8.0f}" for q in QUANTILES))


async def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rate", type=float, default=200.0, help="items a second")
    parser.add_argument("--share", type=float, default=0.0, help="instead: so much of what goes through at most")
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    wire = Wire(seed=8, size=options.size)
    with (
        tempfile.TemporaryDirectory() as scratch,
        DevBroker(Path(scratch) / "kafka") as broker,
        Plant(broker.bootstrap, "latency.", Path(scratch), RAW_PARTITIONS=1) as plant,
    ):
        await plant.create()
        for worker in [plant.start("intake"), plant.start("desk")]:
            worker.wait_log(b"1 gained", 120)
        await plant.feed(wire.new() for _ in range(WARM))
        await plant.settle()
        rate = options.rate
        if options.share:
            fastest = await most(plant, [wire.new() for _ in range(5000)])
            rate = fastest * options.share
            print(f"all at once: {fastest:.0f} items a second")
        had = await steady(plant, [wire.new() for _ in range(int(rate * options.seconds))], rate)
        show(rate, options.size, await parts(plant, had))


if __name__ == "__main__":
    asyncio.run(main())
