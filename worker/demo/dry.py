"""The demo without Kafka: the same items, in the same order, through the same pipeline and desk."""

from collections.abc import Sequence

from worker.demo.rows import Result, dead, held, published
from worker.demo.script import Sample
from worker.live.release import release_command
from worker.model import Origin, Raw
from worker.outcome import Outcome, Reason, Reject
from worker.rules.load import Rules
from worker.settings import Settings
from worker.wiring import Counter, Intake

__all__ = ["run"]


def run(samples: Sequence[Sample], rules: Rules, settings: Settings) -> list[Result]:
    """Give every result in the order of the items, as a worker with `settings` gives them."""
    intake, counter = Intake(rules), Counter(rules)
    results: list[Result] = []
    waiting: list[tuple[bytes, int]] = []
    sequence = 0
    for offset, sample in enumerate(samples):
        if len(sample.value) > settings.max_item_bytes:
            results.append(dead(offset, Reason.TOO_LARGE, too_large(len(sample.value), settings.max_item_bytes)))
            continue
        origin = Origin(f"{settings.topic_prefix}raw", 0, offset, sample.at)
        raw = Raw(value=sample.value, content_type=sample.content_type, provider=sample.provider, origin=origin)
        for item in intake.prepare(raw):
            if isinstance(item, Reject):
                results.append(dead(offset, item.reason, item.detail))
                continue
            decision, line, _ = counter.serve(item.value, sequence)
            counter.memory.commit()
            if decision.outcome is Outcome.HELD:
                results.append(held(item.value))
                if sample.results > 1:
                    waiting.append((item.value, sequence))
            else:
                results.append(published(line))
            sequence += 1
    for value, at in waiting:
        _, line, _ = counter.serve(release_command(value, at), sequence)
        counter.memory.commit()
        results.append(published(line))
        sequence += 1
    return sorted(results, key=lambda result: (result.offset, result.held_until is None))


def too_large(size: int, limit: int) -> str:
    """Say what the worker says of a message over the limit."""
    return f"{size} bytes, {limit} is the limit (COPYDESK_MAX_ITEM_BYTES)"
