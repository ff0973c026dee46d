"""
Say which item this is: provider, uri without version, version.

The provider is what the message's header says, else what the raw topic's setting says (both in `Raw.provider`), else the item's
own source. An item without an id gets a uri made from the digest of its content, so that the same bytes are the same item.
"""

import hashlib
from typing import Final

from worker.model import Decoded, Draft
from worker.rules.load import Rules

__all__ = ["Identify", "content_uri"]

UNKNOWN: Final = "unknown"


def content_uri(item: Decoded) -> str:
    """A uri from the content: `urn:copydesk:sha256:` and 32 hexadecimal digits over headline and body."""
    digest = hashlib.sha256()
    digest.update(item.headline.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update(item.body.value.encode("utf-8", "surrogatepass") if item.body else b"")
    return f"urn:copydesk:sha256:{digest.hexdigest()[:32]}"


class Identify:
    """Set `provider`, `uri`, `version`."""

    name: Final = "identity"
    writes: Final = ("provider", "uri", "version")

    def __init__(self, rules: Rules) -> None:
        """Nothing is read from `rules` yet."""

    def __call__(self, draft: Draft) -> None:
        """Take the ids of the source, or make them."""
        item = draft.decoded
        draft.provider = draft.raw.provider or item.source or UNKNOWN
        draft.uri = item.uri or content_uri(item)
        draft.version = item.version or ""
