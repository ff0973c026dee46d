"""
Read facts that formats leave to prose: bylines in the first lines, holders in copyright notices, agencies in datelines.

Only shapes that leave no doubt are read; what is found never overrides a field.
"""

import re
from typing import Final

from worker.model import Body

__all__ = ["agency_of", "agency_of_story", "byline_in", "bylines_in", "holder_of", "year_of"]

_LONGEST: Final = 100  # letters of a byline
_HEAD: Final = 900  # a byline stands above or behind the first paragraph
_NAME: Final = (
    r"(?:[A-ZÀ-ÞŁŠŽ][\w'’.-]*|(?:de|da|di|do|dos|van|von|der|den|del|la|le|al|bin|und|and|et|y|e|og|och|en|ja|&)|[,/])"
)
_BYLINE: Final = re.compile(
    r"(?:^|\n|>)[ \t]*((?:By|BY|Von|VON|Par|PAR|Por|POR|Av|AV|Af|AF|Di|Door|DOOR|De notre correspondant[e]?)[ \t]+"
    rf"[A-ZÀ-ÞŁŠŽ][\w'’.-]+(?:[ ,/]+{_NAME})" + r"{1,11})[ \t]*(?:=[ \t]*)?(?=\r?\n|<|$)"
)  # fmt: skip
# What a byline starts with; looked for first, since nearly no item has one in its text.
_WORDS: Final = (
    "By ",
    "BY ",
    "Von ",
    "VON ",
    "Par ",
    "PAR ",
    "Por ",
    "POR ",
    "Av ",
    "AV ",
    "Af ",
    "AF ",
    "Di ",
    "Door ",
    "DOOR ",
    "De notre",
)
_WORD: Final = re.compile("|".join(map(re.escape, _WORDS)))
_SIGN: Final = r"(?:(?:©|\(c\)|\(C\)|&copy;|[Cc]opyright|COPYRIGHT|Urheberrecht|Droits d['’]auteur)[\s:,]*)+"
_YEARS: Final = r"(?:(?:19|20)\d\d(?:\s*[-–/]\s*\d{2,4})?)"
_HOLDER: Final = re.compile(rf"{_SIGN}(?:{_YEARS}[\s,.]*)?(?:by\s+|bei\s+|par\s+)?(.+)", re.DOTALL)
_END: Final = re.compile(
    rf"\s*(?:[,.;:]?\s*{_YEARS}\b|\s*[,.;(\[|]\s|\s\(|\s[-–—]\s|\bAll [Rr]ights|\bALL RIGHTS|\bAlle Rechte|\bTous droits|\bTodos los|\bTutti i|\bhttps?:|$|\n)"
)
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
_BARE: Final = re.compile(r"[^\W\d_][\w&.' -]{1,40}")
_TERMS: Final = re.compile(r"rights|reserved|terms|vorbehalten|réservés|reservados|use\b", re.IGNORECASE)
_SHORT_END: Final = re.compile(r"(?:\b(?:Inc|Ltd|Co|Corp|LLC|S\.A|Bros|St|Dr|[A-Z]))$")


def byline_in(body: Body) -> str:
    """
    Find a byline that is a line or paragraph of its own near the start of the body; empty if there is none.

    >>> byline_in(Body(field="body_xhtml", content_type="text/html", value="<p>By Ada Byron</p><p>LONDON …</p>"))
    'By Ada Byron'
    """
    head = body.value[:_HEAD]
    match = _BYLINE.search(head) if _WORD.search(head) else None
    return " ".join(match[1].split()).rstrip(",") if match and len(match[1]) < _LONGEST else ""


def bylines_in(markup: str) -> list[str]:
    """Find all bylines that fill an element or a line of `markup`."""
    if not _WORD.search(markup):
        return []
    return [" ".join(match[1].split()).rstrip(",") for match in _BYLINE.finditer(markup) if len(match[1]) < _LONGEST]


def holder_of(notice: str) -> str:
    """
    Take the holder from a copyright notice; empty if the notice names none.

    >>> holder_of("Copyright 2013 The News Agency, www.tna.org - all rights reserved.")
    'The News Agency'
    >>> holder_of("(c) Copyright Acme Wire 2018. Click For Restrictions")
    'Acme Wire'
    """
    match = _HOLDER.search(notice[:500])
    if match is None:
        bare = notice.strip()
        return bare if _BARE.fullmatch(bare) and not _TERMS.search(bare) else ""
    rest = match[1]
    at = 0
    for _ in range(4):
        end = _END.search(rest, at)
        if end is None:
            break
        if rest[end.start() : end.end()].lstrip()[:1] == "." and _SHORT_END.search(rest[: end.start()]):
            at = end.end()  # the full stop of an abbreviation
            continue
        rest = rest[: end.start()]
        break
    holder = rest.strip(" ,.;:–—-\n\t")
    return holder if 1 < len(holder) <= 100 else ""


def year_of(notice: str) -> str:
    """Take the first year of a copyright notice; empty if there is none."""
    match = _YEAR.search(notice[:300])
    return match[1] if match else ""


_AGENCY: Final = re.compile(r"\(([^\W\d_][\w. &/-]{1,30})\)|\b([A-Z]{2,6})\s*[-–—_]*\s*$|/([^\W\d_][\w.-]{1,20})/")


def agency_of(dateline: str) -> str:
    """
    Take the agency from a dateline.

    >>> agency_of("STOCKHOLM, Aug 29, 2014 (AFP) -"), agency_of("SYDNEY March 22 AAP -"), agency_of("OSLO")
    ('AFP', 'AAP', '')
    """
    match = _AGENCY.search(dateline)
    if match is None or match.start() == 0:
        return ""
    return (match[1] or match[2] or match[3]).strip()


_IN_STORY: Final = re.compile(
    r"^[ ]*[^\W\d_][^\n()/]{1,60}(?:\(([^\W\d_][\w.&-]{1,14})\)[ ]*[-–—]|[ ]/([^\W\d_][\w.&-]{1,14})/)|^[ ]*\(([A-Z][A-Za-z.-]{1,11})\)[ ]*-[ ]",
    re.MULTILINE,
)


def agency_of_story(body: str) -> str:
    """
    Take the agency from the dateline that a story opens with, if it stands in brackets or slashes there.

    >>> agency_of_story("JINAN, March 5 (Xinhua) -- A new bridge opened."), agency_of_story("The firm (NYSE: A) is glad.")
    ('Xinhua', '')
    """
    match = _IN_STORY.search(body[:300])
    return (match[1] or match[2] or match[3]) if match else ""
