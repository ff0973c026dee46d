"""
Bytes of many records in few large blocks: a record costs its own bytes and no object.

A record stands in one block and is never changed: a new one is appended in its place, and the old one's bytes are given up. A block
without living records is used again. Blocks that are mostly given up are named by `sparse`, for their owner to move what lives.
"""

from typing import Final

__all__ = ["BLOCK", "Blocks"]

_BITS: Final = 20
BLOCK: Final = 1 << _BITS  # bytes; also what is at most moved or written in one go
_MASK: Final = BLOCK - 1


class Blocks:
    """Records by position. Positions are numbers that the owner keeps; sizes are the owner's to know."""

    def __init__(self) -> None:
        """Start without a block."""
        self._blocks: list[bytearray] = []
        self._live: list[int] = []
        self._used: list[int] = []
        self._free: list[int] = []
        self._open = -1

    @property
    def nbytes(self) -> int:
        """Bytes that the blocks take."""
        return sum(map(len, self._blocks))

    @property
    def live(self) -> int:
        """Bytes of the records that live."""
        return sum(self._live)

    def append(self, data: bytes) -> int:
        """Store a record and return its position."""
        size, index = len(data), self._open
        if index < 0 or self._used[index] + size > BLOCK:
            index = self._begin(size)
        at = self._used[index]
        self._blocks[index][at : at + size] = data
        self._used[index] = at + size
        self._live[index] += size
        return index << _BITS | at

    def _begin(self, size: int) -> int:
        """Begin a block; a record larger than a block gets one of its size."""
        room = max(BLOCK, size)
        if self._free:
            index = self._free.pop()
            self._blocks[index], self._used[index] = bytearray(room), 0
        else:
            index = len(self._blocks)
            self._blocks.append(bytearray(room))
            self._live.append(0)
            self._used.append(0)
        left, self._open = self._open, index
        if left >= 0 and not self._live[left]:
            self._drop(left)
        return index

    def place(self, position: int) -> tuple[bytearray, int]:
        """Give the block that holds a position, and where in it; for reading only, and before anything is appended."""
        return self._blocks[position >> _BITS], position & _MASK

    def read(self, position: int, size: int) -> bytes:
        """Copy a record."""
        at = position & _MASK
        return bytes(memoryview(self._blocks[position >> _BITS])[at : at + size])

    def free(self, position: int, size: int) -> None:
        """Give up a record."""
        index = position >> _BITS
        self._live[index] -= size
        if not self._live[index] and index != self._open:
            self._drop(index)

    def _drop(self, index: int) -> None:
        self._blocks[index], self._used[index] = bytearray(), 0
        self._free.append(index)

    def sparse(self, most: int) -> list[int]:
        """Name at most `most` full blocks of which less than three quarters live, by the upper part of their positions."""
        found = [
            (live, index)
            for index, (live, block) in enumerate(zip(self._live, self._blocks, strict=True))
            if index != self._open and len(block) and 4 * live < 3 * len(block)
        ]
        return [index for _, index in sorted(found)[:most]]

    @staticmethod
    def block_bits() -> int:
        """Say by how many bits a position is shifted to give its block."""
        return _BITS

    @property
    def used(self) -> list[int]:
        """Bytes of each block that are written; 0 if nothing in it lives."""
        return [used if live else 0 for used, live in zip(self._used, self._live, strict=True)]

    @property
    def living(self) -> list[int]:
        """Bytes of each block that live."""
        return list(self._live)

    def parts(self) -> list[memoryview]:
        """Give what is written in each block."""
        return [memoryview(block)[:used] for block, used in zip(self._blocks, self.used, strict=True)]

    def restore(self, used: list[int], living: list[int]) -> list[memoryview]:
        """Make blocks as they were, and return the views to be filled with what `parts` gave."""
        self._used, self._live = list(used), list(living)
        self._blocks = [bytearray(max(BLOCK, size) if alive else 0) for size, alive in zip(used, living, strict=True)]
        self._used = [size if block else 0 for size, block in zip(used, self._blocks, strict=True)]
        self._free = [index for index, block in enumerate(self._blocks) if not block]
        self._open = -1  # the next record begins a block
        return [memoryview(block)[:size] for block, size in zip(self._blocks, self._used, strict=True)]
