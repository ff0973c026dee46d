"""The plan of topics against Apache Kafka itself."""

import dataclasses
import shlex

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import MessageSizeTooLargeError

from worker.broker import DevBroker
from worker.settings import Settings
from worker.topics import Names, TopicsError, check, create, plan
from worker.topics.written import create_command

pytestmark = pytest.mark.kafka

ROUTES = ("region.europe", "topic.sport")
TOOLS = {"kafka-topics.sh": "org.apache.kafka.tools.TopicCommand", "kafka-configs.sh": "kafka.admin.ConfigCommand"}


def run(broker: DevBroker, line: str) -> str:
    """Run a printed command with Kafka's own program."""
    program, *arguments = shlex.split(line)
    return broker.tool(TOOLS[program], *arguments)


async def test_what_is_created_is_what_is_planned(settings: Settings) -> None:
    """Before, every topic is missing; after, there is nothing to mend."""
    before = await check(settings, ROUTES)

    created = await create(settings, ROUTES)

    assert created == [topic.name for topic in plan(settings, ROUTES)] == [problem.topic for problem in before]
    assert await check(settings, ROUTES) == []


async def test_looking_creates_nothing(settings: Settings) -> None:
    """Asking for a topic by name may create it on some clusters; the check never does."""
    await check(settings, ROUTES)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.broker)
    await admin.start()
    try:
        there = await admin.list_topics()
    finally:
        await admin.close()

    assert not [name for name in there if name.startswith(settings.topic_prefix)]


async def test_creating_again_creates_only_what_is_new(settings: Settings) -> None:
    """A second run is harmless, and a route that was added gets its topic."""
    await create(settings, ROUTES)

    assert await create(settings, ROUTES) == []
    assert await create(settings, (*ROUTES, "topic.weather")) == [f"{settings.topic_prefix}topic.weather"]


async def test_the_printed_commands_create_what_is_planned(broker: DevBroker, settings: Settings) -> None:
    """Who may not give us the right to create runs the commands, and gets the same topics."""
    for topic in plan(settings):
        run(broker, create_command(topic, broker.internal))

    assert await check(settings) == []


async def test_a_problem_is_mended_by_its_command(broker: DevBroker, settings: Settings) -> None:
    """A memory topic without compaction is found, and the command that comes with it mends it."""
    names = Names.of(settings)
    await create(settings)
    spoilt = f"--alter --topic {names.memory} --add-config cleanup.policy=delete,max.message.bytes=1000"
    run(broker, f"kafka-configs.sh --bootstrap-server {broker.internal} {spoilt}")

    found = await check(settings)
    for problem in found:
        run(broker, problem.mend)

    assert [(problem.topic, problem.fatal) for problem in found] == [(names.memory, True), (names.memory, False)]
    assert await check(settings) == []


async def test_partitions_added_to_prepared_are_found(broker: DevBroker, settings: Settings) -> None:
    """A partition that somebody added has no memory: the check refuses it."""
    names = Names.of(settings)
    await create(settings)

    run(broker, f"kafka-topics.sh --bootstrap-server {broker.internal} --alter --topic {names.prepared} --partitions 2")

    (problem,) = await check(settings)
    assert (problem.topic, problem.fatal) == (names.prepared, True)


async def test_a_topic_that_the_cluster_refuses_is_an_error(settings: Settings) -> None:
    """Three copies on one node can't be: the error names the topic and Kafka's reason."""
    with pytest.raises(TopicsError, match=rf"topic {settings.topic_prefix}raw could not be created: InvalidReplicationFactor"):
        await create(dataclasses.replace(settings, replication=3))


async def test_a_dead_letter_takes_what_raw_takes_and_its_headers(settings: Settings) -> None:
    """The largest raw message goes into the dead-letter topic with 32 KiB of headers; the raw topic refuses a larger one."""
    names = Names.of(settings)
    await create(settings)
    largest = b"x" * (settings.raw_bytes - 200)  # the batch and the record need some bytes themselves
    async with AIOKafkaProducer(bootstrap_servers=settings.broker, max_request_size=settings.dead_letter_bytes) as producer:
        await producer.send_and_wait(settings.sources[0].topic, largest)
        await producer.send_and_wait(names.dead_letters, largest, headers=[("h", b"y" * 32_768)])

        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(settings.sources[0].topic, b"x" * (settings.raw_bytes + 1))
