"""What can go wrong with the development broker."""

__all__ = ["BrokerError"]


class BrokerError(RuntimeError):
    """The development broker can't be had; the message is one sentence for a person: what, where and what to do."""
