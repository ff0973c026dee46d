"""The connection factory against a TLS listener, and the printed access rules against an authorizer."""

import asyncio
import base64
import dataclasses
import json
import shlex
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import AbstractTokenProvider

from worker.acls import commands, least
from worker.broker import DevBroker, Security
from worker.broker.certificates import KEY_PASSWORD, Certificates, make_certificates
from worker.connect import client_arguments
from worker.setting import Secret
from worker.settings import Settings
from worker.testing.hurt import open_transactions
from worker.testing.oracle import judge
from worker.testing.plant import Plant
from worker.testing.stories import Wire
from worker.topics import Names, TopicsError, check, create

pytestmark = pytest.mark.kafka

USERS = {name: f"{name}-secret" for name in ("root", "admin", "intake", "desk", "stranger")}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Make certificates for all tests of this module."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevBroker]:
    """Start a broker with SASL_SSL and an authorizer; `root` may do everything."""
    security = Security(
        key_and_chain=certificates.broker, authority=certificates.authority, users=USERS, authorizer=True, super_users=("root",)
    )
    with DevBroker(tmp_path_factory.mktemp("secured"), security=security) as running:
        yield running


@pytest.fixture(autouse=True)
async def goodbyes() -> AsyncIterator[None]:
    """
    Let the sockets of closed TLS connections go before the loop does.

    aiokafka closes its first connection, and one that was refused, without waiting. Over TLS that only begins a goodbye:
    asyncio closes the socket when the broker has answered in kind. One still open when its loop goes is reported as leaked,
    in whatever test runs then.
    """
    yield
    watched = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined] # no public name for it
    async with asyncio.timeout(10):
        while len(watched) > 1:  # noqa: ASYNC110 - a socket sets no event; the one that stays wakes the loop
            await asyncio.sleep(0.01)


def as_user(
    broker: DevBroker, certificates: Certificates, prefix: str, user: str, mechanism: str = "SCRAM-SHA-512"
) -> Settings:
    """Make settings for a user of the secured broker."""
    return Settings(
        broker=broker.bootstrap,
        topic_prefix=prefix,
        memory_topic=f"{prefix}memory",
        runs_topic=f"{prefix}runs",
        group=f"{prefix}group",
        security_protocol="SASL_SSL",
        ssl_cafile=certificates.authority,
        sasl_mechanism=mechanism,
        sasl_username=user,
        sasl_password=Secret(USERS[user]),
    )


class RootToken(AbstractTokenProvider):  # type: ignore[misc] # aiokafka ships no types
    """An unsigned token that says who comes, as Kafka takes it for development."""

    async def token(self) -> str:
        """Make a token for `root`."""
        now = int(time.time())
        parts = ({"alg": "none"}, {"sub": "root", "iat": now, "exp": now + 600})
        return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


async def transact(settings: Settings, topic: str) -> bytes | None:
    """Send one record in a transaction and read it back, both through the factory."""
    arguments = client_arguments(settings)
    async with AIOKafkaProducer(**arguments, transactional_id=f"{topic}-test") as producer, producer.transaction():
        await (await producer.send(topic, b"sent", partition=0))
    async with AIOKafkaConsumer(**arguments, isolation_level="read_committed", auto_offset_reset="earliest") as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        value: bytes | None = (await consumer.getone()).value
        return value


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_admin_producer_and_consumer_log_in(
    secured: DevBroker, certificates: Certificates, prefix: str, mechanism: str
) -> None:
    """With user and password, over TLS with an own authority, every kind of client works."""
    settings = as_user(secured, certificates, prefix, "root", mechanism)

    await create(settings)

    assert await transact(settings, Names.of(settings).enriched) == b"sent"


