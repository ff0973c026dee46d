"""
Read the times of wire formats as whole milliseconds since 1970.

Formats and feeds write ISO 8601 in its long and short forms, RFC 822, and days and months in their own languages. A time
without a zone is taken as UTC; the caller is told, so that it can warn.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

__all__ = ["MONTHS", "Moment", "iso", "moment", "month_of", "read_time"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
# Placeholders such as 0001-01-01 and 1900-01-01 stand for "not known"; a year like 3013 is a slip of the hand.
_FIRST, _LAST = 1950, 2100

_LOOSE: Final = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T ]*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(
    r"\s*(?:[^\W\d]+\.?,?\s*)?(\d{1,2})[ -]([^\W\d]{3,9})\.?[ -](\d{4}|\d\d)(?:\s+(\d{1,2}):(\d\d)(?::(\d\d))?)?\s*([+-]\d{4}|[A-Z]{1,5})?\s*"
)
_ZONES: Final = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180,
    "JST": 540, "KST": 540, "HKT": 480, "AEST": 600, "AEDT": 660,
}  # fmt: skip

# The first letters of the months in the languages of agencies; longer forms that would be ambiguous come first.
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen",
            "feb fév fev fév",
            "mar mär mrz maa mrt",
            "apr avr abr",
            "may mai maj mag mei",
            "jun juin giu",
            "jul juil lug",
            "aug aoû aou ago",
            "sep set",
            "oct okt out ott",
            "nov",
            "dec déc dez des dic",
        ),
        1,
    )
    for name in names.split()
}


class Moment(NamedTuple):
    """A time in ms, whether it had a zone, and whether it was only a day."""

    ms: int
    zoned: bool
    day_only: bool = False


def month_of(name: str) -> int | None:
    """Find the number of a month by its name or abbreviation in the languages of `MONTHS`."""
    low = name.lower()
    return MONTHS.get(low[:4]) or MONTHS.get(low[:3])


def iso(ms: int) -> str:
    """Write a time as RFC 3339 in UTC; fractions of seconds only if there are any."""
    text = (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds" if ms % 1000 else "seconds")
    return text[:-6] + "Z"


def moment(text: str) -> Moment | None:
    """Read a time in any of the forms above; None if it is none, or a placeholder."""
    if text[10:11] not in {"T", " ", ""} and text[8:9] != "T":  # 2017-11-17+01:00, which the standard library misreads
        return _loose(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _loose(text)
    return _moment(found, day_only=len(text) <= 10)


def _moment(found: datetime, *, day_only: bool = False) -> Moment | None:
    if not _FIRST <= found.year <= _LAST:
        return None
    if found.tzinfo is None:
        return Moment((found.replace(tzinfo=UTC) - _EPOCH) // _MS, False, day_only)
    return Moment((found - _EPOCH) // _MS, True, day_only)


def _loose(text: str) -> Moment | None:
    if len(text) > 80:
        return None
    match = _LOOSE.fullmatch(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _build((int(year), int(month), int(day)), hour, minute, second, zone)
    match = _MAIL.fullmatch(text)
    if match:
        day, name, year, hour, minute, second, zone = match.groups()
        number = month_of(name)
        if number is None:
            return None
        full = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 68 else 2000)
        return _build((full, number, int(day)), hour, minute, second, zone)
    return None


def _build(
    date: tuple[int, int, int], hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> Moment | None:
    try:
        found = datetime(*date, int(hour or 0), int(minute or 0), min(int(second or 0), 59))  # noqa: DTZ001 - the zone comes below
    except ValueError:
        return None
    plain = _moment(found, day_only=hour is None)
    if plain is None or zone is None:
        return plain
    if zone[0] in "+-":
        minutes = int(zone[:3]) * 60 + int(zone[0] + zone[-2:])
    elif zone.upper() in _ZONES:
        minutes = _ZONES[zone.upper()]
    else:
        return plain
    return Moment(plain.ms - minutes * 60_000, True, plain.day_only)


def read_time(text: str, name: str, warnings: list[str]) -> int | None:
    """Read the time of the field `name` in ms; add to `warnings` if it is none, or has no zone and is taken as UTC."""
    if not text:
        return None
    found = moment(text)
    if found is None:
        warnings.append(f"{name} is no time")
        return None
    if not found.zoned:
        warnings.append(f"{name} has no zone, taken as UTC")
    return found.ms
