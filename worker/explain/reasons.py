"""Say in words why an item goes to a route: the conditions of the route that hold, and what in the item meets them."""

from collections.abc import Mapping
from typing import Any

from worker.desk.areas import areas_of
from worker.rules.load import Rules

__all__ = ["EARLIER", "RouteReasons"]

EARLIER = "an earlier version went there, and later ones follow"


class RouteReasons:
    """The routes' conditions as they are written."""

    def __init__(self, rules: Rules) -> None:
        """Read `routes.toml` of the package and of the operator."""
        self._when: dict[str, Mapping[str, Any]] = {}
        for file in rules.files("routes"):
            for table in file.table.get("route", ()):
                self._when[str(table["name"])] = table.get("when", {})

    def why(self, topic: str, record: Mapping[str, Any]) -> str:
        """
        Say why a record goes to a topic.

        Args:
            topic: the topic's name, with whatever prefix.

            record: the published record.
        """
        name = next((name for name in sorted(self._when, key=len, reverse=True) if topic.endswith(name)), None)
        if name is None:
            return "no route of today's rules"
        return ", ".join(parts) if (parts := _met(self._when[name], _facts(record))) is not None else EARLIER


Facts = Mapping[str, Mapping[str, str]]


def _facts(record: Mapping[str, Any]) -> Facts:
    """Give what conditions look at: for each value of a field, what in the item gives it."""
    regions: dict[str, str] = {}
    for region in record["regions"]:
        if region["role"] != "dateline":
            for code in (region["code"], *areas_of(region["m49"])):
                regions.setdefault(code, region["name"])
    genres = record["item"].get("genres", ())
    urgency = record["item"].get("urgency")
    return {
        "region": regions,
        "topic": {topic["code"]: topic["name"] for topic in record["topics"]},
        "language": {(record["language"]["code"] or "").partition("-")[0]: ""},
        "provider": {record["provider"]: ""},
        "genre": {str(genre.get("name", "")).lower(): "" for genre in genres if isinstance(genre, Mapping)},
        "urgency_at_most": {str(urgency): ""} if isinstance(urgency, int) else {},
    }


def _met(when: Mapping[str, Any], facts: Facts) -> list[str] | None:
    """Give the conditions with what meets them; None if one does not hold."""
    parts: list[str] = []
    for key, value in when.items():
        if key == "any":
            options = [found for option in value if (found := _met(option, facts)) is not None]
            if not options:
                return None
            parts += options[0]
        elif key == "not":
            if _met(value, facts) is not None:
                return None
            parts.append(f"not {' '.join(value)}")
        elif key == "urgency_at_most":
            urgency = next(iter(facts[key]), None)
            if urgency is None or int(urgency) > value:
                return None
            parts.append(f"urgency {urgency} is at most {value}")
        else:
            wanted = [one for one in value if one in facts.get(key, {})]
            if not wanted:
                return None
            name = facts[key][wanted[0]]
            parts.append(f"{key} {wanted[0]}" + (f" ({name})" if name else ""))
    return parts
