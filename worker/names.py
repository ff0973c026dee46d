"""The names of the topics."""

from dataclasses import dataclass
from typing import Protocol

from worker.outcome import Outcome

__all__ = ["Names"]


class HasNames(Protocol):
    """What the names are made of: the settings."""

    @property
    def topic_prefix(self) -> str:
        """What the names begin with."""

    @property
    def memory_topic(self) -> str:
        """The memory topic."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of the topics that are always there, under a prefix."""

    prefix: str = "wire."
    memory: str = "copydesk.memory"

    @classmethod
    def of(cls, settings: HasNames) -> "Names":
        """Give the names that hold under the settings."""
        return cls(settings.topic_prefix, settings.memory_topic)

    @property
    def prepared(self) -> str:
        """From intake to desk."""
        return f"{self.prefix}prepared"

    @property
    def enriched(self) -> str:
        """What was kept."""
        return f"{self.prefix}enriched"

    @property
    def duplicates(self) -> str:
        """What was dropped as a duplicate, and of what."""
        return f"{self.prefix}duplicates"

    @property
    def advisories(self) -> str:
        """What is not news."""
        return f"{self.prefix}advisories"

    @property
    def held(self) -> str:
        """What waits for its embargo to end."""
        return f"{self.prefix}held"

    @property
    def dead_letters(self) -> str:
        """What could not be read or processed."""
        return f"{self.prefix}deadletter"

    def route(self, name: str) -> str:
        """Give the topic of a route."""
        return f"{self.prefix}{name}"

    def of_outcome(self, outcome: Outcome) -> str:
        """Give the topic that items of an outcome go to."""
        return {
            Outcome.KEPT: self.enriched,
            Outcome.DUPLICATE: self.duplicates,
            Outcome.REJECTED: self.advisories,
            Outcome.HELD: self.held,
        }[outcome]
