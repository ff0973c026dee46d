"""
Say which item this is: provider, uri without version, version.

The provider is what the message's header says, else what the raw topic's setting says (both in `Raw.provider`), else the item's
own source under its usual name (`providers.toml`). An id that contains its version is parted by the provider's convention, so
that all versions of a story share a uri. An item without an id gets one made from the digest of its content, so that the same
text is the same item.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from worker.model import Decoded, Draft
from worker.rules.load import RuleFile, Rules

__all__ = ["Identify", "Shape", "content_uri", "load_shapes"]

UNKNOWN: Final = "unknown"

_LONGEST: Final = 400  # characters of an id that is tried; a longer one is taken as it is

_KEYS: Final = frozenset({"id", "provider", "names", "ids"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One shape of ids: a pattern with the groups `uri` and `version`. `provider` is None if it holds for all."""

    provider: str | None
    pattern: str
    examples: tuple[tuple[str, str, str], ...]


def content_uri(item: Decoded) -> str:
    """Make a uri from the content: `urn:copydesk:sha256:` and 32 hexadecimal digits over headline and body."""
    digest = hashlib.sha256()
    digest.update(item.headline.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update(item.body.value.encode("utf-8", "surrogatepass") if item.body else b"")
    return f"urn:copydesk:sha256:{digest.hexdigest()[:32]}"


def load_shapes(rules: Rules) -> tuple[dict[str, str], tuple[Shape, ...]]:
    """
    Read `providers.toml`; a later provider of the same id replaces an earlier.

    Returns:
        Names of providers in lower case, each with how it is called, and the shapes of ids.

    Raises:
        RuleError: a key is missing or unknown, or a pattern is no expression.
    """
    providers: dict[str, tuple[RuleFile, dict[str, Any]]] = {}
    general: dict[str, tuple[RuleFile, dict[str, Any]]] = {}
    for file in rules.files("providers"):
        for table in file.table.get("provider", []):
            for key in {"id", "provider", "names"} - table.keys():
                raise file.error(str(table.get("id", "a provider")), f"lacks `{key}`")
            for key in table.keys() - _KEYS:
                raise file.error(table["id"], f"has `{key}`, which no provider has")
            providers[table["id"]] = (file, table)
        for table in file.table.get("shape", []):
            general[str(table.get("id"))] = (file, table)
    names: dict[str, str] = {}
    shapes: list[Shape] = []
    for file, table in providers.values():
        names |= {str(name).lower(): table["provider"] for name in (table["provider"], *table["names"])}
        shapes += [_shape(file, table["id"], one, table["provider"]) for one in table.get("ids", ())]
    shapes += [_shape(file, str(table.get("id")), table, None) for file, table in general.values()]
    return names, tuple(shapes)


def _shape(file: RuleFile, where: str, table: dict[str, Any], provider: str | None) -> Shape:
    for key in {"pattern", "examples"} - table.keys():
        raise file.error(where, f"lacks `{key}`")
    try:
        groups = re.compile(table["pattern"]).groupindex
    except re.error as error:
        raise file.error(where, f"`pattern` is no regular expression: {error}") from error
    if not {"uri", "version"} <= set(groups):
        raise file.error(where, "`pattern` lacks the groups `uri` and `version`")
    return Shape(
        provider=provider,
        pattern=table["pattern"],
        examples=tuple((str(a), str(b), str(c)) for a, b, c in table["examples"]),
    )


class Identify:
    """Set `provider`, `uri`, `version`."""

    name: Final = "identity"
    writes: Final = ("provider", "uri", "version")

    def __init__(self, rules: Rules) -> None:
        """Compile the shapes, by provider; general ones come last."""
        self._names, shapes = load_shapes(rules)
        self._general = [re.compile(shape.pattern) for shape in shapes if shape.provider is None]
        self._own: dict[str, list[re.Pattern[str]]] = {}
        for shape in shapes:
            if shape.provider is not None:
                self._own.setdefault(shape.provider, []).append(re.compile(shape.pattern))

    def __call__(self, draft: Draft) -> None:
        """Take the ids of the source, or make them."""
        item = draft.decoded
        provider = draft.raw.provider or item.source
        known = self._names.get(provider.strip().lower(), provider) if provider else UNKNOWN
        draft.provider = (draft.raw.provider or known).strip() or UNKNOWN
        uri, version = self.part(item.uri, known) if item.uri else (content_uri(item), "")
        draft.uri = uri
        draft.version = item.version or version

    def part(self, uri: str, provider: str) -> tuple[str, str]:
        """Part an id into the story's own and the version, which is empty if the id has none."""
        if len(uri) > _LONGEST:
            return uri, ""
        for pattern in (*self._own.get(provider, ()), *self._general):
            match = pattern.fullmatch(uri)
            if match is not None:
                return match["uri"], match["version"] or ""
        return uri, ""
