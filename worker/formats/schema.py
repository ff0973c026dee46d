"""
The schemas of ninjs: judge input against the version it speaks, and keep what we write within 3.1.

The schemas are IPTC's own, read from `schemas/`; nothing is ever fetched.
"""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import orjson

__all__ = ["FIELDS", "complaints", "fit", "major_of", "valid"]

_FOLDER: Final = Path(__file__).parent / "schemas"
_GEOJSON: Final = orjson.loads((_FOLDER / "geojson.json").read_bytes())
_FILES: Final = {1: "ninjs_1.6.json", 2: "ninjs_2.2.json", 3: "ninjs_3.1.json"}
_NAMES: Final = {1: "ninjs 1.6", 2: "ninjs 2.2", 3: "ninjs 3.1"}
_SECOND: Final = frozenset(
    [
        "headlines",
        "bodies",
        "descriptions",
        "people",
        "organisations",
        "places",
        "subjects",
        "events",
        "objects",
        "infosources",
        "altids",
        "genres",
        "by",
        "rightsinfo",
        "trustindicators",
    ]
) - {"altids", "rightsinfo"}
_THIRD: Final = frozenset(
    [
        "versionCreated",
        "firstCreated",
        "contentCreated",
        "pubStatus",
        "embargoedUntil",
        "copyrightHolder",
        "copyrightNotice",
        "usageTerms",
        "edNote",
        "representationType",
        "altIds",
        "infoSources",
        "trustIndicators",
        "rightsInfo",
        "digitalSourceType",
        "eventDetails",
        "plannedCoverage",
    ]
)
_MOST: Final = 5  # complaints told of one item
_ROUNDS: Final = 6  # times that what does not fit is taken out, each with up to _BATCH findings
_BATCH: Final = 200


def _schema(major: int) -> Any:
    return orjson.loads((_FOLDER / _FILES[major]).read_bytes())


@cache
def _validator(major: int) -> Any:
    registry = jsonschema_rs.Registry([("https://geojson.org/schema/GeoJSON.json", _GEOJSON)])
    return jsonschema_rs.validator_for(_schema(major), registry=registry, validate_formats=False, offline=True)


def _allowed() -> dict[str, frozenset[str]]:
    """For each list or object field of ninjs 3.1 the properties that its entries may have."""
    root = _schema(3)
    kinds = root["$defs"]
    found: dict[str, frozenset[str]] = {}
    for name, field in kinds["ninjsType"]["properties"].items():
        shape = field.get("items", field)
        shape = kinds[shape["$ref"].rsplit("/", 1)[-1]] if shape.get("$ref", "").startswith("#/$defs/") else shape
        found[name] = frozenset(shape.get("properties", ()))
    return found


FIELDS: Final = _allowed()
"""The properties of a ninjs 3.1 item, each with those that its entries may have (empty for plain values)."""


def valid(item: Mapping[str, Any]) -> bool:
    """Whether `item` is ninjs 3.1."""
    return bool(_validator(3).is_valid(item))


def major_of(data: Mapping[str, Any]) -> int:
    """Which version an item speaks: what it says, else what its names look like."""
    standard = data.get("standard") or data.get("$standard")
    said = str(standard.get("version", ""))[:1] if isinstance(standard, Mapping) else ""
    if said in {"1", "2", "3"}:
        return int(said)
    if not data.keys().isdisjoint(_THIRD):
        return 3
    entries = [one for name in ("bodies", "headlines") if isinstance(data.get(name), list) for one in data[name]]
    if any(isinstance(one, Mapping) and "contentType" in one for one in entries):
        return 3
    return 1 if data.keys().isdisjoint(_SECOND) else 2


def complaints(data: Any, major: int) -> list[str]:
    """Tell what is wrong with `data` by the schema of ninjs 1, 2 or 3: field names, never their text; at most a few."""
    validator = _validator(major)
    try:
        if validator.is_valid(data):
            return []
        errors = list(islice(validator.iter_errors(data), _BATCH))
    except ValueError:
        return [f"{_NAMES[major]}: nested too deeply to be judged"]
    places: dict[str, None] = {}
    for error in errors:
        place = "/".join(str(part) for part in error.instance_path if isinstance(part, str)) or "the item"
        places[f"{_NAMES[major]}: {place[:60]} breaks {error.kind.name}"] = None
    return list(islice(places, _MOST))


def fit(item: dict[str, Any], extra: dict[str, Any]) -> list[str]:
    """
    Mend or take out what ninjs 3.1 would refuse, in place; tell what was taken out.

    Numbers written as text become numbers. All else that does not fit goes to `extra`, under the name of its field.
    """
    if valid({"uri": "", **item}):
        return []
    fresh = _copy(item)
    item.clear()
    item.update(fresh)
    moved: dict[str, None] = {}
    for _ in range(_ROUNDS):
        errors = list(islice(_validator(3).iter_errors({"uri": "", **item}), _BATCH))
        if not errors:
            break
        for error in sorted(
            errors, key=lambda one: _position(one.instance_path), reverse=True
        ):  # so that positions in lists hold
            _mend(item, extra, tuple(error.instance_path), error.kind, moved)
        for name in [name for name, value in item.items() if value in ([], {})]:
            del item[name]
    else:
        extra.update(item)
        moved["the item"] = None
        item.clear()
    return [f"{name} does not fit ninjs 3.1, kept in extra" for name in moved]


def _copy(item: dict[str, Any]) -> dict[str, Any]:
    """Copy as deep as it goes; through JSON, which is ten times faster, unless a number is too large for it."""
    try:
        copied: dict[str, Any] = orjson.loads(orjson.dumps(item))
    except TypeError:
        return deepcopy(item)
    return copied


def _position(path: list[Any]) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (-1, str(part)) for part in path]


def _mend(item: dict[str, Any], extra: dict[str, Any], path: tuple[Any, ...], kind: Any, moved: dict[str, None]) -> None:
    parent: Any = None
    value: Any = item
    for part in path:
        parent = value
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return  # taken out already
    name = kind.name
    if name in {"additionalProperties", "unevaluatedProperties"} and isinstance(value, dict):
        for key in kind.unexpected:
            if key in value:
                _keep(extra, path[0] if path else key, value.pop(key) if not path else {key: value.pop(key)})
                moved[str(path[0] if path else key)] = None
        return
    if not path:
        return
    if name == "type" and isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 16:
        parent[path[-1]] = int(value)
        return
    if name == "type" and isinstance(value, float) and value.is_integer():
        parent[path[-1]] = int(value)
        return
    if name == "type" and isinstance(value, int) and not isinstance(value, bool):
        parent[path[-1]] = str(value)
        return
    _keep(extra, path[0], value)
    moved[str(path[0])] = None
    del parent[path[-1]]


def _keep(extra: dict[str, Any], name: str, value: Any) -> None:
    """Put aside: the field's own value, or a list of what was taken out of it."""
    if name not in extra:
        extra[name] = value
    elif isinstance(extra[name], list):
        extra[name].append(value)
    else:
        extra[name] = [extra[name], value]
