from hypothesis import given
from hypothesis import strategies as st

from worker.desk.clock import SPAN, Clock


@given(st.lists(st.integers(0, 10**13), max_size=3 * SPAN))
def test_never_backwards_once_the_span_is_full(times: list[int]) -> None:
    """With a full span the watermark only rises."""
    clock, marks = Clock(), list[int]()
    for time in times:
        marks.append(clock.admit(time))

    full = marks[SPAN - 1 :]
    assert full == sorted(full)


@given(st.lists(st.integers(0, 10**13), min_size=1, max_size=2 * SPAN), st.integers(0, 2 * SPAN))
def test_restored_clock_goes_on_as_if_never_stopped(times: list[int], at: int) -> None:
    """A clock made from remembered times and watermark gives the same marks."""
    straight = Clock()
    expected = [straight.admit(time) for time in times]

    first = Clock()
    got = [first.admit(time) for time in times[:at]]
    second = Clock(first.times, first.now)
    got += [second.admit(time) for time in times[at:]]

    assert got == expected


def test_fifty_bad_dates_do_not_move_it() -> None:
    """The median of 101 withstands fifty items from the far future."""
    clock = Clock()
    for time in range(1000, 1000 + SPAN):
        clock.admit(time)

    for _ in range(50):
        clock.admit(10**13)

    assert clock.now <= 1000 + SPAN
