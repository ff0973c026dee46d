"""Whether an item must wait."""

from worker.desk.slip import Slip

__all__ = ["waits"]


def waits(slip: Slip, time: int) -> bool:
    """Say whether the embargo still held when the item arrived. One that can't be read as a time always waits."""
    until = slip.embargo.until if slip.embargo else 0
    return until is None or until > max(time, slip.origin.timestamp)
