# ruff: noqa: INP001, T201 - a program of its own
"""
Send made-up wire copy for ever, for docker-compose.yml: `feed.py ITEMS_A_SECOND`.

New stories, repeats, copies under other ids, updates, kills, and now and then something that nobody can read.
"""

import asyncio
import os
import sys
import time

from aiokafka import AIOKafkaProducer

from worker.settings import Settings
from worker.testing.stories import Wire

PROVIDERS = (b"alpha", b"beta", b"gamma")


async def main(rate: float) -> None:
    """Send at a steady rate until it is stopped."""
    settings = Settings.from_env(os.environ)
    topic = settings.sources[0].topic
    async with AIOKafkaProducer(bootstrap_servers=settings.broker) as producer:
        print(f"sending {rate} items a second to {topic}", flush=True)
        number = 0
        while True:
            # A wire remembers all that it has sent, so there is a new one now and then.
            seed = time.time_ns()
            for value in Wire(seed=seed, size=1500).mixture(5000):
                number += 1
                own = value.replace(b"urn:wire:", b"urn:wire:%d:" % seed)
                await producer.send_and_wait(topic, own, headers=[("ce_source", PROVIDERS[number % len(PROVIDERS)])])
                await asyncio.sleep(1 / rate)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
