"""Read subjects, genres, places and keywords of a NewsML 1.2 item."""

import contextlib
from typing import Any

from worker.formats.newsml_1_2_meta import components, name_of, properties
from worker.formats.subjects import keyword, subject, with_media_topics
from worker.formats.xml import Element, attribute, below, text_of

__all__ = ["description_of"]


def description_of(item: Element, fields: dict[str, Any], extra: dict[str, Any]) -> None:
    """Collect subjects, genres, places and keywords of all components."""
    subjects: dict[str, dict[str, Any]] = {}
    genres: dict[str, None] = {}
    words: dict[str, None] = {}
    interests: dict[str, None] = {}
    places: list[dict[str, Any]] = []
    for component in components(item):
        metadata = component.find("DescriptiveMetadata")
        if metadata is None:
            continue
        for group in metadata.findall("SubjectCode"):
            _codes(group, subjects)
        for place in metadata.findall("Location"):
            _place(place, places, fields)
        genres.update(dict.fromkeys(filter(None, map(name_of, metadata.findall("Genre")))))
        interests.update(dict.fromkeys(filter(None, map(name_of, metadata.findall("OfInterestTo")))))
        words.update((value, None) for name, value in properties(metadata) if name.lower() in {"keyword", "keywords"})
    given = [*subjects.values(), *fields.pop("subjects", ())]
    known = {one.get("name") for one in given}
    given += [keyword(word) for word in words if word not in known]
    if given:
        fields["subjects"] = with_media_topics(given)
    if genres:
        fields["genres"] = [{"name": genre} for genre in genres]
    if places:
        fields["places"] = places
    if interests:
        extra["of_interest_to"] = list(interests)
    notes = below(item, "NewsComponent", "AdministrativeMetadata")
    for name, value in properties(notes) if notes is not None else ():
        if name.lower() in {"ednote", "editorialnote", "editorialinfo", "editorsnote", "note"}:
            fields["edNote"] = value


def _codes(group: Element, subjects: dict[str, dict[str, Any]]) -> None:
    for one in group:
        code = attribute(one, "FormalName")
        if code and one.tag in {"Subject", "SubjectMatter", "SubjectDetail"}:
            scheme = ("medtop" if code[0] == "2" else "subj") if len(code) == 8 and code.isdecimal() else None
            subjects.setdefault(code, subject(code, scheme=scheme))


def _place(place: Element, places: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    parts = {name.lower(): value for name, value in properties(place)}
    name = parts.get("city") or parts.get("sublocation") or parts.get("countryarea") or parts.get("country") or text_of(place)
    if not name:
        return
    origin = (place.get("HowPresent") or "").lower() == "origin"
    made: dict[str, Any] = {"name": name, "rel": "originates" if origin else "about"}
    if parts.get("country"):
        made["literal"] = parts["country"]
    with contextlib.suppress(KeyError, ValueError):
        made["geoJSON"] = {"type": "Point", "coordinates": [float(parts["longitude"]), float(parts["latitude"])]}
    if made not in places:
        places.append(made)
    if parts.get("city") and "located" not in fields:
        fields["located"] = parts["city"]
