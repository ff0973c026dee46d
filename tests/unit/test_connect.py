"""The one factory of connection arguments."""

import asyncio
import logging
import ssl
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.abc import AbstractTokenProvider
from aiokafka.admin import AIOKafkaAdminClient
from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from worker.broker.certificates import KEY_PASSWORD, Certificates, make_certificates
from worker.connect import ConnectError, LastWords, client_arguments, faust_brokers, faust_credentials, tls_context
from worker.setting import Secret
from worker.settings import Settings

PASSWORD = Secret("geheim")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Make certificates for all tests of this module."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


class Tokens(AbstractTokenProvider):  # type: ignore[misc] # aiokafka ships no types
    """A token provider that an operator may have."""

    async def token(self) -> str:
        """Give a token."""
        return "token"


def failing() -> Tokens:
    """Fail as somebody's code may."""
    raise OSError("no such vault")


NO_PROVIDER = dict


def oauth(name: str) -> Settings:
    """Make settings that log in with a token provider of this module."""
    return Settings(security_protocol="SASL_PLAINTEXT", sasl_mechanism="OAUTHBEARER", oauth_provider=f"{__name__}:{name}")


def test_without_security_only_the_address_is_given() -> None:
    """The default speaks plainly: no context, no user."""
    assert client_arguments(Settings(broker="a:1,b:2"), client_id="x") == {
        "bootstrap_servers": "a:1,b:2",
        "client_id": "x",
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
        "metadata_max_age_ms": 60_000,
    }


def test_a_user_logs_in_with_the_password_itself() -> None:
    """The clients get the text behind the secret, as a plain str: a masked one would be sent as it is."""
    settings = Settings(security_protocol="SASL_PLAINTEXT", sasl_username="a", sasl_password=PASSWORD)

    password = client_arguments(settings)["sasl_plain_password"]

    assert (type(password), password) == (str, "geheim")


async def test_every_client_takes_the_arguments(certificates: Certificates) -> None:
    """Consumer, producer and admin client are made from the same arguments."""
    settings = Settings(
        security_protocol="SASL_SSL", ssl_cafile=certificates.authority, sasl_username="a", sasl_password=PASSWORD
    )

    for client in (AIOKafkaConsumer, AIOKafkaProducer, AIOKafkaAdminClient):
        made = client(**client_arguments(settings))
        await (made.close() if client is AIOKafkaAdminClient else made.stop())


def test_host_names_are_checked(certificates: Certificates) -> None:
    """TLS asks for a certificate and compares the host's name; there is no setting to turn that off."""
    context = tls_context(Settings(security_protocol="SSL", ssl_cafile=certificates.authority))

    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_an_encrypted_key_is_opened_with_its_password(certificates: Certificates) -> None:
    """A client certificate's key may be encrypted."""
    settings = Settings(
        security_protocol="SSL",
        ssl_certfile=certificates.client,
        ssl_keyfile=certificates.client_key,
        ssl_key_password=Secret(KEY_PASSWORD),
    )

    assert tls_context(settings) is not None


def test_files_that_can_not_be_used_are_named(certificates: Certificates, tmp_path: Path) -> None:
    """A missing authority, a file that is no certificate and a key without its password each say which setting is wrong."""
    (tmp_path / "text.pem").write_text("not a certificate", encoding="utf-8")
    for path in (tmp_path / "missing.pem", tmp_path / "text.pem"):
        with pytest.raises(ConnectError, match=f"COPYDESK_SSL_CAFILE is {path}"):
            tls_context(Settings(security_protocol="SSL", ssl_cafile=path))

    locked = Settings(security_protocol="SSL", ssl_certfile=certificates.client, ssl_keyfile=certificates.client_key)
    with pytest.raises(ConnectError, match="COPYDESK_SSL_KEY_PASSWORD"):
        tls_context(locked)


def test_a_token_provider_is_imported_and_called() -> None:
    """COPYDESK_OAUTH_PROVIDER names what makes the token provider."""
    assert isinstance(client_arguments(oauth("Tokens"))["sasl_oauth_token_provider"], Tokens)


@pytest.mark.parametrize(
    ("name", "said"), [("failing", "no such vault"), ("missing", "missing"), ("NO_PROVIDER", "gives a dict")]
)
def test_a_token_provider_that_can_not_be_used_is_named(name: str, said: str) -> None:
    """A hook that is missing, fails or gives something else is an error that says so."""
    with pytest.raises(ConnectError, match=said):
        client_arguments(oauth(name))


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Settings(), type(None)),
        (Settings(security_protocol="SSL"), SSLCredentials),
        (Settings(security_protocol="SASL_SSL", sasl_username="a", sasl_password=PASSWORD), SASLCredentials),
        (
            Settings(security_protocol="SASL_PLAINTEXT", sasl_mechanism="PLAIN", sasl_username="a", sasl_password=PASSWORD),
            SASLCredentials,
        ),
        (oauth("Tokens"), OAuthCredentials),
    ],
    ids=["plain", "TLS", "SASL over TLS", "SASL", "token"],
)
def test_faust_connects_as_all_others(settings: Settings, kind: type) -> None:
    """What Faust makes of its credentials is what the other clients get."""
    credentials = faust_credentials(settings)

    assert type(credentials) is kind
    ours = client_arguments(settings)
    theirs = credentials_to_aiokafka_auth(credentials, None)
    for name, value in theirs.items():
        if name in {"ssl_context", "sasl_oauth_token_provider"}:
            assert type(value) is type(ours.get(name))
        else:
            assert value == ours.get(name)


def test_faust_gets_each_address_with_its_scheme() -> None:
    """Faust takes addresses as URLs."""
    assert faust_brokers(Settings(broker="a:1,b:2")) == ["kafka://a:1", "kafka://b:2"]


async def test_the_reason_of_a_failed_connection_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    """What aiokafka only logs is there for the error message, and comes out nowhere else."""
    log = logging.getLogger("aiokafka.conn")

    with LastWords() as heard:
        log.error("wrong %s", "password")
        await asyncio.sleep(0)
    log.error("later")

    assert heard.text == "wrong password"
    assert [record.message for record in caplog.records] == ["later"]
