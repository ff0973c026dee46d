"""Run the examples of routes, of providers' ids, and of topic keywords."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Final

from worker.desk.routes import Routes, Tags
from worker.model import Body, Decoded, Draft, Raw
from worker.rulecheck.finding import Finding, Owners
from worker.rulecheck.signals import is_linear
from worker.rules.load import Rules
from worker.stages.identity import Identify, load_shapes
from worker.stages.plain import MakeView, PlainText
from worker.stages.topics.stage import TagTopics

__all__ = ["Keywords", "Providers", "RouteRules"]

_SETS: Final = ("region", "topic", "genre")


class RouteRules:
    """The rules of `routes.toml`, ready to be checked."""

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a route can't be used.
        """
        self._owners = Owners(rules, "routes", "route", "name")
        self._routes = Routes.from_rules(rules)
        # A later route of the same name replaces an earlier one, with its examples.
        rows = {row["name"]: row for file in rules.files("routes") for row in file.table.get("route", ())}
        self._examples = [
            (name, example) for name, row in rows.items() if name in self._routes.names for example in row.get("example", ())
        ]

    @property
    def examples(self) -> int:
        """The number of examples."""
        return len(self._examples)

    def failures(self) -> Iterator[Finding]:
        """Ask of each example whether an item with its tags goes there."""
        known = {field.name for field in fields(Tags)} | {"goes"}
        for name, example in self._examples:
            if unknown := set(example) - known:
                yield self._owners.finding(name, f"an example has {min(unknown)!r}; there are {', '.join(sorted(known))}")
            elif (goes := name in self._routes.match(_tags(example))) is not (wanted := bool(example.get("goes", True))):
                words = ", ".join(f"{key} {value!r}" for key, value in example.items() if key != "goes")
                yield self._owners.finding(
                    name, f"an item with {words} should {'' if wanted else 'not '}go there; it {'does' if goes else 'does not'}"
                )

    def warnings(self) -> Iterator[Finding]:
        """Find routes without an example of both kinds."""
        for name in self._routes.names:
            shown = {bool(example.get("goes", True)) for route, example in self._examples if route == name}
            if missing := [words for goes, words in ((True, "goes there"), (False, "does not")) if goes not in shown]:
                yield self._owners.finding(name, f"has no example of an item that {' or of one that '.join(missing)}")

    def never(self, fired: set[str]) -> Iterator[Finding]:
        """Find the routes that no item went to."""
        return (self._owners.finding(name, "takes no item of the sample") for name in self._routes.names if name not in fired)


def _tags(example: Mapping[str, Any]) -> Tags:
    given: dict[str, Any] = {
        key: frozenset(value) if key in _SETS else value for key, value in example.items() if key != "goes"
    }
    return Tags(**given)


class Providers:
    """The shapes of ids of `providers.toml`, ready to be checked."""

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a shape can't be used.
        """
        self._identify = Identify(rules)
        self._shapes = load_shapes(rules)[1]
        self._owners = Owners(rules, "providers", "provider", "provider")
        self._general = Owners(rules, "providers", "shape", "pattern")

    @property
    def examples(self) -> int:
        """The number of examples."""
        return sum(len(shape.examples) for shape in self._shapes)

    def failures(self) -> Iterator[Finding]:
        """Part each id into uri and version."""
        for shape in self._shapes:
            for given, uri, version in shape.examples:
                if (parted := self._identify.part(given, shape.provider or "")) != (uri, version):
                    yield self._finding(
                        shape, f"{given!r} should be {uri!r} version {version!r}; it is {parted[0]!r} version {parted[1]!r}"
                    )

    def warnings(self) -> Iterator[Finding]:
        """Find patterns that RE2 does not take."""
        for shape in self._shapes:
            if not is_linear(shape.pattern):
                yield self._finding(
                    shape, f"RE2 does not take the pattern {shape.pattern!r}, so that nobody proves it linear in time"
                )

    def _finding(self, shape: Any, text: str) -> Finding:
        return self._owners.finding(shape.provider, text) if shape.provider else self._general.finding(shape.pattern, text)


class Keywords:
    """The keywords of `topics.toml`, ready to be checked: each phrase must give its topic."""

    def __init__(self, rules: Rules) -> None:
        """
        Read the rules.

        Raises:
            RuleError: a keyword can't be used.
        """
        self._owners = Owners(rules, "topics", "keyword")
        rows = {str(row.get("id")): row for file in rules.files("topics") for row in file.table.get("keyword", ())}
        self._phrases = [(name, str(phrase), str(row["topic"])) for name, row in rows.items() for phrase in row.get("any", ())]
        self._stage = TagTopics(rules)

    @property
    def examples(self) -> int:
        """The number of phrases."""
        return len(self._phrases)

    def failures(self) -> Iterator[Finding]:
        """Look for the topic in an item that says the phrase."""
        for name, phrase, topic in self._phrases:
            body = Body(field="body_text", content_type="text/plain", value=f"They spoke of {phrase} on Monday.")
            draft = Draft(
                raw=Raw(value=b""), decoded=Decoded(format="text", headline=phrase, body=body), headline=phrase, body=body
            )
            for stage in (PlainText(), MakeView(), self._stage):
                stage(draft)
            if topic not in {found.code for found in draft.topics}:
                yield self._owners.finding(name, f"an item that says {phrase!r} should be about {topic}; it is not")
