"""Naming the line of a researcher's class that raised."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from traceback import extract_tb
from typing import Any

from oversight.errors import ActorError, OversightError


@contextmanager
def faults_of(rule: type[Any], raised: type[OversightError] = ActorError) -> Iterator[None]:
    """Turn whatever a class of one's own raises into a `raised` that names class, exception and line."""
    try:
        yield
    except OversightError:
        raise
    except (Exception, SystemExit) as error:
        raise raised(f"{rule.__name__}{_place(rule, error)} raised {type(error).__name__}: {error}") from error


def _place(rule: type[Any], error: BaseException) -> str:
    """` (file:line)`, the last that the error passed through in the class's own file."""
    file = getattr(sys.modules.get(rule.__module__), "__file__", None)
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
    return f" ({file}:{lines[-1]})" if lines else ""
