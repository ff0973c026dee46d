"""A change of a schema that breaks programs written against the last release needs a new major version."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from tools.schema_changes import READ, RELEASED, SCHEMAS, changes, last, major

Schema = dict[str, Any]
NAMES = sorted(path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json"))


def load(folder: Path, name: str) -> Schema:
    """Read a schema."""
    schema: Schema = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


ENRICHED = load(SCHEMAS, "enriched-record")


def changed(change: Callable[[Schema], object], schema: Schema = ENRICHED) -> list[str]:
    """Change a copy of a schema, and say what breaks."""
    now = copy.deepcopy(schema)
    change(now)
    return changes(schema, now)


def field(schema: Schema, *path: str) -> Schema:
    """Give the schema of a field."""
    for name in path:
        schema = schema["items"] if name == "[]" else schema["properties"][name]
    return schema


def rename(schema: Schema, old: str, new: str) -> None:
    """Rename a field."""
    schema["properties"][new] = schema["properties"].pop(old)
    schema["required"] = [new if name == old else name for name in schema["required"]]


@pytest.mark.parametrize("name", sorted(path.name.removesuffix(".schema.json") for path in last().glob("*.schema.json")))
def test_nothing_breaks_since_the_last_release(name: str) -> None:
    """Each released schema is there still, and what has changed since breaks nobody, or its major version has moved."""
    old, new = load(last(), name), load(SCHEMAS, name)

    assert changes(old, new, read=name in READ) == [] or major(new) == major(old) + 1


@pytest.mark.parametrize("folder", sorted(RELEASED.iterdir()), ids=lambda path: path.name)
def test_releases_are_kept_whole(folder: Path) -> None:
    """What is kept of a release is valid schemas, of no higher major version than the release's."""
    kept = list(folder.glob("*.schema.json"))

    assert kept
    for path in kept:
        schema = json.loads(path.read_text(encoding="utf-8"))
        jsonschema_rs.meta.validate(schema)
        assert major(schema) <= int(folder.name.split(".")[0])


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_what_the_schema_says(name: str) -> None:
    """Each schema has an example, and it is valid."""
    schema = load(SCHEMAS, name)
    validator = jsonschema_rs.validator_for(schema, offline=True)

    assert schema["examples"]
    for example in schema["examples"]:
        validator.validate(example)


@pytest.mark.parametrize(("said", "change"), [
    ("topics: the field is gone", lambda s: s["properties"].pop("topics")),
    ("uri: the field is gone", lambda s: rename(s, "uri", "url")),
    ("uri: the field is no longer promised", lambda s: s["required"].remove("uri")),
    ("story.relation: the field is no longer promised", lambda s: field(s, "story")["required"].remove("relation")),
    ("story.similarity: the type number is new", lambda s: field(s, "story", "similarity").update(type="number")),
    ("version: the type null is new", lambda s: field(s, "version").update(type=["string", "null"])),
    ("provider: the type array, boolean, integer, null, number, object is new", lambda s: field(s, "provider").pop("type")),
    ('story.relation: the value "stale" is gone', lambda s: field(s, "story", "relation")["enum"].remove("stale")),
    ('regions[].role: the value "byline" is new in a closed list', lambda s: field(s, "regions", "[]", "role")["enum"].append("byline")),
    ("outcome: its values are no closed list any more", lambda s: field(s, "outcome").pop("enum")),
    ("provider: its values are a closed list now", lambda s: field(s, "provider").update(enum=["a"])),
    ("topics[].code: its pattern is another", lambda s: field(s, "topics", "[]", "code").update(pattern="^subj:")),
    ("topics[].code: its pattern is another", lambda s: field(s, "topics", "[]", "code").pop("pattern")),
    ("story.similarity: its maximum is another", lambda s: field(s, "story", "similarity").update(maximum=10_000)),
    ("removed[].start: its minimum is another", lambda s: field(s, "removed", "[]", "start").pop("minimum")),
    ("regions[]: what stands in the list is no longer said", lambda s: field(s, "regions").pop("items")),
    ("dateline.text: the field is no longer promised", lambda s: field(s, "dateline")["oneOf"][1]["required"].remove("text")),
    ("dateline.place: the field is gone", lambda s: field(s, "dateline")["oneOf"][1]["properties"].pop("place")),
], ids=range(18))  # fmt: skip
def test_a_change_that_breaks_readers_is_told(said: str, change: Callable[[Schema], object]) -> None:
    """A field that goes, is renamed or no longer promised, a wider type, another pattern, bound or closed list: each is named with its place."""
    assert said in changed(change)


@pytest.mark.parametrize("change", [
    lambda s: s["properties"].update(urgency={"type": "integer"}),
    lambda s: (s["properties"].update(urgency={"type": "integer"}), s["required"].append("urgency")),
    lambda s: field(s, "story")["required"].append("reason"),
    lambda s: field(s, "story", "of").update(type="string"),
    lambda s: field(s, "story", "similarity").update(maximum=900),
    lambda s: field(s, "uri").update(description="Otherwise told.", pattern="^urn:"),
    lambda s: s.pop("examples"),
], ids=range(7))  # fmt: skip
def test_a_change_that_breaks_nobody_passes(change: Callable[[Schema], object]) -> None:
    """A new field, a stronger promise, a narrower type or bound, other words: readers go on as they are."""
    assert changed(change) == []


def test_what_others_send_is_taken_still() -> None:
    """A raw item is written by others: a field may be added, but none may be demanded, refused or taken in fewer types."""
    old = load(SCHEMAS, "raw-item")
    new = copy.deepcopy(old)
    new["required"] = ["uri"]
    new["additionalProperties"] = False
    new["properties"]["uri"]["type"] = "integer"
    new["properties"]["urgency"] = {"type": "integer"}

    assert set(changes(old, new, read=True)) == {
        "uri: the type string is no longer taken",
        "uri: the field must be sent now",
        "the record: further fields are no longer taken",
    }


def test_a_keyword_that_is_not_compared_is_refused() -> None:
    """A schema that says more than the comparison knows does not pass unseen."""
    with pytest.raises(ValueError, match="patternProperties"):
        changed(lambda s: s.update(patternProperties={}))
