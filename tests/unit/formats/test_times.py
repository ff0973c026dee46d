"""Times of wires are read in all their forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.formats.times import iso, moment, month_of, read_time
from worker.formats.wire_text import day_time, nearest_year


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-01T10:15:00Z", "2024-03-01T10:15:00Z"),
        ("2024-03-01T10:15:00.250+01:00", "2024-03-01T09:15:00.250Z"),
        ("20240301T101500+0100", "2024-03-01T09:15:00Z"),
        ("20240301T101500Z", "2024-03-01T10:15:00Z"),
        ("20240301", "2024-03-01T00:00:00Z"),
        ("20240301+0100", "2024-02-29T23:00:00Z"),
        ("2024-03-01+01:00", "2024-02-29T23:00:00Z"),
        ("2024-03-01 10:15:00", "2024-03-01T10:15:00Z"),
        ("Fri, 01 Mar 2024 10:15:00 GMT", "2024-03-01T10:15:00Z"),
        ("Fri, 1 Mar 24 10:15 EST", "2024-03-01T15:15:00Z"),
        ("Sex, 01 Mar 2024 10:15:00 -0300", "2024-03-01T13:15:00Z"),
        ("1 Dez 2024 10:15:00 +0100", "2024-12-01T09:15:00Z"),
    ],
)
def test_times_are_read(text: str, instant: str) -> None:
    """ISO 8601 long and short, RFC 822, and months of other languages give the instant."""
    found = moment(text)

    assert found is not None
    assert iso(found.ms) == instant


@pytest.mark.parametrize(
    "text", ["", "soon", "0001-01-01T00:00:00", "1900-01-01T00:00:00Z", "3013-07-29", "2024-13-01", "20240230", "1" * 200]
)
def test_placeholders_and_nonsense_are_no_times(text: str) -> None:
    """Dates that stand for nothing, impossible days and long runs of digits give none."""
    assert moment(text) is None


def test_a_time_without_zone_is_told() -> None:
    """It is taken as UTC, with a warning that names the field."""
    warnings: list[str] = []

    assert read_time("2024-03-01T10:15:00", "versionCreated", warnings) == 1709288100000
    assert read_time("soon", "expires", warnings) is None
    assert warnings == ["versionCreated has no zone, taken as UTC", "expires is no time"]


@given(st.integers(0, 4_000_000_000_000))
def test_what_is_written_is_read_again(ms: int) -> None:
    """Our own spelling of a time gives the same milliseconds."""
    found = moment(iso(ms))

    assert found is not None
    assert found.ms == ms


@given(st.text(max_size=60))
def test_any_text_gives_a_time_or_none(text: str) -> None:
    """No text raises."""
    moment(text)
    day_time(text)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Okt", 10),
        ("December", 12),
        ("Dez", 12),
        ("août", 8),
        ("März", 3),
        ("mai", 5),
        ("juillet", 7),
        ("juin", 6),
        ("xyz", None),
    ],
)
def test_months_have_names_in_many_languages(name: str, number: int | None) -> None:
    """Abbreviations and full names of agencies' languages are known."""
    assert month_of(name) == number


@pytest.mark.parametrize(
    ("group", "instant"),
    [
        ("131137 GMT Nov 13", "2013-11-13T11:37:00Z"),
        ("071341 GMT Okt 15", "2015-10-07T13:41:00Z"),
        ("011015 MEZ Mrz 24", "2024-03-01T09:15:00Z"),
    ],
)
def test_day_time_groups_are_read(group: str, instant: str) -> None:
    """Day, hour and minute come first, the year last."""
    found = day_time(f"\r\n{group}\r\n")

    assert found is not None
    assert iso(found[0]) == instant


def test_a_day_without_year_lies_near_its_arrival() -> None:
    """A message of December 31 that comes in January is of the year before."""
    january = 1_704_200_000_000  # 2024-01-02

    found = nearest_year(12, 31, january)

    assert found is not None
    assert iso(found) == "2023-12-31T00:00:00Z"
    assert nearest_year(12, 31, 0) is None
