"""The plan of topics, and how others take it."""

import shlex

import pytest

from worker.setting import RawTopic
from worker.settings import Settings
from worker.topics import Names, Topic, plan, transactional_id
from worker.topics.written import alter_command, create_command, strimzi

SETTINGS = Settings(raw_topics=(RawTopic("afp.in", "afp"), RawTopic("web.in")), prepared_partitions=3, replication=3)


def by_role(role: str, settings: Settings = SETTINGS) -> list[Topic]:
    """Give the planned topics of a role."""
    return [topic for topic in plan(settings, ["region.europe", "topic.sport"]) if topic.role == role]


def test_a_raw_topic_added_by_setting_is_planned() -> None:
    """Each raw topic of the setting is in the plan; nothing else needs to know."""
    assert [topic.name for topic in by_role("raw")] == ["afp.in", "web.in"]


def test_routes_become_topics_behind_the_prefix() -> None:
    """Each route has its topic."""
    assert [topic.name for topic in by_role("route")] == ["wire.region.europe", "wire.topic.sport"]


@pytest.mark.parametrize("role", ["memory", "held", "runs"])
def test_what_must_outlast_retention_is_compacted(role: str) -> None:
    """Memory and held items are kept by key, as long as they stand; a retention would forget them on a quiet feed."""
    (topic,) = by_role(role)

    assert topic.config["cleanup.policy"] == "compact"
    assert "retention.ms" not in topic.config


def test_outputs_are_stamped_when_they_are_written() -> None:
    """With the items' own times, retention would delete a backfill at once; only raw topics keep their senders' times."""
    stamps = {topic.role: topic.config["message.timestamp.type"] for topic in plan(SETTINGS, ["x"])}

    assert stamps.pop("raw") == "CreateTime"
    assert set(stamps.values()) == {"LogAppendTime"}


def test_memory_has_a_partition_for_each_of_prepared() -> None:
    """The desk of a prepared partition keeps its memory in the partition of the same number."""
    assert by_role("memory")[0].partitions == by_role("prepared")[0].partitions == 3


def test_a_dead_letter_may_be_larger_than_anything_else() -> None:
    """Whatever fails, raw or prepared, fits in the dead-letter topic with its headers."""
    largest = max(topic.max_message_bytes for topic in plan(SETTINGS) if topic.role != "deadletter")

    assert by_role("deadletter")[0].max_message_bytes > largest


@pytest.mark.parametrize(("replication", "in_sync"), [(0, None), (1, None), (2, "1"), (3, "2")])
def test_one_broker_may_be_down(replication: int, in_sync: str | None) -> None:
    """Of so many copies all but one must have a record; what the cluster does by itself is left alone."""
    (topic,) = by_role("prepared", Settings(replication=replication))

    assert topic.config.get("min.insync.replicas") == in_sync


def test_transactional_ids_depend_on_the_source_and_not_on_the_group() -> None:
    """Two owners of one partition fence each other even if their groups have other names."""
    one, two = (transactional_id(Settings(group=group), "desk", "wire.prepared", 0) for group in ("a", "b"))

    assert one == two == "wire.desk-wire.prepared-0"
    assert one != transactional_id(Settings(), "intake", "wire.prepared", 0)


def test_names_hang_on_prefix_and_memory_topic() -> None:
    """All names but those of raw and memory topics begin with the prefix."""
    names = Names.of(Settings(topic_prefix="x-", memory_topic="m"))

    assert {names.prepared, names.enriched, names.duplicates, names.advisories, names.held, names.dead_letters} == {
        f"x-{name}" for name in ("prepared", "enriched", "duplicates", "advisories", "held", "deadletter")
    }
    assert names.memory == "m"


def test_the_create_command_says_all_that_is_planned() -> None:
    """Name, partitions, copies and every setting are in the command."""
    (topic,) = by_role("memory")

    words = shlex.split(create_command(topic, "a:1"))

    assert words[:3] == ["kafka-topics.sh", "--bootstrap-server", "a:1"]
    assert "--if-not-exists" in words
    assert words[words.index("--partitions") + 1] == "3"
    assert words[words.index("--replication-factor") + 1] == "3"
    assert {words[i + 1] for i, word in enumerate(words) if word == "--config"} == {f"{k}={v}" for k, v in topic.config.items()}


def test_the_alter_command_changes_only_what_it_names() -> None:
    """Settings of the topic that are not named stay."""
    assert alter_command("t", {"cleanup.policy": "compact"}, "a:1") == (
        "kafka-configs.sh --bootstrap-server a:1 --alter --topic t --add-config cleanup.policy=compact"
    )


def test_strimzi_gets_a_resource_for_each_topic() -> None:
    """A name that Kubernetes would refuse is made fit for it, and the topic keeps its own."""
    topics = plan(Settings(topic_prefix="Wire_"))

    text = strimzi(topics, "news")

    assert text.count("kind: KafkaTopic") == len(topics)
    assert "  name: wire-prepared\n" in text
    assert "  topicName: Wire_prepared\n" in text
    assert "    strimzi.io/cluster: news\n" in text
    assert '    max.message.bytes: "4259840"\n' in text
