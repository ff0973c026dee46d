"""
Tell metrics, health and logs what the lanes do.

The lanes and handlers only say what happened; this is the one place that counts, times and logs. Logs never hold text of an item.
"""

import logging
import time
from collections.abc import Callable, Iterable

from worker.desk.decision import Decision
from worker.health import Health
from worker.live.desk import DeskHandler
from worker.live.lane import Lane
from worker.live.message import Record
from worker.metrics import Metrics
from worker.outcome import Reject
from worker.web.recent import LONGEST, Decided, Recent
from worker.wiring import PreparedItem

__all__ = ["LiveWatch"]

log = logging.getLogger(__name__)


class LiveWatch:
    """
    The observer of one role.

    Args:
        metrics: where series are.

        health: what judges whether the worker is live and ready.

        needed: the topics that the worker can't do without.
    """

    def __init__(self, metrics: Metrics, health: Health, needed: Iterable[str] = ()) -> None:
        """Start with nothing seen."""
        self.metrics, self.health = metrics, health
        self._needed = frozenset(needed)
        self._seen: set[str] = set()
        self._gone: set[str] = set()
        self.recent = Recent()
        """What the status page shows."""
        self._aborted: dict[Lane, int] = {}

    def observe(self, name: str, step: Callable[[], None], items: int = 1) -> None:
        """Run a stage over some items, and note what it took for each on average."""
        started = time.perf_counter()
        step()
        self.metrics.stage(name, (time.perf_counter() - started) / items)

    def prepared(self, item: PreparedItem, record: Record) -> None:  # noqa: ARG002 - as others of its kind
        """Count what was taken out of a prepared item, and what it is about."""
        self.metrics.prepared(item.removed, item.area, item.subjects)

    def rejected(self, reject: Reject, record: Record) -> None:
        """Count and log a dead letter."""
        self.metrics.dead_letter(reject.reason)
        self.recent.rejected(reject.reason)
        log.warning(
            "dead letter: %s",
            reject.reason,
            extra={
                "detail": reject.detail, "stage": reject.stage, "topic": record.topic, "partition": record.partition,
                "offset": record.offset,
            },
        )  # fmt: skip

    def decided(self, decision: Decision, record: Record) -> None:
        """Count an item whose outcome is committed."""
        slip, story = decision.slip, decision.story
        if decision.silent:
            return
        now = time.time()
        self.metrics.item(story.relation, decision.outcome, slip.provider)
        self.recent.decided(
            Decided(
                at=now, relation=story.relation, outcome=decision.outcome, provider=slip.provider,
                headline=slip.headline[: LONGEST + 1], of=story.of or "", method=story.method, similarity=story.similarity,
            )
        )  # fmt: skip
        if slip.kind == "item" and not slip.replayed:
            self.metrics.end_to_end(now - slip.origin.timestamp / 1000)
        if log.isEnabledFor(logging.DEBUG):
            log.debug(
                "%s", story.relation, extra={"uri": slip.uri, "of": story.of, "method": story.method, "offset": record.offset}
            )

    def committed(self, lane: Lane, records: int, seconds: float) -> None:
        """Count a committed chunk."""
        source = lane.source
        now = time.time()
        self.metrics.committed(source.topic, source.partition, records, seconds=seconds, now=now)
        self.recent.read(now, records)
        self.health.committed(time.monotonic(), source.topic, source.partition)

    def missed(self, lane: Lane, offsets: int) -> None:
        """Count and tell of records that were deleted before they were read: they can only come from the sender again."""
        source = lane.source
        self.metrics.gap(source.topic, offsets)
        log.error(
            "retention deleted records before they were read; raise retention.ms, or add intakes",
            extra={"topic": source.topic, "partition": source.partition, "offsets": offsets, "position": lane.position},
        )

    def recovered(self, topic: str, partition: int, position: int) -> None:
        """Count and tell that a group's offset was gone, and that the worker goes on behind what came of the topic before."""
        self.metrics.recovered(topic)
        log.error(
            "the group has no committed offset; going on behind what was handled before",
            extra={"topic": topic, "partition": partition, "position": position},
        )

    def owned(self, lanes: Iterable[Lane]) -> None:
        """Note which partitions are owned; a lane that is there is loaded."""
        now = time.monotonic()
        sources = {(lane.source.topic, lane.source.partition) for lane in lanes}
        self.metrics.owned(sources)
        self.health.assigned(now, sources)
        for topic, partition in sources:
            self.health.loaded(now, topic, partition)

    def lag(self, lane: Lane, records: int) -> None:
        """Note what waits on a partition."""
        source = lane.source
        self.metrics.lag(source.topic, source.partition, records)
        self.health.lagging(time.monotonic(), source.topic, source.partition, records)

    def topics(self, there: set[str]) -> None:
        """Tell of topics that were there and are not any more: whoever sends to one waits for it, without a word."""
        gone = self._seen - there
        for topic in gone - self._gone:
            log.error(
                "a topic is not there any more, and its records wait for it: `copydesk topics create`", extra={"topic": topic}
            )
        for topic in self._gone - gone:
            log.info("a topic is there again", extra={"topic": topic})
        self._gone = gone
        self._seen |= there & self._needed

    def look(self, lanes: Iterable[Lane]) -> None:
        """Note what only shows by looking: aborted transactions, and the size of the memory."""
        for lane in lanes:
            aborted = lane.transaction.aborted
            for _ in range(aborted - self._aborted.get(lane, 0)):
                self.metrics.aborted()
            self._aborted[lane] = aborted
            if isinstance(lane.handler, DeskHandler):
                memory = lane.handler.counter.memory
                self.metrics.memory(
                    lane.source.partition, entries=len(memory), size_bytes=memory.size_bytes, held=len(memory.held())
                )
