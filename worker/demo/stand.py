"""Kafka and the worker side by side, started as a user would: for the demo and for measurements."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from worker.broker import DevBroker
from worker.broker.process import die_with_parent

__all__ = ["Stand", "StandError"]

STOP_SECONDS: Final = 15.0  # the worker itself ends what is left after 10 s
_TAIL: Final = 15  # log lines that are shown when something breaks


class StandError(RuntimeError):
    """Kafka's topics could not be made, or the worker ended; the message holds what it said last."""


class Stand:
    """
    A context manager: a broker with all topics and a running worker; at its end both are stopped.

    Args:
        folder: where data and logs go.

        settings: `COPYDESK_…` variables beside the broker's address.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        """Start nothing yet."""
        self.folder = folder
        self.broker = DevBroker(folder / "kafka")
        self.log = folder / "worker.log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the worker: what is set here and nothing of what COPYDESK_ variables the caller has."""
        mine = {
            name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_") or name == "COPYDESK_CACHE"
        }
        return {**mine, "COPYDESK_BROKER": self.broker.bootstrap, "COPYDESK_WEB_PORT": "0", **self._settings}

    @property
    def pid(self) -> int:
        """The process that runs both roles."""
        if self._process is None:
            raise StandError("the worker was not started")
        return self._process.pid

    def create_topics(self) -> int:
        """Run `copydesk topics create`; return how many were created."""
        done = subprocess.run(
            [sys.executable, "-m", "worker", "topics", "create"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StandError(f"copydesk topics create ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return sum(line.startswith("created ") for line in done.stdout.splitlines())

    def start_worker(self) -> None:
        """Run `copydesk worker`. It writes to `log`."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "worker", "worker"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C reaches us alone: we decide when the worker ends
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, no lock is taken
            )

    def check(self) -> None:
        """
        Look whether the worker runs.

        Raises:
            StandError: it ended; the message holds its last words.
        """
        if self._process is not None and (code := self._process.poll()) is not None:
            raise StandError(f"the worker ended with {code}; it said last:\n{self.last_words()}")

    def last_words(self) -> str:
        """Give the end of the worker's log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_TAIL:])

    def stop_worker(self) -> int | None:
        """Tell the worker to stop, wait, and return its exit code. One that does not end in time is killed with its children."""
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            process.terminate()
            deadline = time.monotonic() + STOP_SECONDS
            while process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def __enter__(self) -> Self:
        self.broker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.stop_worker()
        finally:
            self.broker.stop()
