"""All promises of one class at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from oversight.actors import Actor
from oversight.contract.kits import KITS, KindPromise
from oversight.contract.promises import PROMISES, Promise
from oversight.seams import Seam

Outcome = Literal["kept", "broken", "not made", "not examined"]


@dataclass(frozen=True)
class Verdict:
    """What came of one promise; `reason` says why it is broken, or was not examined."""

    promise: Promise | KindPromise
    outcome: Outcome
    reason: str = ""


def check_kind(seam: Seam, kind: type[Any], parameters: Mapping[str, Any] | None = None) -> list[Verdict]:
    """Hold a class to each promise of its seam, with these values of its keys.

    Keys without a value have their defaults, or random values.

    Raises:
        InputError: the values are wrong, or one that is needed cannot be guessed.
    """
    if seam.name not in KITS:
        return check_actor(kind, parameters)
    verdicts: list[Verdict] = []
    for promise in KITS[seam.name]:
        verdicts.append(Verdict(promise, *promise.outcome(kind, parameters or {})))
    return verdicts


def check_actor(rule: type[Actor], parameters: Mapping[str, Any] | None = None) -> list[Verdict]:
    """Hold a class to each of its promises, with these values of its YAML keys.

    Keys without a value have their defaults, or random values.

    Raises:
        InputError: the values are wrong, or one that is needed cannot be guessed.
    """
    verdicts: list[Verdict] = []
    lost: set[str] = set()
    for promise in PROMISES:
        missing = [name for name in promise.needs if name in lost]
        if not promise.made(rule):
            verdicts.append(Verdict(promise, "not made"))
        elif missing:
            verdicts.append(Verdict(promise, "not examined", f"`{missing[0]}` comes first"))
        else:
            failure = promise.failure(rule, parameters or {})
            lost |= {promise.name} if failure else set()
            verdicts.append(Verdict(promise, "broken" if failure else "kept", failure))
    return verdicts
