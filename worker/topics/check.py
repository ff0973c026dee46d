"""
Compare the cluster's topics with the plan, and create those that are missing.

Nothing is ever deleted or changed here. A problem comes with the command that mends it; whoever runs the cluster runs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from worker.connect import LastWords, client_arguments
from worker.settings import ENVELOPE_BYTES, Settings
from worker.topics.plan import Topic, plan
from worker.topics.written import alter_command, create_command

__all__ = ["Actual", "Problem", "TopicsError", "check", "compare", "create", "refuse"]


class TopicsError(RuntimeError):
    """The cluster's topics don't fit, or can't be seen or created; the message says which, why, and what mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actual:
    """A topic as the cluster has it; `config` holds all settings that are in force."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    Something that is not as planned.

    `fatal` says that a worker must not start: it could lose, double or misjudge items. `mend` is the command that mends it.
    """

    topic: str
    text: str
    mend: str
    fatal: bool = True

    @property
    def missing(self) -> bool:
        """Whether there is no such topic."""
        return self.text == _MISSING


_MISSING = "is missing"


def compare(planned: Sequence[Topic], actual: Mapping[str, Actual], bootstrap: str) -> list[Problem]:
    """Find all problems; pure. `actual` is by name, `bootstrap` is for the commands."""
    problems: list[Problem] = []
    missing = [topic for topic in planned if topic.name not in actual]
    problems += [
        Problem(topic=t.name, text=_MISSING, mend=create_command(t, bootstrap), fatal=t.role != "runs") for t in missing
    ]
    for topic in planned:
        if topic.name in actual:
            problems += _differences(topic, actual[topic.name], bootstrap)
    problems += _too_large(planned, actual, bootstrap)
    return problems


# What another cleanup policy does to a topic that is planned as compacted.
_HARM = {
    "memory": "anything but compact forgets what the desk must know",
    "held": "anything but compact loses items under embargo",
    "runs": "anything but compact forgets how far a replay has come",
}


def _differences(topic: Topic, found: Actual, bootstrap: str) -> list[Problem]:
    problems = []

    def wrong(name: str, text: str, *, fatal: bool) -> None:
        mend = alter_command(topic.name, {name: topic.config[name]}, bootstrap)
        problems.append(Problem(topic=topic.name, text=text, mend=mend, fatal=fatal))

    policy = found.config.get("cleanup.policy", "delete")
    if policy != topic.config["cleanup.policy"]:
        harm = _HARM.get(topic.role, "compaction drops all but the last record of a key")
        wrong("cleanup.policy", f"has cleanup.policy={policy}; {harm}", fatal=True)
    if topic.role != "raw" and found.config.get("message.timestamp.type", "CreateTime") != "LogAppendTime":
        text = "has message.timestamp.type=CreateTime; retention would delete a backfill of old items at once"
        wrong("message.timestamp.type", text, fatal=False)
    if topic.role not in {"raw", "deadletter"} and _size(found) < topic.max_message_bytes:
        text = f"takes messages of {_size(found)} bytes; an item of COPYDESK_MAX_ITEM_BYTES may need {topic.max_message_bytes}"
        wrong("max.message.bytes", text, fatal=False)
    if topic.role in {"prepared", "memory"} and found.partitions != topic.partitions:
        problems.append(_partitions(topic, found))
    in_sync = int(found.config.get("min.insync.replicas", "1"))
    if found.replication > 2 and in_sync < 2:
        mend = alter_command(topic.name, {"min.insync.replicas": "2"}, bootstrap)
        text = f"has {found.replication} copies and min.insync.replicas={in_sync}; a record may be lost with one broker"
        problems.append(Problem(topic=topic.name, text=text, mend=mend, fatal=False))
    return problems


def _partitions(topic: Topic, found: Actual) -> Problem:
    """Another count sends an item to another desk, whose memory does not know it: never silently."""
    text = f"has {found.partitions} partitions, COPYDESK_PREPARED_PARTITIONS says {topic.partitions}; a desk would not find its memory"
    return Problem(topic=topic.name, text=text, mend=f"export COPYDESK_PREPARED_PARTITIONS={found.partitions}")


