"""The least rights of each role."""

import shlex

import pytest

from worker.acls import ROLES, Acl, commands, least, strimzi_user
from worker.settings import Settings
from worker.topics import Names, plan, transactional_id

SETTINGS = Settings()
NAMES = Names.of(SETTINGS)
ROUTES = ("topic.sport",)


def may(role: str, operation: str, kind: str = "topic") -> set[str]:
    """Name the resources on which a role may do something."""
    return {acl.name for acl in least(SETTINGS, role, ROUTES) if acl.resource == kind and operation in acl.operations}


def test_only_the_desk_writes_what_the_desk_decides() -> None:
    """One owner decides: intake and replay can't write to any live output, nor to the memory."""
    decided = {NAMES.enriched, NAMES.duplicates, NAMES.advisories, NAMES.held, NAMES.memory, "wire.topic.sport"}

    assert decided <= may("desk", "Write")
    for role in ("intake", "replay", "admin"):
        assert not decided & may(role, "Write")


def test_intake_reads_raw_and_writes_prepared_and_dead_letters() -> None:
    """It needs no more, and reads what it wrote only where its offsets are gone."""
    assert may("intake", "Read") == {"wire.raw", NAMES.prepared, NAMES.dead_letters}
    assert may("intake", "Write") == {NAMES.prepared, NAMES.dead_letters}


def test_replay_decides_nothing() -> None:
    """A backfill goes through the prepared topic like everything else."""
    assert may("replay", "Write") == {NAMES.prepared, NAMES.dead_letters, SETTINGS.runs_topic}


def test_admin_makes_topics_and_reads_none() -> None:
    """Who creates topics need not see what is in them."""
    assert may("admin", "Create") == {topic.name for topic in plan(SETTINGS, ROUTES)}
    assert not may("admin", "Read") | may("admin", "Write")


@pytest.mark.parametrize("role", ["intake", "desk"])
def test_a_role_has_its_group_and_its_transactional_ids(role: str) -> None:
    """The prefix of transactional ids covers those that the worker makes, and not those of the other role."""
    (prefix,) = may(role, "Write", "transactionalId")

    for other in ("intake", "desk"):
        assert transactional_id(SETTINGS, other, "wire.raw", 3).startswith(prefix) == (other == role)
    assert may(role, "Read", "group") == {f"copydesk-{role}"}


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_look_at_all_topics(role: str) -> None:
    """Each checks the topics before it starts."""
    assert may(role, "DescribeConfigs") == {topic.name for topic in plan(SETTINGS, ROUTES)}


def test_an_unknown_role_is_refused() -> None:
    """The error names the roles that there are."""
    with pytest.raises(ValueError, match="intake, desk, replay, admin"):
        least(SETTINGS, "owner")


def test_resources_with_the_same_rights_share_a_command() -> None:
    """Thirty routes don't make thirty commands; a prefix is said to be one."""
    acls = [Acl("topic", "a", ("Read",)), Acl("topic", "b", ("Read",)), Acl("transactionalId", "x-", ("Write",), prefixed=True)]

    lines = commands(acls, "CN=desk, O=News", "k:1")

    start = "kafka-acls.sh --bootstrap-server k:1 --add --allow-principal 'User:CN=desk, O=News'"
    assert lines == [
        f"{start} --operation Read --topic a --topic b",
        f"{start} --operation Write --transactional-id x- --resource-pattern-type prefixed",
    ]
    assert shlex.split(lines[0])[5] == "User:CN=desk, O=News"


def test_strimzi_gets_a_user_with_the_same_rights() -> None:
    """Each entry stands in the KafkaUser with its resource, pattern and operations."""
    acls = least(SETTINGS, "desk", ROUTES)

    text = strimzi_user(acls, "Copy_Desk", "news", SETTINGS)

    assert "  name: copy-desk\n" in text
    assert text.count("- resource:") == len(acls)
    assert "          type: transactionalId\n          name: wire.desk-\n          patternType: prefix\n" in text
    assert "    type: scram-sha-512\n" in text
    assert "    type: tls\n" in strimzi_user(acls, "x", "news", Settings(security_protocol="SSL"))
