"""
A memory as it is: its arrays one behind the other, so that a new process has it again in about a second.

An image holds what the memory topic's records gave, in this version's own layout. It is no format for others: whatever does not fit
is refused, and the records are read instead.
"""

import sys
from array import array
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from worker.desk.clock import Clock
from worker.desk.entry import FORMAT
from worker.desk.memory import Memory
from worker.desk.packing import Packing
from worker.desk.prints import RECIPE

__all__ = ["LAYOUT", "ImageError", "facts_of", "layout_of", "parts_of", "restore"]

LAYOUT: Final = 1  # to be raised with any change of what the arrays hold
_NOWHERE: Final = (1 << 64) - 1

Fill = Callable[[memoryview], None]


class ImageError(ValueError):
    """The image is not one that this memory can take over; the message says why."""


def layout_of(memory: Memory) -> dict[str, Any]:
    """Say what must be the same where an image is taken over: layout, formats, and the windows by which things were left out."""
    return {
        "layout": LAYOUT,
        "format": FORMAT,
        "recipe": RECIPE,
        "byteorder": sys.byteorder,
        "fingerprint_window": memory.fingerprint_window,
        "identity_window": memory.identity_window,
    }


def facts_of(memory: Memory) -> dict[str, Any]:
    """Give all that is not in the arrays, and the arrays' sizes; no chunk may be open."""
    ledger, near = memory.ledger, memory.near
    near.wake()
    near.postings.settle()
    keys, counts, _ = near.postings.spills()
    return {
        **layout_of(memory),
        "next": memory.next_offset,
        "times": memory.clock.times,
        "now": memory.clock.now,
        "held": sorted(memory.held_uris),
        "gone": list(memory.gone),
        "shared": ledger.packing.shared,
        "rows": len(ledger.places),
        "uris": len(ledger.uris.places),
        "stories": len(ledger.stories.places),
        "entries": [ledger.blocks.used, ledger.blocks.living],
        "slots": len(near.places),
        "prints": [near.blocks.used, near.blocks.living],
        "table": len(near.postings.rows),
        "postings": len(near.postings),
        "spills": [keys, counts],
    }


def parts_of(memory: Memory) -> Iterator[memoryview]:
    """Give the arrays in the order in which `restore` fills them."""
    ledger, near = memory.ledger, memory.near
    slots = len(near.places)
    for numbers in (ledger.places, ledger.minutes, ledger.uris.places, ledger.stories.places):
        yield _bytes(numbers)
    yield from ledger.blocks.parts()
    for numbers in (near.places, near.lengths, near.owners):
        yield _bytes(numbers)
    for column in (near.times, near.sizes, near.postings.sequences):
        yield _bytes(column[:slots])
    yield from near.blocks.parts()
    yield near.postings.rows
    yield _bytes(near.postings.spills()[2])


def restore(memory: Memory, facts: dict[str, Any], fill: Fill) -> None:
    """
    Make an empty memory what `facts_of` and `parts_of` told of.

    Args:
        memory: nothing may be in it; it is of no use after an error.

        facts: as `facts_of` gave them, through JSON.

        fill: fills the next array.

    Raises:
        ImageError: it is an image of another layout, or of other windows.
    """
    for name, wanted in layout_of(memory).items():
        if facts.get(name) != wanted:
            raise ImageError(f"it has {name} {facts.get(name)}, and {wanted} is needed")
    ledger, near = memory.ledger, memory.near
    shared = [tuple(value) if isinstance(value, list) else value for value in facts["shared"]]
    ledger.packing = Packing(shared)
    ledger.places, ledger.minutes = _numbers("Q", facts["rows"], fill), _numbers("I", facts["rows"], fill)
    ledger.uris.restore(_numbers("Q", facts["uris"], fill))
    ledger.stories.restore(_numbers("Q", facts["stories"], fill))
    for view in ledger.blocks.restore(*facts["entries"]):
        fill(view)
    ledger.free = _unused(ledger.places)
    slots = facts["slots"]
    near.places, near.lengths, near.owners = (_numbers(kind, slots, fill) for kind in "QHI")
    room = max(1024, slots)
    near.times, near.sizes = np.zeros(room, np.int64), np.zeros(room, np.uint8)
    near.postings.sequences = np.zeros(room, np.int64)
    for column in (near.times, near.sizes, near.postings.sequences):
        fill(_bytes(column[:slots]))
    for view in near.blocks.restore(*facts["prints"]):
        fill(view)
    fill(near.postings.restore(facts["table"], facts["postings"]))
    keys, counts = facts["spills"]
    near.postings.restore_spills(keys, counts, _numbers("Q", sum(counts), fill))
    near.free = _unused(near.places)
    memory.held_uris = set(facts["held"])
    memory.gone = dict.fromkeys(facts["gone"])
    memory.clock, memory.next_offset = Clock(facts["times"], facts["now"]), facts["next"]
    memory.commit()


def _numbers(kind: str, count: int, fill: Fill) -> "array[int]":
    numbers = array(kind, bytes(array(kind).itemsize * count))
    fill(_bytes(numbers))
    return numbers


def _bytes(numbers: Any) -> memoryview:
    """View an array as bytes; Python can't do that with an empty one."""
    return memoryview(numbers).cast("B") if len(numbers) else memoryview(bytearray())


def _unused(places: "array[int]") -> list[int]:
    """Give the rows that are nowhere."""
    return [int(row) for row in np.flatnonzero(np.frombuffer(places, np.uint64) == _NOWHERE)]
