"""Which providers' copies are worth more: a better source's copy that comes late is published as an update, not suppressed."""

from collections.abc import Sequence

__all__ = ["Precedence"]


class Precedence:
    """
    A ranking of providers.

    Args:
        ranking: groups of providers, the best first; providers of one group are equal. A provider that is not named has no rank
            and neither replaces nor is replaced.
    """

    def __init__(self, ranking: Sequence[Sequence[str]]) -> None:
        """Index the ranking."""
        self._rank = {provider: rank for rank, group in enumerate(ranking) for provider in group}

    def better(self, provider: str, than: str) -> bool:
        """Whether a copy of `provider` should replace one of `than`."""
        a, b = self._rank.get(provider), self._rank.get(than)
        return a is not None and b is not None and a < b
