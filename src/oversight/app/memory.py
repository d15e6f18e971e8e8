"""What sessions leave behind, back to the system."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back_what_is_collected() -> None:
    """From now on, return free memory after every full collection, such as Solara's after sessions were closed.

    Without this the allocator keeps it for later. Where there is no glibc, nothing is done.
    """
    if _trim is not None and _give_back not in gc.callbacks:
        gc.callbacks.append(_give_back)


def _give_back(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == 2 and _trim is not None:
        _trim(0)


# Only glibc has it; musl and macOS do without.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
