"""One worker as a process of its own, to be stopped, killed or frozen."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from worker.broker.process import die_with_parent

__all__ = ["WorkerProcess"]

_LOOK_SECONDS: Final = 0.05
_READY: Final = b"assigned "  # the word of `LaneSet.rebalance`, once its lanes are open


class WorkerProcess:
    """
    A running worker.

    Args:
        command: what to run.

        env: its whole environment.

        log: where its output goes.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        """Start it."""
        self.log_file = log
        with log.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *command],
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, no lock is taken
            )

    @property
    def log(self) -> str:
        """All that it has written."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    @property
    def alive(self) -> bool:
        """Whether it runs, be it frozen."""
        return self.process.poll() is None

    def wait_ready(self, seconds: float = 40.0, times: int = 1) -> None:
        """
        Wait until its lanes are open; `times` is 2 for intake and desk in one.

        Raises:
            RuntimeError: it ended, or was not ready in time; the message holds the end of its log.
        """
        self.wait_log(_READY, seconds, times)

    def wait_log(self, words: bytes, seconds: float = 40.0, times: int = 1) -> None:
        """Wait until `words` stand in its log. Raises `RuntimeError` as `wait_ready`."""
        deadline = time.monotonic() + seconds
        while self.log_file.read_bytes().count(words) < times:
            if not self.alive or time.monotonic() > deadline:
                how = "was not ready in time" if self.alive else f"ended with {self.process.returncode}"
                raise RuntimeError(f"the worker {how}; the end of its log:\n{self.log[-3000:]}")
            time.sleep(_LOOK_SECONDS)

    def wait(self, seconds: float = 40.0) -> int:
        """Wait for its end and return the exit code."""
        return self.process.wait(seconds)

    def stop(self, seconds: float = 40.0) -> int:
        """Tell it to stop (SIGTERM), and return the exit code."""
        if self.alive:
            self.process.terminate()
        return self.wait(seconds)

    def kill(self) -> None:
        """End it at once."""
        if self.alive:
            self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Stop it from running, without its knowledge."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run on."""
        self.process.send_signal(signal.SIGCONT)
