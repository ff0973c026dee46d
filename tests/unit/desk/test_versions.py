import pytest

from worker.desk.versions import compare_versions


@pytest.mark.parametrize(
    ("old", "new", "order"),
    [
        ("1", "2", 1),
        ("9", "10", 1),
        ("2", "1", -1),
        ("3", "3", 0),
        ("1.2", "1.10", 1),
        ("20250328090000", "20250328100000", 1),
        ("2025-03-28T09:00:00Z", "2025-03-28T11:00:00+01:00", 1),
        ("2025-03-28T09:00:00Z", "2025-03-28T08:00:00Z", -1),
        ("2025-03-28T09:00:00", "2025-03-28T09:00:00Z", 0),
    ],
)
def test_numbers_and_times_compare_as_such(old: str, new: str, order: int) -> None:
    """Version numbers compare as numbers and times as times, whatever the items' own times are."""
    assert compare_versions(old, 100, new, 1) == order


@pytest.mark.parametrize(("old", "new"), [("", ""), ("1", ""), ("", "1"), ("1", "2025-03-28T09:00:00Z"), ("a", "b")])
def test_own_times_decide_where_versions_cannot(old: str, new: str) -> None:
    """Versions that are missing or of different kinds leave the decision to the items' own times."""
    assert compare_versions(old, 1, new, 2) == 1
    assert compare_versions(old, 2, new, 1) == -1
