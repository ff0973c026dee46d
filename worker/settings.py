"""
All settings, each declared once: name, type, default and one line of doc.

The variable is `COPYDESK_` and the field's name in capitals. `copydesk config` and docs/configuration.md are made from this.
"""

# ruff: noqa: RUF009 - declaring a setting is calling `setting`, as declaring a field is calling `field`

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, Self

from worker.setting import (
    ADDRESSES,
    DURATION,
    FILE,
    HOOK,
    HOST,
    INSTANCE,
    NAMES,
    PREFIX,
    SECRET,
    SIZE,
    TEXT,
    TOPIC,
    TOPICS,
    Duration,
    RawTopic,
    Secret,
    choice,
    facts,
    number,
    setting,
)  # fmt: skip

__all__ = ["Settings", "SettingsError", "Shown", "explain"]

PREFIX_OF_ALL = "COPYDESK_"
DAY = 86_400_000
KIB = 1 << 10

# Room for what a record adds to an item's bytes: key, headers, origin, and the batch around it.
ENVELOPE_BYTES = 64 * KIB
# A prepared item holds the decoded text, the spans removed and the tags; JSON may write a character as six bytes.
PREPARED_GROWTH = 4


class SettingsError(ValueError):
    """Settings are wrong; the message has a line for each: the variable, its value and what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What an operator can set. Made with `Settings.from_env`; tests may name fields directly.

    Durations count milliseconds and have `.seconds`; sizes count bytes.
    """

    # Kafka and its topics
    broker: str = setting(ADDRESSES, "localhost:9092", "Where Kafka is.")
    topic_prefix: str = setting(PREFIX, "wire.", "What the names of all topics begin with, but the raw and the memory topic.")
    raw_topics: tuple[RawTopic, ...] = setting(
        TOPICS, (), "Topics that raw items arrive on, and who sends them.", unset="`raw` behind the prefix, no provider"
    )
    memory_topic: str = setting(TOPIC, "copydesk.memory", "The compacted topic that keeps what the desk remembers.")
    runs_topic: str = setting(TOPIC, "copydesk.runs", "The compacted topic that keeps what replays have done.")
    group: str = setting(TOPIC, "copydesk", "What the names of the consumer groups begin with; `-intake` and `-desk` follow.")
    raw_partitions: int = setting(number(1, 1000), 4, "Partitions of a raw topic when it is created: the most intakes at work.")
    prepared_partitions: int = setting(
        number(1, 100), 1, "Partitions of the prepared and the memory topic: the most desks at work."
    )
    output_partitions: int = setting(number(1, 1000), 4, "Partitions of each output topic when it is created.")
    replication: int = setting(
        number(0, 15), 0, "Copies of each partition when a topic is created; 0 is what the cluster does."
    )
    retention: Duration = setting(DURATION, Duration(7 * DAY), "How long raw, prepared and duplicate records are kept.")
    output_retention: Duration = setting(
        DURATION, Duration(30 * DAY), "How long enriched records, advisories and dead letters are kept."
    )

    # What is decided
    rules: Path | None = setting(FILE, None, "A folder with rules that add to or replace the packaged ones.")
    precedence: tuple[str, ...] = setting(NAMES, (), "Providers, the most trusted first; the rest follow as equals.")
    fingerprint_window: Duration = setting(DURATION, Duration(7 * DAY), "How long an item can be found again by its text.")
    identity_window: Duration = setting(
        DURATION, Duration(30 * DAY), "How long an item's id, versions and routes are remembered."
    )
    snapshots: Path | None = setting(
        FILE, None, "A folder that outlives the desk's process, for copies of its memory; a cold start then takes seconds."
    )
    snapshot_interval: Duration = setting(DURATION, Duration(600_000), "How often such a copy is written.")
    max_item_bytes: int = setting(SIZE, 1 << 20, "The largest raw message that is processed; larger ones are dead letters.")

    # How it works
    chunk: int = setting(number(1, 100_000), 200, "The most items in one transaction.")
    session_timeout: Duration = setting(
        DURATION, Duration(10_000), "How long Kafka waits for a silent worker before others take over."
    )
    transaction_timeout: Duration = setting(DURATION, Duration(60_000), "How long Kafka waits for a transaction to end.")
    metadata_age: Duration = setting(
        DURATION,
        Duration(60_000),
        "How often the cluster is asked what has changed, such as a raw topic that has got more partitions.",
    )
    stall: Duration = setting(
        DURATION, Duration(120_000), "With work waiting and nothing committed for so long, a worker is not alive."
    )
    instance: str | None = setting(
        INSTANCE, None, "A lasting name for this intake, so that a quick restart moves no partitions."
    )

    # Security
    security_protocol: str = setting(
        choice("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"), "PLAINTEXT", "How to speak to Kafka."
    )
    ssl_cafile: Path | None = setting(FILE, None, "Certificates that sign the brokers' (PEM).", unset="the system's")
    ssl_certfile: Path | None = setting(FILE, None, "The worker's own certificate and its chain (PEM).")
    ssl_keyfile: Path | None = setting(
        FILE, None, "The key of the worker's certificate (PEM).", unset="in the certificate's file"
    )
    ssl_key_password: Secret | None = setting(SECRET, None, "The password of that key.")
    sasl_mechanism: str = setting(
        choice("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"), "SCRAM-SHA-512", "How to log in."
    )
    sasl_username: str | None = setting(TEXT, None, "Who logs in.")
    sasl_password: Secret | None = setting(SECRET, None, "The password of that user.")
    oauth_provider: str | None = setting(
        HOOK, None, "For OAUTHBEARER: what to call, without arguments, for an aiokafka token provider."
    )

    # What an operator sees
    web_host: str = setting(HOST, "127.0.0.1", "The address that metrics, health and status are served on.")
    web_port: int = setting(
        number(0, 65_535), 9464, "The port for that; 0 takes a free one. With all roles, the intake takes the next."
    )
    log_format: str = setting(
        choice("auto", "json", "console"), "auto", "How log lines look; auto is console on a terminal, else json."
    )
    log_level: str = setting(choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "The least level that is logged.")
    metric_providers: int = setting(number(0, 1000), 50, "How many providers have metrics of their own; the rest is `other`.")
    cache: Path | None = setting(FILE, None, "Where the development broker keeps its jars.", unset="`~/.cache/copydesk`")

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """
        Read the settings from environment variables. An empty variable counts as not set.

        Raises:
            SettingsError: something is wrong; all that is wrong is in the message.
        """
        values: dict[str, object] = {}
        problems: list[str] = list(_unknown(environment))
        for declared in fields(cls):
            name = PREFIX_OF_ALL + declared.name.upper()
            text = environment.get(name, "").strip()
            kind = facts(declared).kind
            try:
                if text:
                    values[declared.name] = kind.read(text)
            except ValueError:
                shown = "***" if kind is SECRET else text
                problems.append(f"{name} is {shown!r}; allowed is {kind.allowed}{_service_link(text)}")
        if problems:
            raise SettingsError("\n".join(problems))
        settings = cls(**values)  # type: ignore[arg-type] # each value was read by its field's own kind
        if problems := list(settings._contradictions()):
            raise SettingsError("\n".join(problems))
        return settings

    @property
    def sources(self) -> tuple[RawTopic, ...]:
        """Give the raw topics, those set or the one that holds if none is."""
        return self.raw_topics or (RawTopic(f"{self.topic_prefix}raw"),)

    @property
    def raw_bytes(self) -> int:
        """Give the size up to which a raw topic takes messages."""
        return self.max_item_bytes + ENVELOPE_BYTES

    @property
    def prepared_bytes(self) -> int:
        """Give the size up to which prepared items and outputs are taken."""
        return self.max_item_bytes * PREPARED_GROWTH + ENVELOPE_BYTES

    @property
    def dead_letter_bytes(self) -> int:
        """Give the size up to which dead letters are taken, and so the largest request: any record that failed fits in one."""
        return self.prepared_bytes + ENVELOPE_BYTES

    def _contradictions(self) -> Iterator[str]:
        """Find settings that are right alone and wrong together."""
        if self.identity_window < self.fingerprint_window:
            yield "COPYDESK_IDENTITY_WINDOW is shorter than COPYDESK_FINGERPRINT_WINDOW; it must be as long or longer"
        topics = [topic for topic, _ in self.sources]
        for name, topic in (("COPYDESK_MEMORY_TOPIC", self.memory_topic), ("COPYDESK_RUNS_TOPIC", self.runs_topic)):
            if topic in topics:
                yield f"{name} is {topic}, which is the raw topic or the other one; it must be one of its own"
            topics.append(topic)
        for name in ("prepared", "enriched", "duplicates", "advisories", "held", "deadletter"):
            if self.topic_prefix + name in topics:
                yield (
                    f"{self.topic_prefix}{name} is an output topic; "
                    "COPYDESK_RAW_TOPICS, COPYDESK_MEMORY_TOPIC and COPYDESK_RUNS_TOPIC must name others"
                )
        yield from self._security_contradictions()

    def _security_contradictions(self) -> Iterator[str]:
        if self.security_protocol.startswith("SASL"):
            if self.sasl_mechanism == "OAUTHBEARER":
                needed = {"COPYDESK_OAUTH_PROVIDER": self.oauth_provider}
            else:
                needed = {"COPYDESK_SASL_USERNAME": self.sasl_username, "COPYDESK_SASL_PASSWORD": self.sasl_password}
            for name, value in needed.items():
                if value is None:
                    yield f"{name} is not set; {self.sasl_mechanism} over {self.security_protocol} needs it"
        elif self.sasl_username is not None:
            yield f"COPYDESK_SASL_USERNAME is set, but nobody logs in over {self.security_protocol}; set COPYDESK_SECURITY_PROTOCOL"
        if self.security_protocol.endswith("PLAINTEXT") and (self.ssl_cafile or self.ssl_certfile):
            yield f"COPYDESK_SSL_CAFILE or COPYDESK_SSL_CERTFILE is set, but {self.security_protocol} has no TLS"
        if self.ssl_keyfile and not self.ssl_certfile:
            yield "COPYDESK_SSL_KEYFILE is set without COPYDESK_SSL_CERTFILE"


