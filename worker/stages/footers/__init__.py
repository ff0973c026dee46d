"""To be written."""

from typing import Final

from worker.model import Draft
from worker.rules.load import Rules

__all__ = ["StripFooters"]


class StripFooters:
    """To be written."""

    name: Final = "footers"
    writes: Final = ("removed", "rights", "body", "headline")

    def __init__(self, rules: Rules) -> None:
        """To be written."""

    def __call__(self, draft: Draft) -> None:
        """To be written."""
        draft.body, draft.headline, draft.rights = draft.decoded.body, draft.decoded.headline, draft.decoded.rights
