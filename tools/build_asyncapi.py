# ruff: noqa: INP001 - a command, no part of a package
"""
Write schemas/asyncapi.yaml, the AsyncAPI 3 document of all topics: `python -m tools.build_asyncapi`.

Topics come from the worker's own plan under default settings, payloads are the schemas beside the document, and headers are what the
worker reads and writes. A test says when the file is old.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from worker import __version__
from worker.desk.routes import Routes
from worker.outcome import Relation
from worker.rules.load import Rules
from worker.settings import Settings
from worker.topics.plan import Topic, plan

__all__ = ["FILE", "document", "text"]

FILE: Final = Path(__file__).parents[1] / "schemas/asyncapi.yaml"

_TRACE: Final = {
    "traceparent": {"type": "string", "description": "W3C trace context, passed on as it came."},
    "tracestate": {"type": "string", "description": "The same."},
}
_EVENT: Final = {
    "type": "object",
    "required": ["content-type", "ce_specversion", "ce_id", "ce_source", "ce_type"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {
            "type": "string",
            "description": "The raw item's place: topic/partition/offset/index. The same if it is sent again.",
        },
        "ce_source": {"type": "string", "description": "The provider."},
        "ce_type": {
            "enum": [f"copydesk.item.{relation}" for relation in Relation],
            "description": "How it stands to its story.",
        },
        **_TRACE,
    },
}
_RAW: Final = {
    "type": "object",
    "properties": {
        "content-type": {"type": "string", "description": "The format, if the sender knows it; it is found out if not."},
        "ce_source": {"type": "string", "description": "The provider, if the topic's setting does not name it."},
        **_TRACE,
    },
}
_KEY: Final = {"type": "string", "description": "The item's uri: all versions of an item are in one partition, in their order."}


def _message(name: str, title: str, schema: str | None, headers: Any, content: str = "application/json") -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "title": title, "contentType": content}
    if schema is not None:
        made["payload"] = {"$ref": f"./{schema}.schema.json"}
    if headers is not None:
        made["headers"] = headers
    return made | {"bindings": {"kafka": {"key": _KEY}}}


# By the role of a topic in the plan: the message on it. A raw item may be in any format of the wire, so it has no schema of its own;
# `raw-item` says what is read of one in ninjs. The headers of a dead letter are its schema, and its value is what came.
_MESSAGES: Final[dict[str, dict[str, Any]]] = {
    "raw": _message("rawItem", "Raw item, in any format of the wire", None, _RAW, "application/octet-stream"),
    "prepared": _message("preparedItem", "Prepared item", "prepared-item", {"type": "object", "properties": _TRACE}),
    "enriched": _message("enrichedRecord", "Enriched record", "enriched-record", _EVENT),
    "duplicates": _message("duplicateNotice", "Duplicate notice", "duplicate-notice", _EVENT),
    "advisories": _message("advisory", "Advisory", "advisory", _EVENT),
    "held": _message("heldItem", "Prepared item that waits for its embargo to end", "prepared-item", _EVENT),
    "deadletter": _message(
        "deadLetter", "What could not be processed, as it came", None, {"$ref": "./dead-letter.schema.json"}, "application/octet-stream"
    ),
    "memory": _message("memoryRecord", "Memory record", "memory-record", None),
    "runs": _message("run", "What a replay has done", None, None),
}  # fmt: skip
_OF_ROLE: Final = {"route": "enriched"}

# What the application does on a topic, from its own point of view.
_RECEIVES: Final = {"raw", "prepared", "memory"}
_SENDS: Final = {"prepared", "enriched", "duplicates", "advisories", "held", "deadletter", "memory", "runs", "route"}


def document() -> dict[str, Any]:
    """Make the document."""
    topics = plan(Settings(), Routes.from_rules(Rules()).names)
    operations = {
        f"{action}{_camel(topic.name)}": {
            "action": action,
            "channel": {"$ref": f"#/channels/{topic.name}"},
            "summary": topic.doc,
        }
        for topic in topics
        for action, roles in (("receive", _RECEIVES), ("send", _SENDS))
        if topic.role in roles
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Copydesk",
            "version": __version__,
            "description": (
                "A Kafka worker for news wires. Read with isolation.level=read_committed. Topic names are those of the default settings."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": operations,
        "components": {"messages": {message["name"]: message for message in _MESSAGES.values()}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    message = _MESSAGES[_OF_ROLE.get(topic.role, topic.role)]["name"]
    retention = topic.config.get("retention.ms")
    configuration: dict[str, Any] = {"cleanup.policy": [topic.config["cleanup.policy"]]}
    if retention is not None:
        configuration["retention.ms"] = int(retention)
    configuration["max.message.bytes"] = topic.max_message_bytes
    return {
        "address": topic.name,
        "description": topic.doc,
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "topicConfiguration": configuration}},
    }


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[.\-_]", name))


def text() -> str:
    """Write the document as the file holds it."""
    head = "# Made by `python -m tools.build_asyncapi` from the worker's own plan of topics. Do not edit.\n"
    return head + "\n".join(_lines(document(), "")) + "\n"


def _lines(value: dict[str, Any], indent: str) -> Iterator[str]:
    """Write mappings as YAML blocks; lists and scalars as JSON, which is YAML too."""
    for key, one in value.items():
        head = f"{_key(key)}:"
        if isinstance(one, dict) and one:
            yield f"{indent}{head}"
            yield from _lines(one, indent + "  ")
        else:
            yield f"{indent}{head} {json.dumps(one, ensure_ascii=False)}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z][\w.-]*", key) else json.dumps(key)


if __name__ == "__main__":
    sys.exit(FILE.write_text(text(), encoding="utf-8") == 0)
