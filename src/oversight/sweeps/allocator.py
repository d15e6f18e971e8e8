"""The C library's allocator, where a cluster has set it for programs that free much at once."""

from __future__ import annotations

import ctypes
import os
import sys

_TRIM, _MMAP = -1, -3
"""`M_TRIM_THRESHOLD` and `M_MMAP_THRESHOLD` of malloc.h."""
_KEPT, _LARGE = 512 << 20, 32 << 20
"""Free bytes that are kept, and the size from which an array has pages of its own; the largest that glibc takes."""


def reuse_what_is_freed() -> None:
    """Let the arrays of a period have the memory of those before.

    Dask's nannies set `MALLOC_TRIM_THRESHOLD_` to 65,536, so that a worker's free memory goes back to the system at
    once, and comes back page by page: a shard took 4.4 times as long. Where it is not set, or there is no glibc,
    nothing is done.
    """
    if _mallopt is not None and "MALLOC_TRIM_THRESHOLD_" in os.environ:
        _mallopt(_MMAP, _LARGE)
        _mallopt(_TRIM, _KEPT)


# Only glibc has it; musl and macOS do without.
_mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
