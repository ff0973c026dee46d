"""To be written."""

from typing import Final

from worker.model import Draft
from worker.rules.load import Rules

__all__ = ["TagTopics"]


class TagTopics:
    """To be written."""

    name: Final = "topics"
    writes: Final = ("topics",)

    def __init__(self, rules: Rules) -> None:
        """To be written."""

    def __call__(self, draft: Draft) -> None:
        """To be written."""
