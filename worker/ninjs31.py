"""
Write an item as ninjs 3.1, valid against IPTC's schema.

The fields of `Decoded.item` have the shapes of 3.1 already, because `worker.formats` keeps what does not fit in `extra`; here
only what the stages found is added.
"""

from typing import Any, Final

from worker.formats.markup import sanitise
from worker.formats.times import iso
from worker.model import Draft, Region, Rights, Topic

__all__ = ["STANDARD", "to_ninjs"]

STANDARD: Final = {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}

_MEDIA_TOPIC: Final = "http://cv.iptc.org/newscodes/mediatopic/"
_COUNTRY: Final = "http://cvx.iptc.org/iso3166-1a2/"
_REL: Final = {"scene": "about", "mention": "mentions", "dateline": "originates"}


def to_ninjs(draft: Draft) -> dict[str, Any]:
    """
    Make the item of a record: cleaned body, rights, and tags as subjects and places.

    An HTML body is followed by a copy without active content (role `sanitised`) and by its plain text (role `text`). The
    result shares the lists of `draft.decoded.item` unless tags are added to them, and must not be changed.
    """
    decoded = draft.decoded
    item: dict[str, Any] = {"uri": draft.uri, "standard": STANDARD, **decoded.item}
    if draft.version:
        item["version"] = draft.version
    if decoded.created is not None:
        item["firstCreated"] = iso(decoded.created)
    if decoded.updated is not None:
        item["versionCreated"] = iso(decoded.updated)
    item["pubStatus"] = "canceled" if "kill" in draft.signals else decoded.status
    if draft.embargo is not None and draft.embargo.until is not None:
        item["embargoedUntil"] = iso(draft.embargo.until)
    language = draft.language or decoded.language
    if language:
        item["language"] = language
    if draft.headline:
        main = {"role": "main", "value": draft.headline}
        item["headlines"] = [main, *item["headlines"]] if "headlines" in item else [main]
    body = draft.body
    if body is not None:
        bodies = [{"role": "main", "contentType": body.content_type, "value": body.value}]
        if body.content_type != "text/plain":
            bodies += (
                {"role": "sanitised", "contentType": "text/html", "value": sanitise(body.value)},
                {"role": "text", "contentType": "text/plain", "value": draft.text},
            )
        item["bodies"] = bodies
    _add_rights(item, draft.rights)
    if draft.topics:
        item["subjects"] = _subjects(item.get("subjects", ()), draft.topics)
    if draft.regions:
        item["places"] = [*item.get("places", ()), *map(_place, draft.regions)]
    return item


def _add_rights(item: dict[str, Any], rights: Rights) -> None:
    if rights.copyright_holder:
        item["copyrightHolder"] = rights.copyright_holder
    if rights.copyright_notice:
        item["copyrightNotice"] = rights.copyright_notice
    if rights.usage_terms:
        item["usageTerms"] = rights.usage_terms


def _subjects(given: Any, topics: tuple[Topic, ...]) -> list[dict[str, Any]]:
    """Put the provider's subjects first, then each topic that is not among them."""
    found = list(given)
    known = {subject.get("uri") for subject in found}
    for topic in topics:
        uri = _MEDIA_TOPIC + topic.code.rsplit(":", 1)[-1]
        if uri not in known:
            found.append(
                {"name": topic.name, "rel": "about", "uri": uri, "creator": topic.creator, "confidence": topic.confidence // 10}
            )
    return found


def _place(region: Region) -> dict[str, str]:
    rel = "about" if region.primary else _REL.get(region.role, "mentions")
    return {"name": region.name, "rel": rel, "uri": _COUNTRY + region.code, "literal": region.code}
