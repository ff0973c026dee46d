"""Gather what the status page shows of one role."""

import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from worker.live.desk import DeskHandler
from worker.live.watch import LiveWatch
from worker.web import Source, Status
from worker.web.container import memory_limit

if TYPE_CHECKING:
    from worker.live.run import Role

__all__ = ["status_of"]


def status_of(role: "Role", watch: LiveWatch, versions: Mapping[str, str], replays: Sequence[tuple[str, str]] = ()) -> Status:
    """Look at a role as it is now; `versions` says what runs here, `replays` which replays there are."""
    now, health, recent = time.monotonic(), watch.health, watch.recent
    sources = [
        Source(f"{topic}/{partition}", state.lag, state.loaded)
        for (topic, partition), state in sorted(health.partitions.items())
    ]
    return Status(
        role=role.name,
        live=health.live(now),
        ready=health.ready(now),
        sources=sources,
        rates=recent.rates(time.time()),
        last=tuple(recent.last),
        letters=dict(recent.letters),
        sizes=_sizes(role),
        versions={"python": platform.python_version(), **versions},
        replays=replays,
    )


def _sizes(role: "Role") -> dict[str, str]:
    sizes = {}
    used = _resident_bytes()
    limit = memory_limit()
    if used:
        sizes["memory used" + (f" of {_mebibytes(limit)}" if limit else "")] = _mebibytes(used)
    memories = [lane.handler.counter.memory for lane in role.app.lanes.lanes if isinstance(lane.handler, DeskHandler)]
    if memories:
        sizes["items remembered"] = f"{sum(len(memory) for memory in memories):,}"
        sizes["size of that"] = _mebibytes(sum(memory.size_bytes for memory in memories))
        sizes["waiting for an embargo"] = f"{sum(len(memory.held()) for memory in memories):,}"
    return sizes


def _resident_bytes() -> int:
    """Return what the process has in memory; 0 where the kernel does not say it."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4096


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MiB"
