# ruff: noqa: INP001, T201 - an example that prints
"""
An example of a reader: `read_enriched.py BROKER DATABASE [PREFIX] [COUNT]`. It needs aiokafka alone.

It keeps the news of `wire.enriched` in a SQLite database, beside the copies that `wire.duplicates` tells of, and shows what every reader
has to do:

* read what is committed;
* do nothing twice: the same event may come again after a backfill or a disaster, with the same `ce_id`;
* keep the newest version of an item, and take back what is cancelled, copies of other senders too;
* keep its own place: where it is in each partition stands in the database, in the same transaction as what it made of the record;
* pass over fields that it does not know: a minor version may bring new ones.

It ends after COUNT records, or never.
"""

import asyncio
import json
import sqlite3
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

TABLES = """
CREATE TABLE IF NOT EXISTS items (uri TEXT PRIMARY KEY, story TEXT, version TEXT, headline TEXT, item TEXT);
CREATE TABLE IF NOT EXISTS copies (uri TEXT PRIMARY KEY, of_item TEXT, provider TEXT);
CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS places (topic TEXT, number INTEGER, next INTEGER, PRIMARY KEY (topic, number));
"""


class News:
    """The database."""

    def __init__(self, path: str) -> None:
        """Open it, or make it."""
        self.base = sqlite3.connect(path)
        self.base.executescript(TABLES)

    def take(self, message: "ConsumerRecord[bytes, bytes]") -> str:
        """Take in a record, in one transaction with the place behind it; say what was done."""
        headers = dict(message.headers)
        with self.base:
            self.base.execute("REPLACE INTO places VALUES (?, ?, ?)", (message.topic, message.partition, message.offset + 1))
            # A topic and an event: what is routed to several topics is one event on each of them.
            event = f"{message.topic} {headers['ce_id'].decode()} {headers['ce_type'].decode()}"
            if self.base.execute("INSERT OR IGNORE INTO events VALUES (?)", (event,)).rowcount == 0:
                return "seen before"
            return self._use(json.loads(message.value))

    def _use(self, record: dict[str, Any]) -> str:
        uri, story, relation = record["uri"], record["story"], record["story"]["relation"]
        match relation:
            case "new" | "update" | "correction":
                item = record["item"]
                row = (uri, story["id"], record["version"], item.get("headline"), json.dumps(item))
                self.base.execute("REPLACE INTO items VALUES (?, ?, ?, ?, ?)", row)
            case "cancellation":
                # It names all items that it takes back.
                for taken in {uri, *story["cancels"]}:
                    self.base.execute("DELETE FROM items WHERE uri = ?", (taken,))
                    self.base.execute("DELETE FROM copies WHERE of_item = ?", (taken,))
            case "duplicate":
                self.base.execute("REPLACE INTO copies VALUES (?, ?, ?)", (uri, story["of"], record["provider"]))
            case _:
                pass  # An older version that came late, or the same one again: nothing to do.
        return str(relation)

    def place(self, partition: TopicPartition) -> int | None:
        """Say where to go on."""
        row = self.base.execute("SELECT next FROM places WHERE topic = ? AND number = ?", tuple(partition)).fetchone()
        return row[0] if row else None


async def main(broker: str, database: str, prefix: str = "wire.", count: str = "0") -> None:
    """Read both topics from where the database says, or from the start."""
    news, topics = News(database), (f"{prefix}enriched", f"{prefix}duplicates")
    # Without a group one reader has all partitions, and its place is in the database alone. Without read_committed it would see what was
    # sent in transactions that never ended, and see it again when it is done anew.
    async with AIOKafkaConsumer(
        *topics,
        bootstrap_servers=broker,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    ) as consumer:
        for partition in consumer.assignment():
            place = news.place(partition)
            if place is not None:
                consumer.seek(partition, place)
        seen = 0
        async for message in consumer:
            print(f"{message.topic}/{message.partition}/{message.offset}: {news.take(message)}", flush=True)
            seen += 1
            if seen == int(count):
                return


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
