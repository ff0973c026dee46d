"""
Make the plain text of the body, and the one view of it that all later stages share.

Offsets of removed spans refer to the body as decoded, so the plain text stands beside the body and never replaces it.
"""

from collections.abc import Sequence
from typing import Final

from worker.formats.html import plain_text
from worker.model import Draft
from worker.text import TextView, read_together

__all__ = ["MakeView", "PlainText"]


class PlainText:
    """Set `draft.text` to the body's text without markup."""

    name: Final = "plain"
    writes: Final = ("text",)

    def __call__(self, draft: Draft) -> None:
        """Take a plain body as it is, and the text of an HTML body."""
        body = draft.body
        if body is not None:
            draft.text = body.value if body.content_type == "text/plain" else plain_text(body.value)


class MakeView:
    """Set `draft.view`: headline and text, tokens found once."""

    name: Final = "view"
    writes: Final = ("view",)

    def __call__(self, draft: Draft) -> None:
        """Make the view; it knows where the dateline ends."""
        draft.view = TextView(*_parts(draft))

    def together(self, drafts: Sequence[Draft]) -> None:
        """Make many views: long arrays cost less than as many short ones."""
        for draft, view in zip(drafts, read_together([_parts(draft) for draft in drafts]), strict=True):
            draft.view = view


def _parts(draft: Draft) -> tuple[str, str, int]:
    return draft.headline, draft.text, draft.dateline.end if draft.dateline else 0