class Shown(NamedTuple):
    """One setting for a person: `value` is masked if secret, `source` is default or environment."""

    name: str
    value: str
    source: str
    allowed: str
    doc: str


def explain(environment: Mapping[str, str]) -> tuple[Shown, ...]:
    """Show all settings as they hold in an environment. Raises `SettingsError` as `Settings.from_env` does."""
    settings = Settings.from_env(environment)
    shown = []
    for declared in fields(Settings):
        name = PREFIX_OF_ALL + declared.name.upper()
        known = facts(declared)
        value = getattr(settings, declared.name)
        text = known.unset if value is None or value == () else known.kind.show(value)
        source = "environment" if environment.get(name, "").strip() else "default"
        shown.append(Shown(name, text, source, known.kind.allowed, known.doc))
    return tuple(shown)


# Kubernetes sets such variables in each pod for a service named copydesk or copydesk-something. They are not ours.
_SERVICE_LINK = re.compile(
    r"COPYDESK(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)


def _service_link(text: str) -> str:
    if re.match(r"(tcp|udp)://", text):
        return " (it looks like Kubernetes set it for a service of that name: set enableServiceLinks: false)"
    return ""


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    known = [PREFIX_OF_ALL + declared.name.upper() for declared in fields(Settings)]
    for name in sorted(environment):
        if name.startswith(PREFIX_OF_ALL) and name not in known and not _SERVICE_LINK.fullmatch(name):
            near = get_close_matches(name, known, n=1, cutoff=0.0)
            yield f"{name} is no setting; the nearest is {near[0]}"
