"""
Read an embargo that is only written in words: "EMBARGOED until 0001 GMT Tuesday", "Sperrfrist: 19.30 Uhr".

A line must start with the words; a story about a trade embargo has none of this shape. What can't be read as a time is an
embargo without end: someone has to look.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from worker.formats.times import month_of
from worker.model import Embargo

__all__ = ["embargo_in"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTH: Final = 200  # of a line that is searched for its time
_WORDS: Final = re.compile(
    r"[(\[*\s]*(?:(?:notes? to editors|attention editors|editors|eds|achtung)\s*[:,–—-]+\s*)?(?:"
    r"(?P<sure>(?:(?:STRICTLY|UNDER(?: STRICT)?|STRICT|Strictly|Under(?: strict)?)\s+)?(?:EMBARGO(?:ED)?|Embargoed|EMBARGADO|Embargado)(?=\s*[:.–—-](?!\w)|\s+(?:UNTIL|until|TILL?|till?|TO|to|FOR|for|BIS|bis|JUSQU|jusqu|HASTA|hasta|AT|BEFORE|before|\d)|\s*$)"
    r"|Embargo(?=\s*[:–]\s*\S)|(?:SPERRFRIST|Sperrfrist|Sperrvermerk|SPERRVERMERK)(?=\s*[:–—,-]|\s+(?:bis|BIS|\d|heute|morgen|Mo|Di|Mi|Do|Fr|Sa|So))"
    r"|(?:HOLD FOR RELEASE|Hold for release|HFR)\b"
    r"|(?:NOT|Not) (?:for|FOR|to be|TO BE) (?:publication|PUBLICATION|release|RELEASE|broadcast|BROADCAST|use|USE|published|PUBLISHED|released|RELEASED|used|USED)[^\n.]{0,60}?\b(?:before|BEFORE|until|UNTIL|prior to|PRIOR TO)\b"
    r"|(?:Sous embargo|SOUS EMBARGO|Embargo jusqu|EMBARGO JUSQU))"
    r"|(?P<maybe>Embargo (?:until|till|to|bis)|(?:FOR|For) (?:RELEASE|release|publication|PUBLICATION|use|USE) (?:at|AT|on|ON|after|AFTER|from|FROM)))"
)  # fmt: skip
_CLOCK: Final = re.compile(
    r"\b(?:(?P<word>noon|midnight|mittag|mitternacht|midi|minuit)|(?P<h>\d{1,2})[:.h](?P<m>\d\d)(?::\d\d)?\s*(?:hrs?|Uhr|h)?\s*(?P<ap>[ap]\.?m\b\.?)?|(?P<four>[0-2]\d[0-5]\d)(?:\s*(?:hrs?|hours|h|Uhr))?(?!\s*[-/.]\d)\b(?!,)"
    r"|(?P<h2>\d{1,2})\s*(?P<ap2>[ap]\.?m\b\.?)|(?P<h3>\d{1,2})\s*(?:Uhr|h|hrs)\b|(?P<twelve>12)\s?noon)", re.IGNORECASE
)  # fmt: skip
_ZONE: Final = re.compile(
    r"\b(GMT|UTC|BST|CET|CEST|MEZ|MESZ|EST|EDT|ET|CST|CDT|MST|MDT|PST|PDT|PT|IST|JST|KST|AEST|AEDT|Z)\b|(?:GMT|UTC)?([+-]\d{1,2})(?::?(\d\d))\b"
)
_OFFSETS: Final = {
    "GMT": 0, "UTC": 0, "Z": 0, "BST": 60, "IST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EST": -300, "EDT": -240, "CST": -360,
    "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
}  # fmt: skip
_ISO: Final = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)(?!\d)")
_DOTTED: Final = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d\d)?(?!\d)")
_DAY_MONTH: Final = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.|er|º)?\s+(?:of\s+|de\s+)?([^\W\d_]{3,12})\.?(?:,?\s+(?:de\s+)?(\d{4}))?"
)
_MONTH_DAY: Final = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?\b")
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate((
        "monday mon montag lundi lunes lunedì maandag mandag måndag", "tuesday tue tues dienstag mardi martes dinsdag tirsdag tisdag",
        "wednesday wed mittwoch mercredi miércoles woensdag onsdag", "thursday thu thurs donnerstag jeudi jueves donderdag torsdag",
        "friday fri freitag vendredi viernes vrijdag fredag", "saturday sat samstag sonnabend samedi sábado zaterdag lørdag lördag",
        "sunday sun sonntag dimanche domingo zondag søndag söndag",
    ))
    for name in names.split()
}  # fmt: skip
_RELATIVE: Final = {
    "today": 0,
    "tonight": 0,
    "heute": 0,
    "aujourd": 0,
    "hoy": 0,
    "tomorrow": 1,
    "morgen": 1,
    "demain": 1,
    "mañana": 1,
}


def embargo_in(lines: Iterable[str], now: int | None) -> Embargo | None:
    """
    Find the first line that starts as an embargo does.

    Args:
        lines: headline, first lines, notes.

        now: the item's own time in ms, to which weekdays and dates without year refer; None if it has none.

    Returns:
        The embargo, its end None if the words could not be read as a time; None if there is none.
    """
    for line in lines:
        match = _WORDS.match(line)
        if match is None:
            continue
        words = line[match.end() : match.end() + _LENGTH]
        until = _until(words, now)
        if until is not None or match["sure"]:
            return Embargo(until=until, text=line.strip()[:_LENGTH])
    return None


def _until(words: str, now: int | None) -> int | None:
    today = _EPOCH + timedelta(milliseconds=now) if now else None
    clock = _clock(words)
    rest = words if clock is None else words[: clock[2]] + " " + words[clock[3] :]
    day = _date(rest, today)
    if day is None:
        if clock is None or today is None:
            return None
        day = today  # a time alone is that of the same day, or of the next if it has passed
        relative = True
    else:
        relative = False
    hour, minute = (clock[0], clock[1]) if clock else (0, 0)
    try:
        found = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
    except (ValueError, OverflowError):
        return None
    found -= timedelta(minutes=_offset(words, found))
    if relative and today is not None and found <= today:
        found += timedelta(days=1)
    return (found - _EPOCH) // timedelta(milliseconds=1)


def _clock(words: str) -> tuple[int, int, int, int] | None:
    """Hour, minute and where they stand."""
    for match in _CLOCK.finditer(words):
        if match["word"] or match["twelve"]:
            noon = match["twelve"] or match["word"].lower() in {"noon", "mittag", "midi"}
            return (12 if noon else 0), 0, match.start(), match.end()
        if match["four"]:
            if (
                1900 <= int(match["four"]) <= 2100
                and re.search(r"[^\W\d_]{3,}\.?,? $", words[: match.start()])
                and month_of(words[: match.start()].rsplit(maxsplit=1)[-1] if words[: match.start()].split() else "")
            ):
                continue  # a year behind a month
            hour, minute = int(match["four"][:2]), int(match["four"][2:])
        elif match["h"]:
            hour, minute = int(match["h"]), int(match["m"])
            if not match["ap"] and words[match.end() : match.end() + 1] in {".", "/"}:
                continue  # 23.01.2025 is a date
        else:
            hour, minute = int(match["h2"] or match["h3"]), 0
        half = (match["ap"] or match["ap2"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half[0] == "p" else 0)
        if hour <= 24 and minute < 60:
            return hour, minute, match.start(), match.end()
    return None


def _date(words: str, today: datetime | None) -> datetime | None:
    match = _ISO.search(words)
    if match:
        return _build(int(match[1]), int(match[2]), int(match[3]))
    match = _DOTTED.search(words)
    if match:
        year = None if match[3] is None else int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return _near(year, int(match[2]), int(match[1]), today) or _near(year, int(match[1]), int(match[2]), today)
    for pattern, day, name in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(words):
            month = month_of(match[name])
            if month and match[name].lower() not in _WEEKDAYS:
                return _near(int(match[3]) if match[3] else None, month, int(match[day]), today)
    if today is None:
        return None
    for word in re.findall(r"[^\W\d_]{3,}", words.lower()):
        if word in _RELATIVE:
            return today + timedelta(days=_RELATIVE[word])
        if word in _WEEKDAYS:
            return today + timedelta(days=(_WEEKDAYS[word] - today.weekday()) % 7)
    return None


def _near(year: int | None, month: int, day: int, today: datetime | None) -> datetime | None:
    """Build a date; without year, the one nearest to today."""
    if year is not None:
        return _build(year, month, day)
    if today is None:
        return None
    found = [one for step in (-1, 0, 1) if (one := _build(today.year + step, month, day))]
    return min(found, key=lambda one: abs(one - today)) if found else None


def _build(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _offset(words: str, day: datetime) -> int:
    """Minutes that the named zone is ahead of UTC; 0 without one."""
    match = _ZONE.search(words)
    if match is None:
        return 0
    if match[2]:
        hours = int(match[2])
        return hours * 60 + (int(match[3]) if hours >= 0 else -int(match[3])) if abs(hours) <= 14 else 0
    name = match[1]
    if name in {"ET", "PT"}:  # from March to November clocks are an hour ahead
        summer = 3 <= day.month <= 10
        return (-240 if summer else -300) if name == "ET" else (-420 if summer else -480)
    return _OFFSETS[name]
