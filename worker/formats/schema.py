"""
The schemas of ninjs: judge input against the version it speaks, and keep what we write within 3.1.

The schemas are IPTC's own, read from `schemas/`; nothing is ever fetched.
"""

from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import orjson

__all__ = ["FIELDS", "complaints", "fit", "valid"]

_FOLDER: Final = Path(__file__).parent / "schemas"
_GEOJSON: Final = orjson.loads((_FOLDER / "geojson.json").read_bytes())
_FILES: Final = {1: "ninjs_1.6.json", 2: "ninjs_2.2.json", 3: "ninjs_3.1.json"}
_NAMES: Final = {1: "ninjs 1.6", 2: "ninjs 2.2", 3: "ninjs 3.1"}
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


def complaints(data: Any, major: int) -> list[str]:
    """Tell what is wrong with `data` by the schema of ninjs 1, 2 or 3: field names, never their text; at most a few."""
    validator = _validator(major)
    if validator.is_valid(data):
        return []
    places: dict[str, None] = {}
    for error in islice(validator.iter_errors(data), _BATCH):
        place = "/".join(str(part) for part in error.instance_path if isinstance(part, str)) or "the item"
        places[f"{_NAMES[major]}: {place[:60]} breaks {error.kind.name}"] = None
    return list(islice(places, _MOST))


def fit(item: dict[str, Any], extra: dict[str, Any]) -> list[str]:
    """Move what ninjs 3.1 would refuse from `item` to `extra`, in place; tell what was moved."""
    moved: list[str] = []
    for _ in range(_ROUNDS):
        probe = {"uri": "", **item}
        if valid(probe):
            return moved
        paths = {tuple(error.instance_path[:2]) for error in islice(_validator(3).iter_errors(probe), _BATCH)}
        for path in sorted(paths, key=lambda p: (str(p[0]) if p else "", -p[1] if len(p) > 1 and isinstance(p[1], int) else 0)):
            _move(item, extra, path)
            moved.append(f"{path[0] if path else 'a field'} does not fit ninjs 3.1, kept in extra")
    extra.update(item)
    item.clear()
    return moved


def _move(item: dict[str, Any], extra: dict[str, Any], path: tuple[Any, ...]) -> None:
    if not path:  # properties that nobody knows
        for name in [name for name in item if name not in FIELDS]:
            extra[name] = item.pop(name)
        return
    name = path[0]
    value = item.get(name)
    if len(path) > 1 and isinstance(path[1], int) and isinstance(value, list) and path[1] < len(value):
        kept = list(value)
        lost = extra.get(name)
        extra[name] = [*(lost if isinstance(lost, list) else []), kept.pop(path[1])]
        item[name] = kept
    elif name in item:
        extra[name] = item.pop(name)
