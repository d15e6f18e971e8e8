"""What to do about a kind that breaks a promise."""

from __future__ import annotations

import inspect
import os
from contextlib import suppress
from pathlib import Path

from oversight.caller import by_caller


def remedy(kind: str, own: type) -> str:
    """The command that tells more of `kind`, and the way to run it all the same."""
    command = f"oversight check {kind}{_from(own)}"
    unchecked = by_caller("--unchecked", "unchecked=True")
    return f"Mend it (`{command}` tells of all its promises), or run it all the same: {unchecked}."


def _from(own: type) -> str:
    with suppress(OSError, TypeError, ValueError):  # no file, or one on another drive
        file = Path(inspect.getsourcefile(own) or "")
        if file.is_file():
            near = Path(os.path.relpath(file))
            return f" --plugins {file if near.parts[0] == os.pardir else near}"
    return ""
