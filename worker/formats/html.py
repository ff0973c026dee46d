"""To be written."""

import html
import re

__all__ = ["plain_text"]


def plain_text(markup: str) -> str:
    """To be written."""
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))
