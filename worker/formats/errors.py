"""What a format raises."""

from worker.outcome import Reason

__all__ = ["FormatError"]


class FormatError(ValueError):
    """The bytes are not what the format allows. The message says what and where, and quotes no text of the item."""

    def __init__(self, problem: str, reason: Reason = Reason.UNDECODABLE) -> None:
        """Say what is wrong, and whether the bytes or their content are."""
        super().__init__(problem)
        self.reason = reason
