"""Run intake and desk side by side, as processes that live and die together."""

import os
import signal
import subprocess
import sys
import time
from typing import Final

from worker.broker.process import die_with_parent

__all__ = ["run_all"]

_ROLES: Final = ("intake", "desk")
_STOP_SECONDS: Final = 10.0  # then what is left is killed; its transaction will be aborted
_LOOK_SECONDS: Final = 0.1


def run_all() -> int:
    """
    Start a process for each role and wait until one ends or a signal comes; then stop the other.

    If this process is killed, the kernel kills the others (on Linux).

    Returns:
        0 if all were told to stop and did, else the first failure's exit code.
    """
    told = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal told
        told = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    children = [_start(role) for role in _ROLES]  # behind the handlers: a signal in between would leave them alone
    while not told and all(child.poll() is None for child in children):
        time.sleep(_LOOK_SECONDS)
    # Why it ends is what ended by itself; what is stopped below may end otherwise, if it had not yet learned how to.
    ended = [code for child in children if (code := child.returncode) is not None]
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and any(child.poll() is None for child in children):
        time.sleep(_LOOK_SECONDS)
    for child in children:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
    codes = ended or [child.returncode for child in children]
    stopped = -signal.SIGTERM if told else 0  # told before it had learned how to stop
    return next((abs(code) for code in codes if code not in {0, stopped}), 0 if told else 1)


def _start(role: str) -> subprocess.Popen[bytes]:
    """Start a role that the kernel ends when this process dies, however that dies."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "worker", "worker", "--role", role, "--beside"],
        preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, no lock is taken
    )
