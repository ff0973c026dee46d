"""
How a setting is declared, read and shown: the machinery behind `worker.settings`.

A kind knows what is allowed, reads it from a variable's text, and writes it back. Nothing here looks at the environment.
"""

import re
from collections.abc import Callable
from dataclasses import Field, dataclass, field
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

__all__ = [
    "ADDRESSES", "DURATION", "FILE", "HOOK", "HOST", "INSTANCE", "NAMES", "PREFIX", "SECRET", "SIZE", "TEXT", "TOPIC", "TOPICS",
    "Duration", "Facts", "Kind", "RawTopic", "Secret", "choice", "facts", "number", "setting",
]  # fmt: skip

T = TypeVar("T")


class Duration(int):
    """A span of time in milliseconds, as Kafka's clients take it; `seconds` is for those that count so."""

    @property
    def seconds(self) -> float:
        """Give the span in seconds."""
        return self / 1000


class Secret(str):
    """A text that never shows itself by accident; `reveal` gives it to those who must have it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def reveal(self) -> str:
        """Give the text itself."""
        return "".join(self)


class RawTopic(NamedTuple):
    """A topic that raw items arrive on; `provider` is who sends them, None if the items themselves say so."""

    topic: str
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """What a setting may be. `read` raises ValueError for what is not allowed; `show` is its reverse."""

    allowed: str
    read: Callable[[str], T]
    show: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is declared beside a setting's name, type and default; `unset` says what holds while the default is empty."""

    kind: Kind[Any]
    doc: str
    unset: str


def setting(kind: Kind[T], default: object, doc: str, *, unset: str = "") -> Any:
    """Declare a setting as a field of `Settings`."""
    return field(default=default, metadata={"facts": Facts(kind, doc, unset)})


def facts(declared: "Field[Any]") -> Facts:
    """Give what was declared with `setting`."""
    found: Facts = declared.metadata["facts"]
    return found


def number(least: int, most: int) -> Kind[int]:
    """Allow the whole numbers of a range."""

    def read(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return Kind(f"a whole number from {least} to {most}", read)


def choice(*words: str) -> Kind[str]:
    """Allow a few words, in any case."""

    def read(text: str) -> str:
        for word in words:
            if word.lower() == text.lower():
                return word
        raise ValueError(text)

    return Kind(f"one of {', '.join(words)}", read)


def _matching(pattern: str, allowed: str) -> Kind[str]:
    compiled = re.compile(pattern)

    def read(text: str) -> str:
        if not compiled.fullmatch(text):
            raise ValueError(text)
        return text

    return Kind(allowed, read)


def _measure(text: str, units: dict[str, int]) -> int:
    found = re.fullmatch(r"(\d+) ?([A-Za-z]*)", text)
    if found is None or found[2] not in units:
        raise ValueError(text)
    return int(found[1]) * units[found[2]]


def _in_units(value: int, units: dict[str, int]) -> str:
    """Write a measure in the largest unit that divides it."""
    unit, size = max(((unit, size) for unit, size in units.items() if value % size == 0), key=lambda pair: (pair[1], pair[0]))
    return f"{value // size}{unit}" if value else f"0{min(units, key=lambda unit: (units[unit], unit))}"


MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
BYTES = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

TOPIC_CHARACTERS = r"[A-Za-z0-9._-]"  # Kafka's own rule for names of topics, at most 249 of them
TOPIC_ALLOWED = "1 to 249 letters, digits, '.', '_' or '-'"


def _topics(text: str) -> tuple[RawTopic, ...]:
    topics = []
    for part in _names(text):
        topic, equals, provider = part.partition("=")
        TOPIC.read(topic)
        if equals and not provider:
            raise ValueError(part)
        topics.append(RawTopic(topic, provider or None))
    if len({topic for topic, _ in topics}) < len(topics):
        raise ValueError(text)
    return tuple(topics)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    if not names:
        raise ValueError(text)
    return names


def _addresses(text: str) -> str:
    for address in _names(text):
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 1 << 16 or "/" in host:
            raise ValueError(address)
    return ",".join(_names(text))


TEXT = _matching(r"(?s).+", "a text")
TOPIC = _matching(rf"{TOPIC_CHARACTERS}{{1,249}}", TOPIC_ALLOWED)
PREFIX = _matching(rf"{TOPIC_CHARACTERS}{{0,200}}", "at most 200 letters, digits, '.', '_' or '-'")
INSTANCE = TOPIC  # Kafka takes the same characters for the ids of static members
HOST = _matching(r"\S+", "a host name or address")
HOOK = _matching(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", "package.module:name")
TOPICS = Kind(
    "topics with commas between, each `topic` or `topic=provider`, none twice",
    _topics,
    lambda topics: ",".join(topic if provider is None else f"{topic}={provider}" for topic, provider in topics),
)
NAMES: Kind[tuple[str, ...]] = Kind("names with commas between", _names, ",".join)
ADDRESSES = Kind("host:port, several with commas between", _addresses)
FILE = Kind("a path", lambda text: Path(TEXT.read(text)).expanduser())
SECRET = Kind("a text", lambda text: Secret(TEXT.read(text)))
DURATION = Kind(
    "a whole number and ms, s, m, h or d",
    lambda text: Duration(_measure(text, MILLISECONDS)),
    lambda value: _in_units(value, MILLISECONDS),
)
SIZE = Kind(
    "a number of bytes, or a whole number and KiB, MiB or GiB",
    lambda text: _measure(text, BYTES),
    lambda v: _in_units(v, BYTES),
)
