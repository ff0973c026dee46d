"""The rules of health."""

import pytest

from worker.health import Health

SOURCE = ("wire.prepared", 0)


@pytest.fixture
def health() -> Health:
    """Make the health of a worker that has joined at 0 s, owns one partition, has loaded it, and whose broker answers."""
    made = Health(stall_seconds=60, heartbeat_seconds=30, contact_seconds=15)
    made.broker(0, connected=True)
    made.assigned(0, {SOURCE})
    made.loaded(0, *SOURCE)
    return made


def answers(health: Health, until: float, since: float = 0) -> float:
    """Have the broker answer each second up to a time, and return it."""
    for now in range(int(since), int(until) + 1):
        health.broker(now, connected=True)
    return until


def test_a_worker_that_starts_is_live_and_not_ready() -> None:
    """Before it has reached the broker a restart would not help, and it does nothing yet."""
    health = Health(stall_seconds=60)

    assert health.live(1000).ok
    assert not health.ready(1000).ok


def test_a_worker_at_work_is_live_and_ready(health: Health) -> None:
    """Joined, loaded, nothing waits."""
    now = answers(health, 1000)

    assert health.live(now) == (True, "at work")
    assert health.ready(now).ok


def test_a_worker_that_owns_nothing_is_ready(health: Health) -> None:
    """A standby does its part by standing by."""
    health.assigned(5, set())

    assert health.ready(6) == (True, "standing by; no partition is owned")
    assert health.live(1000).ok


def test_a_partition_that_loads_is_not_ready_and_never_dead(health: Health) -> None:
    """Loading a big memory may take longer than any stall; restarting would begin it anew."""
    health.assigned(5, {SOURCE, ("wire.prepared", 1)})
    health.lagging(5, "wire.prepared", 1, 1_000_000)

    assert health.ready(10) == (False, "loading wire.prepared/1")
    assert health.live(100_000).ok


def test_what_is_kept_over_a_rebalance_stays_loaded(health: Health) -> None:
    """A partition that the worker keeps need not be loaded again."""
    health.rebalancing()
    health.assigned(5, {SOURCE})

    assert health.ready(6).ok


def test_a_rebalance_is_not_ready_and_never_dead(health: Health) -> None:
    """While partitions move nobody is to blame."""
    health.lagging(1, *SOURCE, 10)

    health.rebalancing()

    assert not health.ready(2).ok
    assert health.live(100_000).ok


def test_a_broker_that_is_away_never_kills(health: Health) -> None:
    """Without a broker nothing can be committed, however long it takes; a restart would not bring it back."""
    health.lagging(1, *SOURCE, 10)

    health.broker(2, connected=False)

    assert health.live(100_000).ok
    assert not health.ready(3).ok


def test_a_broker_that_hangs_never_kills(health: Health) -> None:
    """A broker that is frozen, or cut off, gives neither answer nor error; the time since its last word is not the worker's."""
    health.lagging(1, *SOURCE, 10)
    answers(health, 50)

    assert all(health.live(now).ok for now in range(50, 1000))
    assert health.ready(65).ok
    assert health.ready(66) == (False, "the broker is away")


@pytest.mark.parametrize("noticed", [True, False], ids=["refused", "hung"])
def test_the_stall_counts_from_when_the_broker_is_back(health: Health, *, noticed: bool) -> None:
    """The time of an outage is not the worker's, whether there was an error or only silence."""
    health.lagging(1, *SOURCE, 10)
    if noticed:
        health.broker(2, connected=False)

    now = answers(health, 10_060, since=10_000)
    assert health.live(now).ok

    now = answers(health, 10_061, since=10_061)
    assert not health.live(now).ok


def test_work_that_waits_and_is_not_done_is_death(health: Health) -> None:
    """Lag and no transaction for longer than the stall time, while the broker answers: something hangs, and a restart may help."""
    answers(health, 100)
    health.lagging(100, *SOURCE, 10)

    assert health.live(answers(health, 160, since=100)).ok
    dead = health.live(answers(health, 161, since=161))
    assert dead == (False, "wire.prepared/0: 10 records wait and nothing was committed for 61 s")


def test_lag_alone_is_no_stall(health: Health) -> None:
    """A worker that catches up for hours commits all the while."""
    for now in range(0, 10_000, 10):
        health.broker(now, connected=True)
        health.lagging(now, *SOURCE, 1_000_000)
        if not now % 50:
            health.committed(now, *SOURCE)

        assert health.live(now).ok


def test_a_quiet_feed_is_no_stall(health: Health) -> None:
    """With nothing to do, nothing committed for a day is right, and the first item after it finds a live worker."""
    for now in range(0, 86_400, 10):
        health.broker(now, connected=True)
        health.lagging(now, *SOURCE, 0)
    health.lagging(86_400, *SOURCE, 1)

    assert health.live(answers(health, 86_460, since=86_400)).ok


def test_one_partition_that_hangs_is_enough(health: Health) -> None:
    """Others that go on don't hide it."""
    health.assigned(0, {SOURCE, ("wire.prepared", 1)})
    health.loaded(0, "wire.prepared", 1)
    health.lagging(0, "wire.prepared", 1, 5)
    now = answers(health, 100)
    health.committed(now, *SOURCE)

    assert health.live(now).reason.startswith("wire.prepared/1: ")


def test_a_loop_that_does_not_turn_is_death(health: Health) -> None:
    """The heartbeat is beaten by the loop itself; a late one means it hangs, whatever the broker does."""
    health.beat(100)

    assert health.live(130).ok
    assert not health.live(131).ok


def test_reports_about_partitions_of_others_are_ignored(health: Health) -> None:
    """A late report about a partition that was lost in between changes nothing."""
    health.lagging(1, "wire.prepared", 7, 5)
    health.committed(1, "wire.prepared", 7)
    health.loaded(1, "wire.prepared", 7)

    assert health.partitions.keys() == {SOURCE}
