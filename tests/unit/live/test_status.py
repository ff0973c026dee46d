"""What the status page is told by the live worker."""

import logging
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import ConsumerRecord
from prometheus_client import CollectorRegistry

from worker.desk.decision import Decision, Story
from worker.desk.slip import Slip
from worker.health import Health
from worker.live.status import status_of
from worker.live.watch import LiveWatch
from worker.metrics import Metrics, Role
from worker.model import Origin
from worker.outcome import Outcome, Reason, Reject, Relation


def record() -> ConsumerRecord[bytes | None, bytes | None]:
    """Make a record of the prepared topic."""
    return ConsumerRecord("wire.prepared", 0, 7, 5, 0, b"k", b"v", None, 1, 1, ())


def decision(**fields: Any) -> Decision:
    """Make a decision on a duplicate; `fields` are the slip's."""
    slip = Slip(
        **{
            "uri": "urn:b:1",
            "version": "1",
            "provider": "beta",
            "time": 0,
            "origin": Origin("wire.raw", 0, 1, 0),
            "headline": "Harbour closed",
            **fields,
        }
    )
    story = Story(id="urn:a:1", relation=Relation.DUPLICATE, of="urn:a:1", method="copy", similarity=984)
    return Decision(slip=slip, sequence=7, story=story, outcome=Outcome.DUPLICATE)


@pytest.fixture(name="watch")
def _watch() -> LiveWatch:
    """Make a watch of a desk."""
    return LiveWatch(Metrics(CollectorRegistry(), Role.DESK), Health(stall_seconds=60))


def desk() -> Any:
    """Make what a status asks of a role: its name, and lanes, of which there are none."""
    return SimpleNamespace(name="desk", app=SimpleNamespace(lanes=SimpleNamespace(lanes=[])))


def test_a_decision_reaches_the_page(watch: LiveWatch) -> None:
    """The page has the headline, the relation and the reason of what was decided and committed."""
    watch.decided(decision(), record())

    [shown] = status_of(desk(), watch, {}).last

    assert (shown.headline, shown.provider, shown.relation, shown.outcome) == (
        "Harbour closed",
        "beta",
        "duplicate",
        "duplicate",
    )
    assert (shown.of, shown.method, shown.similarity) == ("urn:a:1", "copy", 984)


def test_a_headline_of_a_megabyte_is_not_kept(watch: LiveWatch) -> None:
    """Fifty decisions are kept in memory; none holds more of a headline than is shown."""
    watch.decided(decision(headline="x" * 1_000_000), record())

    [shown] = watch.recent.last

    assert len(shown.headline) < 200


def test_a_command_without_effect_is_not_shown(watch: LiveWatch) -> None:
    """What publishes nothing is no decision to look at."""
    watch.decided(replace(decision(), silent=True), record())

    assert list(watch.recent.last) == []


def test_dead_letters_and_partitions_reach_the_page(watch: LiveWatch, caplog: pytest.LogCaptureFixture) -> None:
    """Counts by reason, what waits on each owned partition, and what runs here."""
    caplog.set_level(logging.CRITICAL)
    watch.health.assigned(0.0, {("wire.prepared", 0)})
    watch.health.lagging(0.0, "wire.prepared", 0, 12)
    watch.rejected(Reject(Reason.DESK_FAILED, "the desk raised", "desk"), record())

    status = status_of(desk(), watch, {"rules": "0123"})

    assert status.letters == {"desk_failed": 1}
    assert [(source.name, source.lag, source.loaded) for source in status.sources] == [("wire.prepared/0", 12, False)]
    assert status.versions["rules"] == "0123"
