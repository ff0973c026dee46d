"""Who follows an item through the systems around finds it again on each topic, and not in the logs."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from worker.broker import DevBroker
from worker.testing.plant import Plant, Sent
from worker.testing.stories import Wire

pytestmark = pytest.mark.kafka

BODY = "Nobody may read this sentence about the quay of Torhaven in a log."

SECRET = "open-sesame"  # noqa: S105 - of nobody


def traced(number: int, value: bytes) -> Sent:
    """Send a message with a trace context of its own."""
    context = f"00-{number:032x}-b7ad6b7169203331-01"
    return Sent(value, headers=[("traceparent", context.encode()), ("tracestate", f"agency={number}".encode())], partition=0)


async def test_a_trace_goes_on_to_every_topic(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Kept, duplicate, advisory, dead, held and released records carry the trace context of their raw records."""
    wire = Wire(seed=51)
    until = datetime.fromtimestamp(time.time() + 15, UTC).isoformat()
    messages = [
        wire.new(), wire.repeat(), wire.new(headline="(TEST) Please ignore", body_text="This is a test of the wire."), b"{",
        wire.new(embargoed=until),
    ]  # fmt: skip
    with Plant(broker.bootstrap, prefix, tmp_path, RAW_PARTITIONS=1) as plant:
        await plant.create()
        plant.start("all")
        await plant.feed([traced(number, value) for number, value in enumerate(messages, 1)])
        names = plant.names
        topics = (names.enriched, names.duplicates, names.advisories, names.dead_letters, names.held)
        records = await plant.until(lambda found: len([r for r in found if r.value is not None]) == 6, *topics)

    found = {(record.topic, dict(record.headers)["tracestate"], dict(record.headers)["traceparent"]) for record in records}
    expected = [
        (names.enriched, 1),
        (names.duplicates, 2),
        (names.advisories, 3),
        (names.dead_letters, 4),
        (names.held, 5),
        (names.enriched, 5),
    ]
    assert found == {
        (topic, f"agency={number}".encode(), f"00-{number:032x}-b7ad6b7169203331-01".encode()) for topic, number in expected
    }


async def test_a_log_of_everything_holds_no_text_and_no_secret(broker: DevBroker, prefix: str, tmp_path: Path) -> None:
    """Even at DEBUG, where Faust and aiokafka tell of each poll, no headline, no body and no password is written."""
    wire = Wire(seed=52)
    with Plant(broker.bootstrap, prefix, tmp_path, LOG_LEVEL="DEBUG", LOG_FORMAT="json", SASL_PASSWORD=SECRET) as plant:
        await plant.create()
        worker = plant.start("all")
        story = wire.new(headline=BODY, body_text=f"BERN (Copydesk) - {BODY} " * 9)
        await plant.feed([story, wire.repeat(), story[:200], b"<html><p>" + BODY.encode() + b"</p>"])
        await plant.settle()
        log = worker.log
        assert worker.stop() == 0

    assert '"level":"debug"' in log.replace(" ", "")
    assert BODY[:20] not in log
    assert SECRET not in log
