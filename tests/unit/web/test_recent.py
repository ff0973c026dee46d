"""What the status page remembers of the last minutes."""

from pathlib import Path

from worker.web import Decided, Recent
from worker.web.container import memory_limit


def decided(at: float, outcome: str = "kept") -> Decided:
    """Make a decision at a time."""
    return Decided(at=at, relation="new", outcome=outcome, provider="a", headline=f"at {at}", of="", method="", similarity=0)


def test_only_the_last_are_kept_newest_first() -> None:
    """However many were decided, the page holds fifty."""
    recent = Recent()
    for second in range(1000):
        recent.decided(decided(float(second)))

    last = list(recent.last)

    assert [one.at for one in last] == [float(second) for second in range(999, 949, -1)]


def test_rates_are_of_full_minutes() -> None:
    """The minute that runs is left out: its rate would be too low."""
    recent = Recent()
    for second in range(120):
        recent.decided(decided(60.0 + second))
        recent.read(60.0 + second, 2)
    recent.decided(decided(185.0))

    assert recent.rates(190.0) == {"kept": 1.0, "records": 2.0}


def test_a_quiet_minute_counts() -> None:
    """Sixty items and then nothing for a minute are half an item a second."""
    recent = Recent()
    for second in range(60):
        recent.decided(decided(60.0 + second))

    assert recent.rates(190.0) == {"kept": 0.5}


def test_old_minutes_are_forgotten() -> None:
    """After ten minutes without anything there is no rate."""
    recent = Recent()
    recent.decided(decided(60.0))

    assert recent.rates(60.0 + 11 * 60) == {}


def test_dead_letters_are_counted_by_reason() -> None:
    """Each reason has its own count."""
    recent = Recent()
    for reason in ("empty", "invalid", "empty"):
        recent.rejected(reason)

    assert recent.letters == {"empty": 2, "invalid": 1}


def test_the_limit_of_memory(tmp_path: Path) -> None:
    """A number is the limit; "max", the huge number of old kernels, and no file at all are none."""
    new, old = tmp_path / "memory.max", tmp_path / "limit"

    assert memory_limit((new, old)) == 0
    old.write_text("9223372036854771712\n")
    assert memory_limit((new, old)) == 0
    old.write_text("1073741824\n")
    assert memory_limit((new, old)) == 1 << 30
    new.write_text("max\n")
    assert memory_limit((new, old)) == 0
