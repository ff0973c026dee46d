"""
How every Kafka client of the worker connects: one place for addresses, TLS and log-in.

Consumers, producers and the admin client take `client_arguments`; Faust takes `faust_brokers` and `faust_credentials`.
"""

import importlib
import logging
import ssl
from typing import TYPE_CHECKING, Any, Self

from aiokafka.abc import AbstractTokenProvider

from worker.setting import Secret
from worker.settings import Settings

if TYPE_CHECKING:
    from faust.types.auth import CredentialsT

__all__ = ["ConnectError", "LastWords", "client_arguments", "faust_brokers", "faust_credentials", "tls_context"]


class ConnectError(ValueError):
    """A file or hook that the settings name can't be used; the message says which and why."""


class LastWords(logging.Handler):
    """
    Hear why aiokafka could not connect, within a `with`.

    It logs the reason, such as a wrong password, and raises only that it failed. `text` is what it said last. While this listens,
    the words go nowhere else: they come with our own error.
    """

    text = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the words."""
        self.text = record.getMessage()

    def __enter__(self) -> Self:
        self._log = logging.getLogger("aiokafka")
        self._passed_on = self._log.propagate
        self._log.propagate = False
        self._log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._log.removeHandler(self)
        self._log.propagate = self._passed_on


def client_arguments(settings: Settings, *, client_id: str = "copydesk") -> dict[str, Any]:
    """
    Give the keyword arguments of any aiokafka client.

    Raises:
        ConnectError: a certificate, key or token provider can't be used.
    """
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.broker,
        "client_id": client_id,
        "security_protocol": settings.security_protocol,
        "ssl_context": tls_context(settings),
        "metadata_max_age_ms": int(settings.metadata_age),
    }
    if settings.security_protocol.startswith("SASL"):
        arguments["sasl_mechanism"] = settings.sasl_mechanism
        if settings.sasl_mechanism == "OAUTHBEARER":
            arguments["sasl_oauth_token_provider"] = _token_provider(settings)
        else:
            arguments["sasl_plain_username"] = settings.sasl_username
            arguments["sasl_plain_password"] = _reveal(settings.sasl_password)
    return arguments


def faust_brokers(settings: Settings) -> list[str]:
    """Give the addresses as Faust takes them."""
    return [f"kafka://{address}" for address in settings.broker.split(",")]


def faust_credentials(settings: Settings) -> "CredentialsT | None":
    """
    Give Faust's `broker_credentials`, None if there is neither TLS nor log-in.

    Raises:
        ConnectError: as `client_arguments`.
    """
    # Faust takes half a second to import; commands that only speak to Kafka need not wait for it.
    from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials  # noqa: PLC0415

    context = tls_context(settings)
    if settings.security_protocol.startswith("SASL"):
        if settings.sasl_mechanism == "OAUTHBEARER":
            return OAuthCredentials(oauth_cb=_token_provider(settings), ssl_context=context)
        return SASLCredentials(
            username=settings.sasl_username,
            password=_reveal(settings.sasl_password),
            ssl_context=context,
            mechanism=settings.sasl_mechanism,
        )
    return SSLCredentials(context) if context is not None else None


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """
    Make the TLS context: own authorities if set, own certificate if set, host names always checked. None without TLS.

    Raises:
        ConnectError: a file is missing or is not what its setting says.
    """
    if not settings.security_protocol.endswith("SSL"):
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile)
    except OSError as error:  # ssl.SSLError is one
        raise ConnectError(f"COPYDESK_SSL_CAFILE is {settings.ssl_cafile}, no file with PEM certificates: {error}") from error
    if settings.ssl_certfile is not None:
        password = _reveal(settings.ssl_key_password)
        try:
            # With an empty password OpenSSL gives up on an encrypted key; with None it would ask at the terminal.
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password=password or "")
        except OSError as error:
            key = settings.ssl_keyfile or settings.ssl_certfile
            raise ConnectError(
                f"COPYDESK_SSL_CERTFILE {settings.ssl_certfile} and its key in {key} can't be used together: {error}. "
                "An encrypted key needs COPYDESK_SSL_KEY_PASSWORD"
            ) from error
    return context


def _token_provider(settings: Settings) -> AbstractTokenProvider:
    """Import what COPYDESK_OAUTH_PROVIDER names and call it."""
    module, _, name = (settings.oauth_provider or "").partition(":")
    try:
        provider = getattr(importlib.import_module(module), name)()
    except Exception as error:  # somebody else's code, any error is possible
        raise ConnectError(f"COPYDESK_OAUTH_PROVIDER is {settings.oauth_provider}, and calling it failed: {error!r}") from error
    if not isinstance(provider, AbstractTokenProvider):
        raise ConnectError(
            f"COPYDESK_OAUTH_PROVIDER is {settings.oauth_provider}, and gives a {type(provider).__name__}; "
            "it must give an aiokafka.abc.AbstractTokenProvider"
        )
    return provider


def _reveal(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()
