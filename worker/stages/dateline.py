"""To be written."""

from typing import Final

from worker.model import Draft
from worker.rules.load import Rules

__all__ = ["ReadDateline"]


class ReadDateline:
    """To be written."""

    name: Final = "dateline"
    writes: Final = ("dateline",)

    def __init__(self, rules: Rules) -> None:
        """To be written."""

    def __call__(self, draft: Draft) -> None:
        """To be written."""
