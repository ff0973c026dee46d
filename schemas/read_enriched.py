# ruff: noqa: INP001, T201 - an example that prints
"""
An example of a reader: `read_enriched.py BROKER [TOPIC] [COUNT]` needs aiokafka alone.

It shows what every reader has to do: read what is committed, keep the newest version of each item, and take back what is cancelled.
It ends after COUNT records, or never.
"""

import asyncio
import json
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer


def use(items: dict[str, dict[str, Any]], record: dict[str, Any]) -> str:
    """Keep the newest version of an item, or take it back; say what was done."""
    uri, story = record["uri"], record["story"]
    if story["relation"] == "cancellation":
        # It names all items that it takes back, the copies of other senders that went out too.
        for taken in {uri, *story.get("cancels", ())}:
            items.pop(taken, None)
        return "taken back"
    items[uri] = record["item"]
    return str(story["relation"])


async def main(broker: str, topic: str = "wire.enriched", count: str = "0") -> None:
    """Read from the start of the topic."""
    # Without read_committed a reader sees what was sent in transactions that never ended, and sees it again when it is done anew.
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    items: dict[str, dict[str, Any]] = {}
    seen = 0
    async with consumer:
        async for message in consumer:
            done = use(items, json.loads(message.value))
            seen += 1
            print(f"{done}: {len(items)} items are out, {dict(message.headers)['ce_id'].decode()}")
            if seen == int(count):
                return


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