def _too_large(planned: Sequence[Topic], actual: Mapping[str, Actual], bootstrap: str) -> list[Problem]:
    """Find a dead-letter topic that takes less than the topics whose records go there: those would have nowhere to go."""
    letters = next((topic for topic in planned if topic.role == "deadletter" and topic.name in actual), None)
    if letters is None:
        return []
    room = _size(actual[letters.name])
    needed = max(
        (_size(actual[t.name]) + ENVELOPE_BYTES for t in planned if t.name in actual and t.role in {"raw", "prepared"}),
        default=0,
    )
    if room >= needed:
        return []
    text = f"takes messages of {room} bytes, less than the raw and the prepared topic's with their headers, {needed}"
    return [
        Problem(topic=letters.name, text=text, mend=alter_command(letters.name, {"max.message.bytes": str(needed)}, bootstrap))
    ]


def _size(found: Actual) -> int:
    return int(found.config.get("max.message.bytes", str(1_048_588)))  # Kafka's own default


async def check(settings: Settings, routes: Sequence[str] = ()) -> list[Problem]:
    """
    Compare the cluster with the plan.

    Raises:
        TopicsError: the cluster can't be seen.
    """
    planned = plan(settings, routes)
    async with _Admin(settings) as admin:
        return compare(planned, await admin.describe([topic.name for topic in planned]), settings.broker)


async def create(settings: Settings, routes: Sequence[str] = ()) -> list[str]:
    """
    Create the topics that are missing and return their names. What is there stays as it is.

    Raises:
        TopicsError: the cluster can't be seen, or refuses a topic.
    """
    planned = plan(settings, routes)
    async with _Admin(settings) as admin:
        there = await admin.describe([topic.name for topic in planned])
        return await admin.create([topic for topic in planned if topic.name not in there])


def refuse(problems: Sequence[Problem]) -> None:
    """
    Stop a worker from starting on fatal problems.

    Raises:
        TopicsError: there are some; the message has two lines for each, what is wrong and what mends it.
    """
    fatal = [problem for problem in problems if problem.fatal]
    if fatal:
        missing = [problem.topic for problem in fatal if problem.missing]
        lines = [f"topic {p.topic} {p.text}. Mend it with:\n  {p.mend}" for p in fatal if not p.missing]
        if missing:
            # One line for all: a whole new cluster lacks two dozen, and a log line has an end.
            lines.insert(0, f"missing topics: {', '.join(missing)}. Make them with:\n  copydesk topics create")
        raise TopicsError("\n".join(lines))


class _Admin:
    """The admin client, open for the time of a `with`, speaking our words."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = AIOKafkaAdminClient(**client_arguments(settings, client_id="copydesk-topics"))

    async def __aenter__(self) -> Self:
        with LastWords() as heard:
            try:
                await self._client.start()
            except Exception as error:  # aiokafka gives KafkaError, OSError and ValueError here
                await self._client.close()
                why = heard.text or str(error)
                raise TopicsError(
                    f"Kafka at {self._settings.broker} can't be reached over {self._settings.security_protocol}: {why}"
                ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def describe(self, names: Sequence[str]) -> dict[str, Actual]:
        """Describe those topics that there are. All are listed, since asking for one by name may create it."""
        wanted = set(names)
        listed = {t["topic"]: t for t in await self._client.describe_topics() if t["topic"] in wanted}
        if not listed:
            return {}
        resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in listed]
        configs: dict[str, dict[str, str]] = {}
        for response in await self._client.describe_configs(resources):
            for code, message, _kind, name, entries in response.resources:
                if code:
                    raise TopicsError(
                        f"the configuration of topic {name} can't be read: {for_code(code).__name__} {message or ''}"
                    )
                configs[name] = {entry[0]: entry[1] for entry in entries}
        return {name: _actual(name, topic, configs[name]) for name, topic in listed.items()}

    async def create(self, topics: Sequence[Topic]) -> list[str]:
        """Create topics; one that somebody else made in the same moment is no matter."""
        if not topics:
            return []
        # An empty assignment makes aiokafka let "as the cluster does" (-1) through.
        new = [
            NewTopic(t.name, t.partitions, t.replication or -1, None if t.replication else {}, dict(t.config)) for t in topics
        ]
        response = await self._client.create_topics(new)
        created = []
        for name, code, *message in response.topic_errors:
            if not code:
                created.append(name)
            elif for_code(code) is not TopicAlreadyExistsError:
                raise TopicsError(
                    f"topic {name} could not be created: {for_code(code).__name__} {' '.join(filter(None, message))}"
                )
        return created


def _actual(name: str, topic: Mapping[str, Any], config: Mapping[str, str]) -> Actual:
    partitions = topic["partitions"]
    return Actual(name=name, partitions=len(partitions), replication=min(len(p["replicas"]) for p in partitions), config=config)
