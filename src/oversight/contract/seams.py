"""Kinds of every other seam held, before a run, to those promises that are quick to examine and decide results."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from oversight.contract.kits import KITS
from oversight.contract.remedy import remedy
from oversight.errors import InputError, Problem

_log = logging.getLogger("oversight")


def hold_kinds(own: Mapping[str, Mapping[str, type[Any]]], unchecked: bool = False) -> list[str]:
    """Hold kinds of one's own, by seam and name, to what their kits can tell quickly.

    Returns:
        The kinds that break a promise, which `unchecked` lets through.

    Raises:
        InputError: a kind breaks a promise: which, and on what input.
    """
    held: list[tuple[str, str, Any]] = [
        (seam, kind, of) for seam, kinds in own.items() if seam in KITS for kind, of in kinds.items()
    ]
    found = {kind: _failure(seam, of) for seam, kind, of in held}
    broken = {kind: failure for kind, failure in found.items() if failure}
    if broken and not unchecked:
        classes = {kind: of for _, kind, of in held}
        raise InputError([Problem(said, kind, remedy=remedy(kind, classes[kind])) for kind, said in broken.items()])
    for kind, said in broken.items():
        _log.warning("%s %s; it is run all the same.", kind, said)
    return list(broken)


@lru_cache(maxsize=1_000)
def _failure(seam: str, kind: Any) -> str:
    """The first promise that a kind breaks, and how; empty where it keeps them, or its keys cannot be guessed."""
    for promise in KITS[seam]:
        try:
            failure = promise.failure(kind, {}) if promise.quick else ""
        except InputError:
            return ""
        if failure:
            return f"breaks the promise `{promise.name}` ({promise.sentence[:-1].lower()}): {failure}"
    return ""
