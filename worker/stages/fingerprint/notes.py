"""
Read what a text says of itself: that it corrects, updates or repeats an earlier one.

Wires say so in front of the headline ("CORRECTED-", "UPDATE 2-", "3rd Ld-Writethru") and in a note in brackets at either end of the
text ("(Corrects spelling in line five)").
"""

import re
from typing import Final, NamedTuple

from worker.desk.prints import CORRECTS, UPDATES

__all__ = ["Prefix", "note_flags", "read_prefix"]

_CORRECT = (
    r"correct(?:ed|ion|ing|s)|clarif(?:ied|ication|ies)|fixes|berichtig\w*|korr(?:ektur|igiert\w*)|rectificat\w*|corrige\w*"
    r"|correc(?:ci[oó]n|[cç][aã]o)|correzione"
)
_UPDATE = (
    r"update|wrapup|(?:\d\d?(?:st|nd|rd|th)|sub|lead)[ -]?(?:ld|lead)?[ -]?(?:-?\s?writethru|-?\s?write-?thru)|writethru|\d\w\w lead"
    r"|aktualisiert\w*|actuali[sz]\w*|ampliaci[oó]n|ampliado|\(lead\)"
)
_REPEAT = r"rpt|repeat(?:ing|s)?|repete|refil(?:e|es|ed|ing)|resend(?:s|ing)?|urgent|bulletin|brief|newsalert|breaking|exclusive|eilmeldung|eil"
_PREFIX: Final = re.compile(
    rf"\W*(?:(?P<c>(?:{_CORRECT})(?!\s+(?:the|a|to|in|of)\b))|(?P<u>{_UPDATE})|(?P<r>{_REPEAT}))(?:\s*\d{{1,2}})?\W*[-–—:/)\]]\W*",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(
    r"\(\W*(?:correct(?:s|ed|ing|ion)|clarif(?:ies|ied|ying|ication)|fix(?:es|ing)|berichtig|korrigiert|korrektur|rectifie|corrige)\w*\b"
    r"|\bcorrects\b|^\W*(?:correct(?:ed|ion|s)|clarification|korrektur|berichtigung|rectificatif)\b",
    re.IGNORECASE,
)
# Cheap signs that a note may be there: most texts show none.
_SIGNS: Final = ("correc", "clarif", "fix", "ericht", "korr", "rectif", "corrig")
_START, _END = 160, 200  # a note stands in the first or last lines


class Prefix(NamedTuple):
    """Flags that the front of a headline gives, and where its own words start."""

    flags: int
    end: int


def read_prefix(headline: str) -> Prefix:
    """Read all prefixes of a headline."""
    flags = end = 0
    while found := _PREFIX.match(headline, end):
        if found.end() >= len(headline):
            break
        flags |= CORRECTS if found["c"] else UPDATES if found["u"] else 0
        end = found.end()
    return Prefix(flags, end)


def note_flags(text: str, start: int) -> int:
    """Give CORRECTS if a note at either end of the body, which starts at `start`, says so."""
    for part in (text[start : start + _START], text[max(start, len(text) - _END) :]):
        low = part.lower()
        for sign in _SIGNS:
            if sign in low and _NOTE.search(part):
                return CORRECTS
    return 0
