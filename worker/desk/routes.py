"""
Routes: which kept items go to which further topics.

A route is a table in `rules/routes.toml`: its `name`, which with the prefix is the topic's, and its conditions. All conditions of
a table must hold; `any` is a list of tables of which one must hold, `not` a table that must not. Intake finds the routes that an
item's tags match; the desk adds what depends on the relation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from worker.desk.areas import areas_of
from worker.model import Draft
from worker.outcome import Relation
from worker.rules.load import RuleFile, Rules

__all__ = ["Route", "Routes", "Tags"]

_KEPT: Final = frozenset({Relation.NEW, Relation.UPDATE, Relation.CORRECTION, Relation.CANCELLATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What routes look at: codes of countries and M49 areas, Media Topics, language, provider, urgency, genres."""

    region: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    language: str = ""
    provider: str = ""
    urgency: int | None = None
    genre: frozenset[str] = frozenset()


Condition = Callable[[Tags], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route: `name` is the topic without prefix, `relations` those that it takes, `codes` all it asks for if only codes count."""

    name: str
    doc: str
    matches: Condition
    relations: frozenset[Relation]
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Routes:
    """All routes, in the order of their names; `topic_confidence` is how sure a topic must be to send an item anywhere, per mille."""

    routes: tuple[Route, ...]
    topic_confidence: int = 0

    @classmethod
    def from_rules(cls, rules: Rules) -> "Routes":
        """
        Read `routes.toml`; an operator's route of the same name replaces the package's, and `enabled = false` takes it out.

        Raises:
            RuleError: a table is not a route; says which and why.
        """
        found: dict[str, Route] = {}
        confidence = 0
        for file in rules.files("routes"):
            confidence = file.table.get("topic_confidence", confidence)
            if not isinstance(confidence, int) or not 0 <= confidence <= 1000:
                raise file.error("topic_confidence", f"is {confidence!r}: per mille, 0 to 1000, is allowed")
            for number, table in enumerate(file.table.get("route", []), 1):
                where = f"route {number}" if "name" not in table else f"route {table['name']!r}"
                name = table.get("name")
                if not isinstance(name, str) or not name:
                    raise file.error(where, 'a route needs a name, for example name = "topic.sport"')
                if table.get("enabled", True) is False:
                    found.pop(name, None)
                else:
                    found[name] = _route(file, where, table)
        return cls(tuple(found[name] for name in sorted(found)), confidence)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all routes."""
        return tuple(route.name for route in self.routes)

    @property
    def relations_of(self) -> dict[str, frozenset[Relation]]:
        """For each route that is limited to some relations, which."""
        return {route.name: route.relations for route in self.routes if route.relations != _KEPT}

    def of(self, draft: Draft) -> tuple[str, ...]:
        """Name the routes that an item's tags match, in the order of their names."""
        return self.match(_tags_of(draft, self.topic_confidence))

    def match(self, tags: Tags) -> tuple[str, ...]:
        """Name the routes whose conditions on tags hold, in the order of their names."""
        found = {name for code in (*tags.region, *tags.topic) for name in self._by_code.get(code, ())}
        found.update(route.name for route in self._others if route.matches(tags))
        return tuple(sorted(found))

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        """For each code, the routes that ask for nothing else: most do, and to ask each of them costs more than to decide."""
        found: dict[str, list[str]] = {}
        for route in self.routes:
            for code in route.codes:
                found.setdefault(code, []).append(route.name)
        return found

    @cached_property
    def _others(self) -> tuple[Route, ...]:
        return tuple(route for route in self.routes if not route.codes)


def _tags_of(draft: Draft, topic_confidence: int = 0) -> Tags:
    """
    Collect what routes look at.

    A place that only the dateline names is no region of the story, and a topic that is less sure than `topic_confidence` (per mille)
    no reason to send it to whoever reads that topic.
    """
    regions = [r for r in draft.regions if r.role != "dateline"]
    urgency = draft.decoded.item.get("urgency")
    return Tags(
        region=frozenset([code for r in regions for code in (r.code, *areas_of(r.m49))]),
        topic=frozenset([t.code for t in draft.topics if t.confidence >= topic_confidence]),
        language=(draft.language or "").partition("-")[0],
        provider=draft.provider,
        urgency=urgency if isinstance(urgency, int) else None,
        genre=frozenset(str(g.get("name", "")).lower() for g in draft.decoded.item.get("genres", ()) if isinstance(g, Mapping)),
    )


def _route(file: RuleFile, where: str, table: Mapping[str, Any]) -> Route:
    known = {r.value for r in _KEPT}
    relations = table.get("relation", sorted(known))
    if not isinstance(relations, list) or not set(relations) <= known:
        raise file.error(where, f"relation = {relations!r}: allowed are {', '.join(sorted(known))}")
    return Route(
        name=table["name"],
        doc=str(table.get("doc", "")),
        matches=_all(file, where, table.get("when")),
        relations=frozenset(Relation(r) for r in relations),
        codes=_only_codes(table.get("when")),
    )


def _only_codes(table: object) -> frozenset[str]:
    """Give the codes of a route whose one condition is a list of regions or of topics."""
    if not isinstance(table, Mapping) or len(table) != 1:
        return frozenset()
    [(key, value)] = table.items()
    return frozenset(value) if key in {"region", "topic"} else frozenset()


def _all(file: RuleFile, where: str, table: object) -> Condition:
    if not isinstance(table, Mapping) or not table:
        raise file.error(where, 'needs conditions, for example when = { topic = ["medtop:15000000"] }')
    parts = tuple(_condition(file, where, key, value) for key, value in table.items())
    if len(parts) == 1:
        return parts[0]
    return lambda tags: all(part(tags) for part in parts)


def _condition(file: RuleFile, where: str, key: str, value: object) -> Condition:
    if key == "any":
        if not isinstance(value, list):
            raise file.error(where, "any takes a list of tables")
        options = tuple(_all(file, where, option) for option in value)
        return lambda tags: any(option(tags) for option in options)
    if key == "not":
        inner = _all(file, where, value)
        return lambda tags: not inner(tags)
    if key == "urgency_at_most":
        if not isinstance(value, int) or not 1 <= value <= 9:
            raise file.error(where, f"urgency_at_most = {value!r}: 1 (flash) to 9 is allowed")
        return lambda tags: tags.urgency is not None and tags.urgency <= value
    if key not in {"region", "topic", "language", "provider", "genre"}:
        raise file.error(
            where, f"unknown condition {key!r}: there are region, topic, language, provider, genre, urgency_at_most, any, not"
        )
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise file.error(where, f"{key} takes a list of strings")
    wanted = frozenset(value)
    if key == "language":
        return lambda tags: tags.language in wanted
    if key == "provider":
        return lambda tags: tags.provider in wanted
    if key == "region":
        return lambda tags: not wanted.isdisjoint(tags.region)
    if key == "topic":
        return lambda tags: not wanted.isdisjoint(tags.topic)
    return lambda tags: not wanted.isdisjoint(tags.genre)
