# ruff: noqa: INP001, T201 - a command, no part of a package
"""
Say what has changed in the schemas since the last release: `python -m tools.schema_changes`.

It compares by structure, from the side of whoever has written a program against the released schema. A reader of our topics breaks when a
field goes, is renamed or is no longer promised, when a type, pattern or bound becomes wider, and when a closed list changes: programs
branch on each of its values. A new field breaks nobody, as readers pass over what they don't know. For raw items, which others write and
we read, it is the other way round: what was taken must be taken still.

`python -m tools.schema_changes --release 1.1` keeps the schemas as they are as those of that release. Exit code 1 if something breaks.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

__all__ = ["READ", "RELEASED", "SCHEMAS", "changes", "last", "major"]

SCHEMAS: Final = Path(__file__).parents[1] / "schemas"
RELEASED: Final = SCHEMAS / "released"
READ: Final = {"raw-item"}
"""Schemas of what others write."""

_SAYS: Final = {"$schema", "$id", "title", "description", "examples"}
_LOW: Final = ("minimum", "minItems", "minLength")
_HIGH: Final = ("maximum", "maxItems", "maxLength")
_SHAPE: Final = {"pattern", "format", "uniqueItems"}
_STRUCTURE: Final = {
    "type", "properties", "required", "additionalProperties", "enum", "const", "items", "prefixItems", "oneOf", "anyOf", "allOf",
}  # fmt: skip
_KNOWN: Final = _SAYS | {*_LOW, *_HIGH} | _SHAPE | _STRUCTURE

Schema = dict[str, Any]


def major(schema: Schema) -> int:
    """Give the major version that a schema's `$id` ends with."""
    return int(schema["$id"].rpartition(":")[2])


def last() -> Path:
    """Give the folder of the last release."""
    return max((path for path in RELEASED.iterdir() if path.is_dir()), key=lambda path: tuple(map(int, path.name.split("."))))


def changes(old: Schema, new: Schema, *, read: bool = False) -> list[str]:
    """
    Say what breaks a program that was written against `old`, each with its place; empty if nothing does.

    Args:
        old: the released schema.

        new: the schema now.

        read: whether it is the schema of what others write.

    Raises:
        ValueError: a schema has a keyword that is not compared.
    """
    return list(dict.fromkeys(_compare(old, new, "", read)))


def _compare(old: Schema, new: Schema, at: str, read: bool) -> Iterator[str]:
    for schema in (old, new):
        if unknown := schema.keys() - _KNOWN:
            raise ValueError(f"{at or 'the schema'} has keywords that are not compared: {', '.join(sorted(unknown))}")
    where = at or "the record"
    # What may stand in a message before and now: for a reader, nothing new may come; for a writer, nothing may be refused.
    before, now = (new, old) if read else (old, new)
    if wider := _types(now) - _types(before):
        yield f"{where}: the type {', '.join(sorted(wider))} is {'no longer taken' if read else 'new'}"
    yield from _values(old, new, where)
    for word in _SHAPE:
        if word in before and before[word] != now.get(word):
            yield f"{where}: its {word} is another"
    for words, sign in ((_LOW, 1), (_HIGH, -1)):
        for word in words:
            if word in before and (word not in now or sign * now[word] < sign * before[word]):
                yield f"{where}: its {word} is another"
    yield from _fields(old, new, at, read)
    yield from _lists(old, new, at, read)
    yield from _choices(old, new, at, read)


def _types(schema: Schema) -> set[str]:
    types = schema.get("type")
    if types is None:
        values = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
        return {_NAMES[type(value)] for value in values} or set(_NAMES.values())
    found = {types} if isinstance(types, str) else set(types)
    return found | {"integer"} if "number" in found else found


_NAMES: Final = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    list: "array",
    dict: "object",
}


def _values(old: Schema, new: Schema, where: str) -> Iterator[str]:
    """Compare closed lists; a constant is a list of one."""
    before, now = _closed(old), _closed(new)
    if before is None:
        if now is not None:
            yield f"{where}: its values are a closed list now"
    elif now is None:
        yield f"{where}: its values are no closed list any more"
    else:
        yield from (f"{where}: the value {value} is gone" for value in sorted(before - now))
        yield from (f"{where}: the value {value} is new in a closed list" for value in sorted(now - before))


def _closed(schema: Schema) -> set[str] | None:
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if values is None else {json.dumps(value) for value in values}


def _fields(old: Schema, new: Schema, at: str, read: bool) -> Iterator[str]:
    fields, now = old.get("properties", {}), new.get("properties", {})
    for name, schema in fields.items():
        place = f"{at}.{name}".lstrip(".")
        if name in now:
            yield from _compare(schema, now[name], place, read)
        else:
            yield f"{place}: the field is gone"
    promised, given = set(old.get("required", ())), set(new.get("required", ()))
    if read:
        yield from (f"{at}.{name}: the field must be sent now".lstrip(".") for name in sorted(given - promised))
    else:
        # What is gone altogether was told above.
        yield from (
            f"{at}.{name}: the field is no longer promised".lstrip(".") for name in sorted(promised - given) if name in now
        )
    before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compare(before, after, f"{at}.*".lstrip("."), read)
    elif isinstance(before, dict) and after is True:
        yield f"{at or 'the record'}: further fields may hold anything now"
    elif read and before is not False and after is False:
        yield f"{at or 'the record'}: further fields are no longer taken"


def _lists(old: Schema, new: Schema, at: str, read: bool) -> Iterator[str]:
    before, now = old.get("prefixItems", []), new.get("prefixItems", [])
    if len(before) != len(now):
        yield f"{at}: it has {len(now)} places and had {len(before)}"
    for number, (one, other) in enumerate(zip(before, now, strict=False)):
        yield from _compare(one, other, f"{at}[{number}]", read)
    if isinstance(old.get("items"), dict):
        if isinstance(new.get("items"), dict):
            yield from _compare(old["items"], new["items"], f"{at}[]", read)
        else:
            yield f"{at}[]: what stands in the list is no longer said"


def _choices(old: Schema, new: Schema, at: str, read: bool) -> Iterator[str]:
    """Compare what is one of several: each choice must have been one, and must be one still."""
    for word in ("oneOf", "anyOf", "allOf"):
        before, now = old.get(word, []), new.get(word, [])
        place = f"{at} ({word})".strip()
        if before and not now:
            yield f"{place}: the choices are gone"
            continue
        for choice in before:
            found = [list(_compare(choice, other, at, read)) for other in now]
            # The nearest one tells best what has changed.
            yield from min(found, key=len)
        if before and word != "allOf":
            for choice in now:
                if all(list(_compare(other, choice, at, read)) for other in before):
                    yield f"{place}: a choice is new or is another: {json.dumps(choice)[:80]}"


def main() -> int:
    """Print what breaks, or keep a release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", metavar="VERSION", help="keep the schemas as those of this release")
    version = parser.parse_args().release
    if version:
        folder = RELEASED / version
        folder.mkdir(parents=True)
        for path in SCHEMAS.glob("*.schema.json"):
            shutil.copy(path, folder)
        return 0
    broken = 0
    for path in sorted(last().glob("*.schema.json")):
        old = json.loads(path.read_text(encoding="utf-8"))
        new = json.loads((SCHEMAS / path.name).read_text(encoding="utf-8"))
        name = path.name.removesuffix(".schema.json")
        for change in changes(old, new, read=name in READ):
            broken += major(new) == major(old)
            print(f"{name}: {change}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
