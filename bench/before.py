"""The memory of this process before the worker is imported: import it first."""

import resource
from typing import Final

__all__ = ["BEFORE"]

BEFORE: Final = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
"""KiB, as Linux counts them."""
