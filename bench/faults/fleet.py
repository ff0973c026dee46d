"""Workers, looked after as a service manager would, and what they said."""

import asyncio
import contextlib
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka.errors import KafkaError

from worker.testing.plant import Plant
from worker.testing.process import WorkerProcess

__all__ = ["Fleet"]

_AGAIN_SECONDS: Final = 1.0
_SAID: Final = re.compile(r"^[\d:]+ (?:critical|error|warning)\s+(?!dead letter|Got error produce)(?P<words>.*)$", re.MULTILINE)


class Fleet:
    """
    Workers of a plant.

    Args:
        plant: where they work.

        command: what Python runs before `worker --role`, for all of them.

        env: variables beside the plant's own.
    """

    def __init__(
        self, plant: Plant, *, command: Sequence[str] = ("-m", "worker"), env: Mapping[str, str] | None = None
    ) -> None:
        """Start nothing yet."""
        self.plant = plant
        self._command, self._env = command, env or {}
        self.members: list[tuple[str, WorkerProcess]] = []
        self.ended: Counter[int] = Counter()
        """How workers ended that were not told to, by exit code."""

    def start(self, role: str) -> WorkerProcess:
        """Add a worker."""
        worker = self.plant.start(role, command=self._command, env=self._env)
        self.members.append((role, worker))
        return worker

    async def ready(self, *roles: str) -> None:
        """Start workers and wait until each works or stands by."""
        started = [self.start(role) for role in roles]
        for worker in started:
            await asyncio.to_thread(worker.wait_ready, 120)

    def tend(self) -> None:
        """Start again what has ended."""
        for member in list(self.members):
            role, worker = member
            if not worker.alive:
                self.ended[worker.process.returncode] += 1
                self.members.remove(member)
                self.start(role)

    async def watch(self, seconds: float) -> None:
        """Look after all of them for a while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tend()
            await asyncio.sleep(min(_AGAIN_SECONDS, max(0.0, deadline - time.monotonic())))

    async def settle(self, seconds: float) -> float:
        """
        Look after them until nothing is left to do; return the seconds that it took.

        Raises:
            TimeoutError: something is left.
        """
        started = time.monotonic()
        while not await self._settled():
            if time.monotonic() - started > seconds:
                logs = "\n".join(f"--- {worker.log_file.name}\n{worker.log[-2000:]}" for _, worker in self.members)
                raise TimeoutError(f"work is left after {seconds:.0f} s\n{logs}")
            await self.watch(_AGAIN_SECONDS)
        return time.monotonic() - started

    async def _settled(self) -> bool:
        with contextlib.suppress(KafkaError, OSError, TimeoutError):
            return await self.plant.drained() and await self.plant.visible()
        return False

    def end(self) -> None:
        """Kill all of them."""
        for _, worker in self.members:
            worker.kill()
        self.members.clear()

    def said(self) -> Counter[str]:
        """Count what the workers warned of, numbers left out."""
        found: Counter[str] = Counter()
        for worker in self.plant.workers:
            for match in _SAID.finditer(worker.log):
                found[re.sub(r"\d+", "N", match["words"]).strip()[:160]] += 1
        return found
