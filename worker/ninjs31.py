"""Write an item as ninjs 3.1."""

from typing import Any

from worker.model import Draft

__all__ = ["to_ninjs"]


def to_ninjs(draft: Draft) -> dict[str, Any]:
    """Give the item as a ninjs 3.1 object."""
    body = draft.body
    return {
        **draft.decoded.item,
        "uri": draft.uri,
        "version": draft.version,
        "headlines": [{"value": draft.headline}],
        "bodies": [{"role": "main", "contentType": body.content_type, "value": body.value}] if body else [],
    }
