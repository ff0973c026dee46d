"""Read subjects, genres, members and places of a NewsML-G2 item."""

from typing import Any, Final

from worker.formats.subjects import concept_uri, keyword, subject, with_media_topics
from worker.formats.xml import LANG, Element, flat, text_of

__all__ = ["assertions", "genre_of", "members_of", "named", "subjects_of"]


_PLACES: Final = frozenset({"poi", "geoarea", "city", "country", "statprov", "place", "location", "geofeature"})


_PEOPLE: Final = frozenset({"person"})


_ORGANISATIONS: Final = frozenset({"organisation", "organization", "company"})


_EVENTS: Final = frozenset({"event"})


def subjects_of(meta: Element, language: str | None, fields: dict[str, Any]) -> None:
    """Put each subject into the list of its kind: places, people, organisations, events, or subjects with the keywords."""
    subjects: list[dict[str, Any]] = []
    own = (language or "")[:2].lower()
    for one in meta.findall("subject"):
        code = (one.get("qcode") or one.get("uri") or one.get("literal") or "").strip()
        name = _name_in(one, own)
        kind = (one.get("type") or "").rpartition(":")[2].lower()
        if not code and not name:
            continue
        made = subject(code, name) if code else {"name": name, "rel": "about"}
        if made.get("literal", "").startswith(("http://", "https://")):
            del made["literal"]
        if kind in _PLACES:
            fields.setdefault("places", []).append(made | {"rel": "about"})
        elif kind in _PEOPLE:
            fields.setdefault("people", []).append(made)
        elif kind in _ORGANISATIONS:
            fields.setdefault("organisations", []).append(made)
        elif kind in _EVENTS:
            fields.setdefault("events", []).append(made)
        else:
            subjects.append(made)
            subjects += [
                subject(same, name) for link in one.findall("sameAs") if (same := link.get("qcode") or "").startswith("medtop:")
            ]
    subjects += [keyword(text) for one in meta.findall("keyword") if (text := text_of(one))]
    if subjects:
        fields["subjects"] = with_media_topics(subjects)


def _name_in(element: Element, own: str) -> str:
    """Give the name in the item's language, else the first."""
    names = [(text, (one.get(LANG) or "")[:2].lower()) for one in element.findall("name") if (text := text_of(one))]
    for text, spoken in names:
        if spoken == own:
            return text
    return names[0][0] if names else ""


def genre_of(element: Element) -> dict[str, str]:
    """Make a ninjs genre from code and name."""
    made = {}
    code, name = element.get("qcode") or element.get("literal"), named(element)
    if name:
        made["name"] = name
    if code:
        made["literal"] = code
        uri = concept_uri(code)
        if uri:
            made["uri"] = uri
    return made


def members_of(item: Element, fields: dict[str, Any]) -> None:
    """Give the links of a package, as associations."""
    if item.tag != "packageItem":
        return
    members: list[dict[str, Any]] = []
    for one in list(item.iter("itemRef"))[:200]:
        uri = flat(one.get("residref")) or flat(one.get("href"))
        if not uri:
            continue
        made: dict[str, Any] = {"name": f"member{len(members) + 1}", "uri": uri}
        title = text_of(one.find("headline")) or text_of(one.find("title"))
        if title:
            made["headlines"] = [{"value": title}]
        members.append(made)
    if members:
        fields["associations"] = members


def assertions(item: Element, fields: dict[str, Any], extra: dict[str, Any]) -> None:
    """Tell what `assert` tells of the place that `located` only names by a code."""
    for one in item.findall("assert"):
        details = one.find("POIDetails")
        if details is None:
            continue
        city = text_of(details.find("address/locality/name"))
        country = details.find("address/country/name")
        if city:
            fields.setdefault("located", city)
            place: dict[str, Any] = {"name": city, "rel": "about"}
            if country is not None:
                extra.setdefault("country", text_of(country))
            fields.setdefault("places", []).append(place)


def named(element: Element | None) -> str:
    """Give the name of a party or concept: its `name`, literal, or what follows the colon of its code."""
    if element is None:
        return ""
    for child in element:
        if child.tag == "name" and text_of(child):
            return text_of(child)
    literal = element.get("literal")
    if literal:
        return flat(literal)
    code = element.get("qcode")
    return flat(code).rpartition(":")[2] if code else ""
