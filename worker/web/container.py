"""What the container says about itself: the memory that it may use."""

from pathlib import Path
from typing import Final

__all__ = ["memory_limit"]

# Where Linux says it inside a container: control groups of version 2, then of version 1.
_FILES: Final = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_NONE: Final = 1 << 60  # version 1 writes "no limit" as a number near 2**63


def memory_limit(files: tuple[Path, ...] = _FILES) -> int:
    """Return the bytes that the container may use; 0 if it has no limit, or if this is no container."""
    for path in files:
        try:
            text = path.read_text(encoding="ascii").strip()
        except OSError:
            continue
        return int(text) if text.isdecimal() and int(text) < _NONE else 0
    return 0
