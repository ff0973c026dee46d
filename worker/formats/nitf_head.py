"""Read the head of a NITF document: ids, times, status, subjects, places, rights."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from worker.formats.subjects import keyword, subject, with_media_topics
from worker.formats.times import iso, read_time
from worker.formats.xml import LANG, Element, attribute, below, text_of

__all__ = ["Head", "read_head"]

_STATUS: Final = {
    "usable": "usable", "embargoed": "usable", "withheld": "withheld", "killed": "canceled", "kill": "canceled",
    "canceled": "canceled", "cancelled": "canceled", "withdrawn": "canceled", "retracted": "canceled",
}  # fmt: skip
# Names under which agencies put the slug into `meta`; the standard has none, `du-key` comes nearest.
_SLUG: Final = ("anpa-keyword", "slugline", "slug", "ntbstikkord", "keyword-line", "aap-slug", "story-slug")
_MACHINE: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|^\d+\w?$|^[\w-]*[0-9a-f]{12,}")


@dataclass(slots=True)
class Head:
    """What was found; empty text or None if the document does not tell."""

    uri: str = ""
    version: str | None = None
    status: str = "usable"
    embargoed: bool = False
    signals: tuple[str, ...] = ()
    language: str | None = None
    issued: int | None = None
    release: int | None = None
    holder: str = ""
    year: str = ""
    terms: str = ""
    source: str = ""
    city: str = ""
    notes: list[str] = field(default_factory=list)
    item: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def read_head(root: Element, warnings: list[str]) -> Head:
    """Read `head`, and `docdata` and `pubdata` wherever a dialect puts them."""
    found = Head(item={"type": "text"})
    head = root.find("head")
    docdata = below(root, "head", "docdata")
    if docdata is None:
        docdata = next(root.iter("docdata"), None)
    language = root.get("baselang") or root.get(LANG) or root.get("lang")
    metas = _metas(head)
    found.language = (language or metas.get("language") or "").strip() or None
    _slug(found, docdata, metas)
    if docdata is not None:
        _identity(found, docdata)
        _times(found, root, docdata, warnings)
        _rights(found, docdata)
        _urgency(found, docdata)
        _places(found, docdata)
        _notes(found, docdata)
    _subjects(found, head, docdata)
    if not found.source:
        found.source = attribute(next(root.iter("pubdata"), None), "name")
    if metas:
        found.extra["meta"] = metas
    return found


def _metas(head: Element | None) -> dict[str, str]:
    if head is None:
        return {}
    pairs = ((meta.get("name", ""), (meta.get("content") or "").strip()) for meta in head.findall("meta"))
    return {name.lower(): value for name, value in pairs if name and value}


def _slug(found: Head, docdata: Element | None, metas: dict[str, str]) -> None:
    slug = next((metas[name] for name in _SLUG if name in metas), "")
    if not slug and docdata is not None:
        slug = attribute(docdata.find("du-key"), "key")
        if _MACHINE.search(slug):
            slug = ""
    if slug:
        found.item["slugline"] = slug


def _identity(found: Head, docdata: Element) -> None:
    number = docdata.find("doc-id")
    found.uri = attribute(number, "id-string")
    key = docdata.find("du-key")
    numbers = (attribute(key, "version"), attribute(key, "generation"), attribute(docdata.find("revision-history"), "version"))
    found.version = next((number for number in numbers if number[:1].isdecimal()), None)
    found.source = attribute(below(docdata, "del-list", "from-src"), "src-name") or attribute(number, "regsrc")
    status = (docdata.get("management-status") or "").strip().lower()
    if status:
        found.status = _STATUS.get(status, "usable")
        found.embargoed = status == "embargoed"
        if status not in _STATUS:
            found.extra["management-status"] = status
    correction = docdata.find("correction")
    if correction is not None:
        found.signals = ("correction",)
        if attribute(correction, "info"):
            found.notes.append(attribute(correction, "info"))
        if attribute(correction, "id-string"):
            found.extra["corrects"] = attribute(correction, "id-string")
    if not found.uri and attribute(key, "key"):
        found.uri = attribute(key, "key")


def _times(found: Head, root: Element, docdata: Element, warnings: list[str]) -> None:
    issued = attribute(docdata.find("date.issue"), "norm") or text_of(docdata.find("date.issue"))
    if not issued:
        published = docdata.find("pubdata")
        published = published if published is not None else next(root.iter("pubdata"), None)
        issued = attribute(published, "date.publication")
    found.issued = read_time(issued, "date.issue", warnings)
    found.release = read_time(attribute(docdata.find("date.release"), "norm"), "date.release", warnings)
    expires = read_time(attribute(docdata.find("date.expire"), "norm"), "date.expire", warnings)
    if expires is not None:
        found.item["expires"] = iso(expires)
    if found.issued is None:
        found.issued = found.release


def _rights(found: Head, docdata: Element) -> None:
    holder = docdata.find("doc.copyright")
    found.holder = attribute(holder, "holder")
    found.year = attribute(holder, "year")[:4]
    rights = docdata.find("doc.rights")
    if rights is not None:
        terms = [attribute(rights, name) for name in ("type", "limitations")]
        found.terms = " ".join(term for term in terms if term)
        found.source = found.source or attribute(rights, "provider") or attribute(rights, "owner")
        if attribute(rights, "owner") and not found.holder:
            found.holder = attribute(rights, "owner")
        rest = {
            k: v
            for k, v in rights.attrib.items()
            if k in {"owner", "agent", "geography", "startdate", "enddate", "code.source"} and v
        }
        if rest:
            found.extra["rights"] = rest
    if not found.source:
        found.source = found.holder


def _urgency(found: Head, docdata: Element) -> None:
    level = attribute(docdata.find("urgency"), "ed-urg")
    if level.isdecimal() and 1 <= int(level[:3]) <= 9:
        found.item["urgency"] = int(level)
    elif level:
        found.extra["urgency"] = level


def _places(found: Head, docdata: Element) -> None:
    places = []
    for place in docdata.findall("evloc"):
        country = attribute(place, "iso-cc")
        city = attribute(place, "city")
        found.city = found.city or city
        name = city or attribute(place, "county-dist") or attribute(place, "state-prov") or text_of(place) or country
        made = {"name": name, "rel": "about"} if name else {}
        if country:
            made["literal"] = country
        if made:
            places.append(made)
    content = docdata.find("identified-content")
    if content is not None:
        places += [{"name": name, "rel": "mentions"} for one in content.findall("location") if (name := text_of(one))]
        events = [{"name": name} for one in content.findall("event") if (name := text_of(one))]
        if events:
            found.item["events"] = events
    if places:
        found.item["places"] = places


def _notes(found: Head, docdata: Element) -> None:
    for note in docdata.findall("ed-msg"):
        text = (note.get("info") or "").strip() or text_of(note)
        if text:
            found.notes.append(text)
    series = docdata.find("series")
    if series is not None and series.attrib:
        found.extra["series"] = dict(series.attrib)
    scopes = [attribute(scope, "scope") for scope in docdata.findall("doc-scope")]
    if any(scopes):
        found.extra["scope"] = [scope for scope in scopes if scope]


def _subjects(found: Head, head: Element | None, docdata: Element | None) -> None:
    subjects: list[dict[str, Any]] = []
    tobject = head.find("tobject") if head is not None else None
    if tobject is not None:
        for one in tobject.findall("tobject.subject"):
            code = attribute(one, "tobject.subject.refnum")
            parts = [attribute(one, f"tobject.subject.{part}") for part in ("detail", "matter", "type")]
            name = next((part for part in parts if part), None)
            if code:
                subjects.append(subject(code, name, _scheme(attribute(one, "tobject.subject.ipr"), code)))
            elif name:
                subjects.append({"name": name, "rel": "about"})
        genres = [attribute(one, "tobject.property.type") for one in tobject.findall("tobject.property")]
        if any(genres):
            found.item["genres"] = [{"name": genre} for genre in genres if genre]
        if attribute(tobject, "tobject.type"):
            found.extra["type"] = attribute(tobject, "tobject.type")
    if docdata is not None:
        keys = docdata.find("key-list")
        words = [attribute(word, "key") or text_of(word) for word in (keys if keys is not None else ())]
        subjects += [keyword(word) for word in words if word]
        content = docdata.find("identified-content")
        if content is not None:
            _identified(found, content, subjects)
    if subjects:
        found.item["subjects"] = with_media_topics(subjects)


def _identified(found: Head, content: Element, subjects: list[dict[str, Any]]) -> None:
    for one in content.findall("classifier"):
        code, name = attribute(one, "value") or attribute(one, "idsrc"), text_of(one) or attribute(one, "type")
        if code or name:
            subjects.append(subject(code, name) if code else {"name": name, "rel": "about"})
    for tag, field_name in (("person", "people"), ("org", "organisations")):
        names = [text_of(one) or attribute(one, "value") for one in content.findall(tag)]
        if any(names):
            found.item[field_name] = [{"name": name, "rel": "mentions"} for name in names if name]


def _scheme(ipr: str, code: str) -> str | None:
    """Tell the scheme of a subject's number: eight digits that start with 2 are Media Topics, others the old subject codes."""
    if len(code) != 8 or not code.isdecimal() or ipr.upper() not in {"", "IPTC"}:
        return None
    return "medtop" if code[0] == "2" else "subj"
