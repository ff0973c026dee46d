"""
Write the records: the prepared item at intake, the published record and its headers at the desk.

The published record is the desk's fields followed by the bytes that intake wrote, joined without parsing them again.
"""

import binascii
from collections.abc import Mapping
from typing import Any, Final

import orjson

from worker.desk.decision import Decision
from worker.desk.routes import Routes
from worker.desk.slip import Slip
from worker.model import Dateline, Draft, Origin, Region, Rights, Topic
from worker.ninjs31 import to_ninjs

__all__ = ["RECORD_FORMAT", "origin_of", "prepared_record", "published", "slip_of"]

RECORD_FORMAT: Final = 1
_RIGHTS: Final = tuple(name for name in Rights.__dataclass_fields__ if name != "conflicts")
_HEADLINE: Final = 160  # characters of the headline that the desk remembers, to show and to compare


def slip_of(draft: Draft, routes: Routes, *, replayed: bool = False, as_new: bool = False) -> Slip:
    """Collect what the desk decides by."""
    item, fingerprint = draft.decoded, draft.fingerprint
    came = draft.raw.origin
    origin = Origin(came.topic, came.partition, came.offset, came.timestamp, draft.index)
    return Slip(
        uri=draft.uri,
        version=draft.version,
        provider=draft.provider,
        time=item.updated or item.created or origin.timestamp,
        origin=origin,
        status=item.status,
        signals=draft.signals,
        embargo=draft.embargo,
        recipe=fingerprint.recipe if fingerprint else 0,
        exact=fingerprint.exact if fingerprint else b"",
        print=fingerprint.print if fingerprint else b"",
        routes=routes.of(draft),
        holder=draft.rights.copyright_holder,
        headline=draft.headline[:_HEADLINE],
        language=(draft.language or "").partition("-")[0],
        replayed=replayed,
        as_new=as_new,
    )


def prepared_record(draft: Draft, pipeline: Mapping[str, str]) -> bytes:
    """
    Write the enriched record without the desk's fields.

    Args:
        draft: the item behind all stages.

        pipeline: versions of code, rules and models.
    """
    fingerprint = draft.fingerprint
    return orjson.dumps(
        {
            "item": to_ninjs(draft),
            "extra": draft.decoded.extra,
            "removed": [span._asdict() for span in draft.removed],
            "rights": _rights(draft.rights),
            "dateline": _dateline(draft.dateline),
            "regions": [_region(region) for region in draft.regions],
            "topics": [_topic(topic) for topic in draft.topics],
            "language": {"code": draft.language, "source": draft.language_source},
            "fingerprint": {
                "recipe": fingerprint.recipe,
                "exact": fingerprint.exact.hex(),
                "print": binascii.b2a_base64(fingerprint.print, newline=False).decode("ascii"),
            }
            if fingerprint
            else None,
            "format": draft.decoded.format,
            "warnings": [*draft.decoded.warnings, *draft.warnings],
            "pipeline": pipeline,
        },
        option=orjson.OPT_NON_STR_KEYS,
    )


def published(decision: Decision, record: bytes, topic_of: Mapping[str, str]) -> bytes:
    """
    Write the record that is published.

    Args:
        decision: what the desk decided.

        record: the bytes that `prepared_record` wrote.

        topic_of: the topic of each route's name.
    """
    slip, story = decision.slip, decision.story
    head = orjson.dumps(
        {
            "uri": slip.uri,
            "version": slip.version,
            "provider": slip.provider,
            "outcome": decision.outcome,
            "story": {
                "id": story.id,
                "relation": story.relation,
                "of": story.of,
                "method": story.method or None,
                "similarity": story.similarity,
                "differs": story.differs,
                "cancels": story.cancels,
                "carriers": story.carriers,
                **({"reason": slip.reason} if slip.reason else {}),
            },
            "routes": [topic_of[name] for name in decision.routes if name in topic_of],
            "replayed": slip.replayed,
            "origin": {**origin_of(slip), "sequence": decision.sequence},
        }
    )
    return head[:-1] + b"," + record[1:]


def origin_of(slip: Slip) -> dict[str, Any]:
    """Name the raw topic, partition, offset, timestamp, and the index within the message."""
    origin = slip.origin
    return {
        "topic": origin.topic,
        "partition": origin.partition,
        "offset": origin.offset,
        "timestamp": origin.timestamp,
        "index": origin.index,
    }


# Written out, because `_asdict` takes twice as long, and a record has twenty of these.
def _region(region: Region) -> dict[str, Any]:
    return {
        "code": region.code,
        "name": region.name,
        "m49": region.m49,
        "primary": region.primary,
        "role": region.role,
        "confidence": region.confidence,
        "evidence": [{"field": field, "start": start, "end": end, "text": text} for field, start, end, text in region.evidence],
        "creator": region.creator,
        "subdivision": region.subdivision,
    }


def _topic(topic: Topic) -> dict[str, Any]:
    code, name, level, confidence, creator = topic
    return {"code": code, "name": name, "level": level, "confidence": confidence, "creator": creator}


def _dateline(dateline: Dateline | None) -> dict[str, Any] | None:
    if dateline is None:
        return None
    return {key: getattr(dateline, key) for key in ("place", "country", "agency", "date", "text")}


def _rights(rights: Rights) -> dict[str, Any]:
    fields: dict[str, Any] = {key: value for key in _RIGHTS if (value := getattr(rights, key)) is not None}
    fields["conflicts"] = [{"field": c.field, "structured": c.structured, "text": c.text} for c in rights.conflicts]
    return fields
