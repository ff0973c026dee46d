"""
The least rights that each role needs, from the same plan as the topics.

Writing to a topic or with a transactional id, and reading a topic or as a group, each bring the right to describe it.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from worker.settings import Settings
from worker.topics.plan import Names, plan, transactional_prefix
from worker.topics.written import resource_name

__all__ = ["ROLES", "Acl", "commands", "least", "strimzi_user"]

ROLES: Final = ("intake", "desk", "replay", "admin")

_SHELL_NAMES: Final = {"topic": "--topic", "group": "--group", "transactionalId": "--transactional-id"}


@dataclass(frozen=True, slots=True)
class Acl:
    """What is allowed on one resource: a `topic`, `group` or `transactionalId`, by name or by what its name begins with."""

    resource: str
    name: str
    operations: tuple[str, ...]
    prefixed: bool = False


def least(settings: Settings, role: str, routes: Sequence[str] = ()) -> tuple[Acl, ...]:
    """Give the least rights of a role, one entry for each resource. `routes` are the names of the routes, without prefix."""
    topics = plan(settings, routes)
    names = Names.of(settings)
    raw = tuple(topic.name for topic in topics if topic.role == "raw")
    outputs = tuple(t.name for t in topics if t.role in {"enriched", "duplicates", "advisories", "held", "deadletter", "route"})
    # A worker looks at all topics before it starts, and refuses to start on wrong ones.
    rights: dict[str, set[str]] = {topic.name: {"Describe", "DescribeConfigs"} for topic in topics}
    others: tuple[Acl, ...] = ()
    match role:
        case "intake":
            _allow(rights, raw, "Read")
            # It reads what it wrote only when the group's offsets are gone.
            _allow(rights, (names.prepared, names.dead_letters), "Read", "Write")
            others = _group_and_transactions(settings, role)
        case "desk":
            _allow(rights, (names.prepared, names.memory), "Read", "Write")  # into prepared go the items whose embargo ends
            _allow(rights, outputs, "Write")
            _allow(rights, (names.held, settings.runs_topic), "Read")  # of runs the status page tells
            others = _group_and_transactions(settings, role)
        case "replay":
            _allow(rights, (*raw, names.dead_letters), "Read")
            _allow(rights, (names.prepared, names.dead_letters), "Write")
            _allow(rights, (settings.runs_topic,), "Read", "Write")
            others = _group_and_transactions(settings, role)
        case "admin":
            _allow(rights, tuple(rights), "Create", "Alter", "AlterConfigs")
        case _:
            raise ValueError(f"{role!r} is no role; there are {', '.join(ROLES)}")
    return (*(Acl("topic", name, tuple(sorted(allowed))) for name, allowed in rights.items()), *others)


def _allow(rights: dict[str, set[str]], names: Sequence[str], *operations: str) -> None:
    for name in names:
        rights[name] |= set(operations)


def _group_and_transactions(settings: Settings, role: str) -> tuple[Acl, ...]:
    return (
        Acl("group", f"{settings.group}-{role}", ("Read",)),
        Acl("transactionalId", transactional_prefix(settings, role), ("Write",), prefixed=True),
    )


def commands(acls: Sequence[Acl], principal: str, bootstrap: str) -> list[str]:
    """Write `kafka-acls.sh` commands, one for all resources with the same rights."""
    together: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for acl in acls:
        together.setdefault((acl.resource, acl.operations, acl.prefixed), []).append(acl.name)
    lines = []
    for (resource, operations, prefixed), names in together.items():
        words = ["kafka-acls.sh", "--bootstrap-server", bootstrap, "--add", "--allow-principal", f"User:{principal}"]
        for operation in operations:
            words += ["--operation", operation]
        for name in names:
            words += [_SHELL_NAMES[resource], name]
        if prefixed:
            words += ["--resource-pattern-type", "prefixed"]
        lines.append(shlex.join(words))
    return lines


def strimzi_user(acls: Sequence[Acl], user: str, cluster: str, settings: Settings) -> str:
    """Write a KafkaUser resource with these rights, for the Strimzi cluster of that name."""
    kind = "tls" if settings.security_protocol == "SSL" else "scram-sha-512"
    head: Mapping[str, str] = {"apiVersion": "kafka.strimzi.io/v1beta2", "kind": "KafkaUser"}
    lines = ["---", *(f"{name}: {value}" for name, value in head.items())]
    lines += ["metadata:", f"  name: {resource_name(user)}", "  labels:", f"    strimzi.io/cluster: {cluster}"]
    lines += ["spec:", "  authentication:", f"    type: {kind}", "  authorization:", "    type: simple", "    acls:"]
    for acl in acls:
        pattern = "prefix" if acl.prefixed else "literal"
        lines += ["      - resource:", f"          type: {acl.resource}", f"          name: {acl.name}"]
        lines += [f"          patternType: {pattern}", f"        operations: [{', '.join(acl.operations)}]"]
    return "\n".join(lines) + "\n"
