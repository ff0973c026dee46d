"""The plan as others take it: commands for a shell, and resources for Strimzi."""

import re
import shlex
from collections.abc import Mapping, Sequence

from worker.topics.plan import Topic

__all__ = ["alter_command", "create_command", "strimzi"]


def create_command(topic: Topic, bootstrap: str) -> str:
    """Write the command that creates a topic, and does nothing if it is there."""
    words = ["kafka-topics.sh", "--bootstrap-server", bootstrap, "--create", "--if-not-exists", "--topic", topic.name]
    words += ["--partitions", str(topic.partitions)]
    if topic.replication:
        words += ["--replication-factor", str(topic.replication)]
    for name, value in topic.config.items():
        words += ["--config", f"{name}={value}"]
    return shlex.join(words)


def alter_command(topic: str, config: Mapping[str, str], bootstrap: str) -> str:
    """Write the command that changes settings of a topic."""
    changes = ",".join(f"{name}={value}" for name, value in config.items())
    words = ["kafka-configs.sh", "--bootstrap-server", bootstrap, "--alter", "--topic", topic, "--add-config", changes]
    return shlex.join(words)


def strimzi(topics: Sequence[Topic], cluster: str) -> str:
    """Write a KafkaTopic resource for each topic, for the Strimzi cluster of that name."""
    return "".join(_resource(topic, cluster) for topic in topics)


def _resource(topic: Topic, cluster: str) -> str:
    replicas = f"  replicas: {topic.replication}\n" if topic.replication else ""
    config = "".join(f'    {name}: "{value}"\n' for name, value in topic.config.items())
    return (
        "---\n"
        f"# {topic.doc}\n"
        "apiVersion: kafka.strimzi.io/v1beta2\n"
        "kind: KafkaTopic\n"
        "metadata:\n"
        f"  name: {resource_name(topic.name)}\n"
        f"  labels:\n    strimzi.io/cluster: {cluster}\n"
        "spec:\n"
        f"  topicName: {topic.name}\n"
        f"  partitions: {topic.partitions}\n"
        f"{replicas}"
        f"  config:\n{config}"
    )


def resource_name(name: str) -> str:
    """Make a name that Kubernetes takes from one that Kafka takes: small letters, digits, dots and hyphens."""
    return re.sub(r"[^a-z0-9.-]+", "-", name.lower()).strip(".-")
