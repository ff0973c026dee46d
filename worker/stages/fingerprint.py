"""To be written."""

from typing import Final

from worker.model import Draft
from worker.rules.load import Rules

__all__ = ["TakeFingerprint"]


class TakeFingerprint:
    """To be written."""

    name: Final = "fingerprint"
    writes: Final = ("fingerprint",)

    def __init__(self, rules: Rules) -> None:
        """To be written."""

    def __call__(self, draft: Draft) -> None:
        """To be written."""
