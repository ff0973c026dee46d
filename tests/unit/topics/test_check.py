"""What is wrong with the cluster's topics, and whether a worker may start on it."""

import pytest

from worker.settings import Settings
from worker.topics import Problem, TopicsError, plan, refuse
from worker.topics.check import Actual, compare

PLANNED = plan(Settings(replication=3), ["topic.sport"])
NAMES = {topic.role: topic.name for topic in PLANNED}


def cluster(**changes: dict[str, str]) -> dict[str, Actual]:
    """Give a cluster as planned, but for changed settings by role."""
    return {
        topic.name: Actual(
            name=topic.name,
            partitions=topic.partitions,
            replication=3,
            config={**topic.config, **changes.get(topic.role, {})},
        )
        for topic in PLANNED
    }


def problems(actual: dict[str, Actual]) -> list[Problem]:
    """Compare with the plan."""
    return compare(PLANNED, actual, "a:1")


def test_a_cluster_as_planned_has_no_problems() -> None:
    """The plan fits itself."""
    assert problems(cluster()) == []


def test_further_topics_are_no_problem() -> None:
    """Others may have topics too."""
    actual = {**cluster(), "other": Actual(name="other", partitions=1, replication=1, config={})}

    assert problems(actual) == []


@pytest.mark.parametrize("role", sorted(NAMES))
def test_a_missing_topic_is_refused_with_the_command_that_creates_it(role: str) -> None:
    """Every topic that the worker reads or writes must be there."""
    actual = cluster()
    del actual[NAMES[role]]

    (problem,) = [found for found in problems(actual) if found.topic == NAMES[role]]

    assert problem.fatal is (role != "runs")  # only replays need it
    assert f"--create --if-not-exists --topic {NAMES[role]}" in problem.mend


@pytest.mark.parametrize("role", ["memory", "held", "runs"])
@pytest.mark.parametrize("policy", ["delete", "compact,delete"])
def test_a_memory_topic_that_forgets_is_refused(role: str, policy: str) -> None:
    """With deletion, alone or beside compaction, the memory of a quiet feed would go after the retention."""
    (problem,) = problems(cluster(**{role: {"cleanup.policy": policy}}))

    assert (problem.topic, problem.fatal) == (NAMES[role], True)
    assert problem.mend.endswith("--add-config cleanup.policy=compact")


@pytest.mark.parametrize("role", ["raw", "prepared", "enriched", "deadletter"])
def test_a_log_that_is_compacted_is_refused(role: str) -> None:
    """Compaction would drop items before they are read."""
    (problem,) = problems(cluster(**{role: {"cleanup.policy": "compact"}}))

    assert (problem.topic, problem.fatal) == (NAMES[role], True)


@pytest.mark.parametrize("role", ["prepared", "memory"])
def test_a_changed_count_of_partitions_is_refused(role: str) -> None:
    """A desk would look for an item in a memory that another partition has."""
    actual = cluster()
    name = NAMES[role]
    actual[name] = Actual(name=name, partitions=2, replication=3, config=actual[name].config)

    (problem,) = problems(actual)

    assert (problem.topic, problem.fatal) == (name, True)
    assert "COPYDESK_PREPARED_PARTITIONS" in problem.mend


@pytest.mark.parametrize("role", ["raw", "enriched", "route"])
def test_elsewhere_the_count_of_partitions_is_free(role: str) -> None:
    """An operator may give raw and output topics as many as they like."""
    actual = cluster()
    name = NAMES[role]
    actual[name] = Actual(name=name, partitions=64, replication=3, config=actual[name].config)

    assert problems(actual) == []


def test_a_raw_topic_larger_than_the_dead_letter_topic_is_refused() -> None:
    """A raw message that fails must fit into a dead letter, headers and all."""
    room = int(next(topic for topic in PLANNED if topic.role == "deadletter").config["max.message.bytes"])

    (problem,) = problems(cluster(raw={"max.message.bytes": str(room)}))

    assert (problem.topic, problem.fatal) == (NAMES["deadletter"], True)
    assert problem.mend.endswith(f"max.message.bytes={room + 65_536}")


@pytest.mark.parametrize(
    ("role", "config"),
    [
        ("enriched", {"message.timestamp.type": "CreateTime"}),
        ("route", {"max.message.bytes": "1000"}),
        ("memory", {"min.insync.replicas": "1"}),
    ],
)
def test_what_is_only_unwise_is_a_warning(role: str, config: dict[str, str]) -> None:
    """Nothing is lost or misjudged by it today, so the worker starts."""
    (problem,) = problems(cluster(**{role: config}))

    assert not problem.fatal
    refuse([problem])


def test_two_copies_may_do_with_one() -> None:
    """With two copies nobody can ask for both and let one broker be down."""
    actual = {
        name: Actual(name=name, partitions=topic.partitions, replication=2, config={**topic.config, "min.insync.replicas": "1"})
        for name, topic in cluster().items()
    }

    assert problems(actual) == []


def test_a_worker_refuses_to_start_and_says_what_mends_it() -> None:
    """The error has the topic, what is wrong with it and the command."""
    found = problems(cluster(memory={"cleanup.policy": "delete"}))

    with pytest.raises(TopicsError) as caught:
        refuse(found)

    lines = str(caught.value).splitlines()
    assert lines[0].startswith("topic copydesk.memory has cleanup.policy=delete; ")
    assert lines[1].strip() == found[0].mend
