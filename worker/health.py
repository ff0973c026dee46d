"""
The rules of health, pure: what a worker reports about itself, and the verdict.

*Live* asks whether a restart would help. It asks only whether the loop makes progress: a broker that is away, a rebalance and a
memory that loads are no reason to restart, and restarting then makes it worse. *Ready* asks whether the worker does its part:
it has joined its group, and every partition that it owns is loaded. A worker that owns none is ready: it stands by.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Health", "Partition", "Verdict"]


class Verdict(NamedTuple):
    """Yes or no, and why in one sentence for a person."""

    ok: bool
    reason: str


@dataclass(slots=True)
class Partition:
    """One owned partition. Times are seconds of a monotonic clock."""

    loaded: bool = False
    lag: int = 0
    progress: float = 0.0
    """When work was last committed, or when there was last nothing to do."""


@dataclass(slots=True, kw_only=True)
class Health:
    """
    What the worker reports; the clock comes in with every report.

    Args:
        stall_seconds: with work waiting and nothing committed for so long, the worker is not live.

        heartbeat_seconds: the event loop's own heartbeat may be so late. It is beaten by a timer of the loop that does the work,
            so a late one is a loop that hangs.

        contact_seconds: after so long without a word from the broker it counts as away. A broker that hangs gives no error.
    """

    stall_seconds: float
    heartbeat_seconds: float = 30.0
    contact_seconds: float = 15.0
    joined: bool = False
    connected: bool = False
    partitions: dict[tuple[str, int], Partition] = field(default_factory=dict)
    _beat: float | None = None
    _heard: float = 0.0

    def beat(self, now: float) -> None:
        """Say that the event loop turns."""
        self._beat = now

    def broker(self, now: float, *, connected: bool) -> None:
        """Say whether the broker answers. While it does not, nothing can be committed, and no time counts as a stall."""
        if connected:
            if self._is_away(now):
                self._restart_clocks(now)
            self._heard = now
        self.connected = connected

    def rebalancing(self) -> None:
        """Say that the group is being assigned anew: nothing is owned for certain."""
        self.joined = False

    def assigned(self, now: float, owned: set[tuple[str, int]]) -> None:
        """Say that the group has been joined and what is owned; what is new is not loaded yet."""
        self.joined = True
        kept = {source: state for source, state in self.partitions.items() if source in owned}
        self.partitions = {source: kept.get(source, Partition()) for source in owned}
        self._restart_clocks(now)

    def loaded(self, now: float, topic: str, partition: int) -> None:
        """Say that an owned partition is ready for work."""
        if (state := self.partitions.get((topic, partition))) is not None:
            state.loaded = True
            state.progress = now

    def lagging(self, now: float, topic: str, partition: int, records: int) -> None:
        """Say how many records wait on an owned partition."""
        if (state := self.partitions.get((topic, partition))) is not None:
            if state.lag <= 0:
                state.progress = now
            state.lag = records

    def committed(self, now: float, topic: str, partition: int) -> None:
        """Say that a transaction of an owned partition was committed."""
        if (state := self.partitions.get((topic, partition))) is not None:
            state.progress = now

    def live(self, now: float) -> Verdict:
        """Judge whether the worker makes progress."""
        if self._beat is not None and now - self._beat > self.heartbeat_seconds:
            return Verdict(False, f"the event loop has not turned for {now - self._beat:.0f} s")
        if self._is_away(now):
            return Verdict(True, "the broker is away; waiting for it")
        if not self.joined:
            return Verdict(True, "joining the group")
        for (topic, number), state in sorted(self.partitions.items()):
            idle = self._heard - state.progress  # what comes after the broker's last word is not the worker's time
            if state.loaded and state.lag > 0 and idle > self.stall_seconds:
                return Verdict(False, f"{topic}/{number}: {state.lag} records wait and nothing was committed for {idle:.0f} s")
        return Verdict(True, "at work")

    def ready(self, now: float) -> Verdict:
        """Judge whether the worker does its part."""
        if self._is_away(now):
            return Verdict(False, "the broker is away")
        if not self.joined:
            return Verdict(False, "joining the group")
        loading = sorted(source for source, state in self.partitions.items() if not state.loaded)
        if loading:
            return Verdict(False, "loading " + ", ".join(f"{topic}/{number}" for topic, number in loading))
        if not self.partitions:
            return Verdict(True, "standing by; no partition is owned")
        return Verdict(True, f"{len(self.partitions)} partitions owned and loaded")

    def _is_away(self, now: float) -> bool:
        return not self.connected or now - self._heard > self.contact_seconds

    def _restart_clocks(self, now: float) -> None:
        """Count stalls from now: the time before was not the worker's."""
        for state in self.partitions.values():
            state.progress = now
