"""Run intake and desk side by side, as processes that live and die together."""

import os
import signal
import subprocess
import sys
import time
from typing import Final

__all__ = ["run_all"]

_ROLES: Final = ("intake", "desk")
_STOP_SECONDS: Final = 10.0  # then what is left is killed; its transaction will be aborted
_LOOK_SECONDS: Final = 0.1


def run_all() -> int:
    """
    Start a process for each role and wait until one ends or a signal comes; then stop the other.

    Returns:
        0 if all were told to stop and did, else the first failure's exit code.
    """
    children = [subprocess.Popen([sys.executable, "-m", "worker", "worker", "--role", role, "--beside"]) for role in _ROLES]  # noqa: S603
    told = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal told
        told = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not told and all(child.poll() is None for child in children):
        time.sleep(_LOOK_SECONDS)
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
    codes = [child.returncode for child in children]
    return next((abs(code) for code in codes if code), 0 if told else 1)