async def test_a_token_provider_logs_in(secured: DevBroker, certificates: Certificates, prefix: str) -> None:
    """OAUTHBEARER calls what COPYDESK_OAUTH_PROVIDER names for its tokens."""
    settings = dataclasses.replace(
        as_user(secured, certificates, prefix, "root", "OAUTHBEARER"), oauth_provider=f"{__name__}:RootToken"
    )

    await create(settings)

    assert await transact(settings, Names.of(settings).enriched) == b"sent"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sasl_password": Secret("wrong")}, "SaslAuthenticationFailed"),
        ({"ssl_cafile": "stranger"}, "CERTIFICATE_VERIFY_FAILED"),
        ({"security_protocol": "PLAINTEXT"}, "over PLAINTEXT"),
    ],
    ids=["password", "authority", "no TLS"],
)
async def test_says_why_it_can_not_connect(
    secured: DevBroker, certificates: Certificates, prefix: str, changed: dict[str, object], said: str
) -> None:
    """The error names the reason, which aiokafka only logs, and never the password."""
    if changed.get("ssl_cafile") == "stranger":
        changed = {"ssl_cafile": certificates.stranger}
    settings = dataclasses.replace(as_user(secured, certificates, prefix, "root"), **changed)  # type: ignore[arg-type]

    with pytest.raises(TopicsError, match=said) as caught:
        await check(settings)

    assert "wrong" not in str(caught.value)


async def test_a_client_certificate_is_shown(certificates: Certificates, prefix: str, tmp_path: Path) -> None:
    """A listener that asks for certificates lets in who has one, with its encrypted key, and nobody else."""
    security = Security(key_and_chain=certificates.broker, authority=certificates.authority, client_certificates=True)
    with DevBroker(tmp_path, security=security) as broker:
        without = Settings(
            broker=broker.bootstrap, topic_prefix=prefix, security_protocol="SSL", ssl_cafile=certificates.authority
        )
        with_one = dataclasses.replace(
            without,
            ssl_certfile=certificates.client,
            ssl_keyfile=certificates.client_key,
            ssl_key_password=Secret(KEY_PASSWORD),
        )

        created = await create(with_one)
        with pytest.raises(TopicsError, match="over SSL"):
            await check(without)

    assert Names.of(with_one).prepared in created


def grant(broker: DevBroker, settings: Settings, role: str, routes: tuple[str, ...]) -> None:
    """Run the printed commands, as somebody who may."""
    for line in commands(least(settings, role, routes), role, broker.internal):
        program, *arguments = shlex.split(line)
        assert program == "kafka-acls.sh"
        broker.tool("org.apache.kafka.tools.AclCommand", *arguments)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_worker_works_and_survives_with_exactly_the_printed_rights(
    secured: DevBroker, certificates: Certificates, prefix: str, tmp_path: Path
) -> None:
    """Admin, intake and desk, each its own user with its own rights and no more: killed in a transaction, nothing is lost."""
    with Plant(secured.internal, prefix, tmp_path, CHUNK=20) as plant:
        users = {
            role: dataclasses.replace(
                as_user(secured, certificates, prefix, role), group=plant.settings.group, output_partitions=1
            )
            for role in ("admin", "intake", "desk")
        }
        for role, settings in users.items():
            grant(secured, settings, role, plant.routes)
        await create(users["admin"], plant.routes)
        await plant.feed(Wire(seed=30).mixture(60))
        state = tmp_path / "state"
        for role in ("intake", "desk"):
            command = ["-m", "worker.testing.hurt", "--stall=0.6", f"--state={state}"]
            worker = plant.start(role, command=command, env=variables(users[role]))
            while not open_transactions(state):
                assert worker.alive, worker.log
                await asyncio.sleep(0.01)
            worker.kill()
            state.unlink()
            plant.start(role, env=variables(users[role]))

        await plant.settle(150)

        verdict = await judge(plant)
        assert verdict.problems == []
        assert verdict.counts["raw"] == 60
        assert all(worker.alive for worker in plant.workers[1::2])


async def test_a_user_without_rights_is_told_so(secured: DevBroker, certificates: Certificates, prefix: str) -> None:
    """Someone who may log in and nothing else sees no topics: a worker would not start."""
    await create(as_user(secured, certificates, prefix, "root"))

    problems = await check(as_user(secured, certificates, prefix, "stranger"))

    assert problems
    assert any(problem.fatal for problem in problems)


def variables(settings: Settings) -> dict[str, str]:
    """Give the variables that say where the broker is and who comes."""
    assert settings.sasl_password is not None
    named = {
        "BROKER": settings.broker,
        "SECURITY_PROTOCOL": settings.security_protocol,
        "SSL_CAFILE": settings.ssl_cafile,
        "SASL_MECHANISM": settings.sasl_mechanism,
        "SASL_USERNAME": settings.sasl_username,
        "SASL_PASSWORD": settings.sasl_password.reveal(),
    }
    return {f"COPYDESK_{name}": f"{value}" for name, value in named.items()}
