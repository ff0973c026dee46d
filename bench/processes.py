"""What the worker's processes used, from /proc."""

import os
from pathlib import Path
from typing import NamedTuple, Self

__all__ = ["Usage", "roles"]

TICKS = os.sysconf("SC_CLK_TCK")


class Usage(NamedTuple):
    """CPU seconds since the process began, and bytes of memory that it holds."""

    cpu: float
    memory: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Read them for a process; zeros where there is no /proc."""
        folder = Path("/proc") / str(pid)
        if not folder.exists():
            return cls(0.0, 0)
        fields = (folder / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        pages = int((folder / "statm").read_text(encoding="utf-8").split()[1])
        return cls((int(fields[11]) + int(fields[12])) / TICKS, pages * os.sysconf("SC_PAGE_SIZE"))


def roles(pid: int) -> dict[str, int]:
    """Find the processes that `copydesk worker` at `pid` started: role to process id."""
    children = Path("/proc") / str(pid) / "task" / str(pid) / "children"
    found = {}
    for child in children.read_text(encoding="utf-8").split() if children.exists() else ():
        words = (Path("/proc") / child / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        if "--role" in words:
            found[words[words.index("--role") + 1]] = int(child)
    return found
