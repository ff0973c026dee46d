"""Each route's examples are run: an item with these tags goes there, or does not."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from worker.desk.routes import Routes, Tags
from worker.rules.load import Rules

SETS = ("region", "topic", "genre")


def _examples() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for file in Rules().files("routes"):
        for route in file.table["route"]:
            for example in route.get("example", []):
                yield route["name"], example


def _tags(example: Mapping[str, Any]) -> Tags:
    fields: dict[str, Any] = {
        key: frozenset(value) if key in SETS else value for key, value in example.items() if key != "goes"
    }
    return Tags(**fields)


@pytest.mark.parametrize(("name", "example"), [pytest.param(n, e, id=f"{n}-{e['goes']}") for n, e in _examples()])
def test_example(name: str, example: Mapping[str, Any]) -> None:
    """An item with the example's tags goes where the example says."""
    assert (name in Routes.from_rules(Rules()).match(_tags(example))) is example["goes"]


def test_every_route_has_an_example_of_each_kind() -> None:
    """Each packaged route shows an item that goes there and one that does not."""
    shown = {(name, example["goes"]) for name, example in _examples()}

    for name in Routes.from_rules(Rules()).names:
        assert {(name, True), (name, False)} <= shown
