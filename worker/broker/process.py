"""Tie a child process to its parent."""

import ctypes
import signal
import sys

__all__ = ["die_with_parent"]

PR_SET_PDEATHSIG = 1

# Loaded here, not in the child: between fork and exec nothing may import.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """
    Have the kernel kill this process when its parent dies, however that dies.

    For the moment between fork and exec. Without it each killed test run would leave a Kafka behind. Only Linux can do it.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
