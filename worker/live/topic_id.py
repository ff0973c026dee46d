"""
Ask Kafka which topic a name stands for: the cluster's id, and the id that a topic gets when it is made.

A topic that was deleted and made anew has its old name and another id. aiokafka's own requests are of versions without it, so the
one that has it is declared here, by Kafka's protocol guide (Metadata, version 12).
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

__all__ = ["TopicId", "topic_id"]

_ID_BYTES: Final = 16
_NONE: Final = bytes(_ID_BYTES)


class TopicId(NamedTuple):
    """What a topic's name stands for: the ids of the cluster and of the topic."""

    cluster: str
    topic: str


class _Uuid(AbstractType[bytes]):  # type: ignore[misc]
    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: Any) -> bytes:
        found: bytes = data.read(_ID_BYTES)
        return found


_STRING: Final = CompactString("utf-8")


class _MetadataResponse(Response):  # type: ignore[misc] # aiokafka has no types here
    API_KEY = 3
    API_VERSION = 12
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(("node", Int32), ("host", _STRING), ("port", Int32), ("rack", _STRING), ("tags", TaggedFields)),
        ),
        ("cluster_id", _STRING),
        ("controller", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", _STRING),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _MetadataStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 3
    API_VERSION = 12
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _MetadataResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", _STRING), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Metadata(Request[_MetadataStruct]):  # type: ignore[misc]
    API_KEY = 3

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def build(self, request_struct_class: type[_MetadataStruct]) -> _MetadataStruct:
        return request_struct_class([(_NONE, self._topic, {})], False, False, {})


async def topic_id(options: Mapping[str, Any], topic: str) -> TopicId | None:
    """
    Ask for the ids of a topic and its cluster; None if the broker is too old to know them (before Kafka 3.1).

    Args:
        options: keyword arguments for an aiokafka client.

        topic: its name.

    Raises:
        KafkaError: the broker can't be asked, or there is no such topic.
    """
    client = AIOKafkaClient(**options)
    try:
        await client.bootstrap()
        try:
            response = await client.send(client.get_random_node(), _Metadata(topic))
        except NotImplementedError:
            return None
        found = response.to_object()
        described = found["topics"][0]
        if described["error_code"]:
            error: type[KafkaError] = for_code(described["error_code"])
            raise error(topic)
        if not found["cluster_id"] or described["topic_id"] == _NONE:
            return None
        return TopicId(found["cluster_id"], str(UUID(bytes=described["topic_id"])))
    finally:
        await client.close()
