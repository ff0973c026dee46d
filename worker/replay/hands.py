"""
Prepare a run's items: in this process, or in several beside it.

The order of items is that of their records, however many prepare them, so that a run gives the same bytes with one worker or ten.
"""

import asyncio
import signal
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self, TypeAlias, TypeVar

from worker.broker.process import die_with_parent
from worker.model import Raw
from worker.outcome import Reject
from worker.replay.bounds import ReplayError
from worker.rules.load import Rules
from worker.wiring import Intake, PreparedItem

__all__ = ["Hands", "Results"]

Chunk = TypeVar("Chunk")
Results: TypeAlias = list[list[PreparedItem | Reject]]

_AHEAD: Final = 2  # chunks that are prepared while one is decided and sent


class Hands:
    """
    What prepares a run's items, open for the time of a `with`.

    Args:
        rules: what to prepare them by.

        workers: how many processes; one is this process itself.

        replayed: whether items are marked as a backfill's.

        as_new: whether they may be published though they are older than anything remembered.
    """

    def __init__(self, rules: Rules, workers: int = 1, *, replayed: bool, as_new: bool = False) -> None:
        """Load the rules. Raises `RuleError` if they can't be used."""
        self._rules, self._workers = rules, workers
        self._marks = (replayed, as_new)
        self._intake = Intake(rules) if workers == 1 else None
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._intake is None:
            # Not forked: a child of a process with threads and connections would share both.
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _begin, (self._rules,))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    async def prepare(self, raws: Sequence[Raw]) -> Results:
        """
        Give for each message its items, or why there are none.

        Raises:
            ReplayError: a process beside this one has ended.
        """
        if self._pool is None:
            assert self._intake is not None  # noqa: S101 - one of the two is there
            return _prepared(self._intake, raws, *self._marks)
        size = -(-len(raws) // self._workers)
        parts = [raws[start : start + size] for start in range(0, len(raws), size)]
        loop = asyncio.get_running_loop()
        try:
            done = await asyncio.gather(*(loop.run_in_executor(self._pool, _work, part, *self._marks) for part in parts))
        except BrokenProcessPool as error:
            raise ReplayError(
                "a process that prepares items has ended, perhaps for want of memory; start the run again"
            ) from error
        return [items for part in done for items in part]

    async def ahead(
        self, chunks: AsyncIterator[Chunk], raws: Callable[[Chunk], Sequence[Raw]]
    ) -> AsyncIterator[tuple[Chunk, Results]]:
        """Prepare chunks in their order, those that follow while one is in use; `raws` gives a chunk's messages."""
        waiting: deque[tuple[Chunk, asyncio.Task[Results]]] = deque()
        try:
            async for chunk in chunks:
                waiting.append((chunk, asyncio.create_task(self.prepare(raws(chunk)))))
                if self._pool is None or len(waiting) > _AHEAD:
                    first, task = waiting.popleft()
                    yield first, await task
            while waiting:
                first, task = waiting.popleft()
                yield first, await task
        finally:
            for _, task in waiting:
                task.cancel()


_intake: Intake | None = None


def _begin(rules: Rules) -> None:
    """Make ready a process beside the run's own, which ends when that does, and by its word alone."""
    global _intake  # noqa: PLW0603 - a pool's processes have no other place
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _intake = Intake(rules)


def _work(raws: Sequence[Raw], replayed: bool, as_new: bool) -> Results:
    assert _intake is not None  # noqa: S101 - made when the process began
    return _prepared(_intake, raws, replayed, as_new)


def _prepared(intake: Intake, raws: Sequence[Raw], replayed: bool, as_new: bool) -> Results:
    return list(intake.prepare_all(raws, replayed=replayed, as_new=as_new))
