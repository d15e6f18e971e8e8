"""Whether a researcher's class may be run on arrays."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from oversight.actors.actor import Actor, decision
from oversight.actors.faults import faults_of
from oversight.actors.one_by_one import OneByOne
from oversight.actors.own import Terms, Traits
from oversight.actors.situation import Situation
from oversight.arrays import Flags
from oversight.errors import ActorError, OversightError
from oversight.foresight.prospects import Prospects

RUNS, MEMBERS = 2, 32
"""The corner of a batch on which a class is tried: enough actors and runs for one that mixes them to show."""


class NeedsOneByOne(OversightError):
    """An actor class gave another answer, or failed, on arrays: it has to be run one actor at a time."""

    def __init__(self, rule: type[Actor], reason: str):
        super().__init__(f"{rule.__name__} {reason}")
        self.rule = rule


class on_arrays:  # used as a function; `contextmanager` takes as long as a small question does
    """What a class raises on arrays asks for one-by-one calls, unless it says itself that it works on arrays."""

    def __init__(self, rule: type[Actor]):
        self.rule = rule

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, raised: BaseException | None, trace: object) -> None:
        if raised is None:
            return
        try:
            with faults_of(self.rule):
                raise raised
        except ActorError as error:
            if self.rule.vectorised or error.__cause__ is None:
                raise
            told = _told(error.__cause__)
            raise NeedsOneByOne(self.rule, f"does not work on arrays ({told})") from error.__cause__


def compare(rule: type[Actor], parameters: dict[str, Any], now: Situation, shape: tuple[int, int]) -> bool:
    """Try a class both ways on a corner of the batch; whether that corner held more than one actor.

    Raises:
        NeedsOneByOne: it fails on arrays or decides otherwise on them.
        ActorError: it fails one by one as well, or answers the same question in two ways.
    """
    corner = _corner_of(shape)
    here, given = _situation(now, corner), _parameters(parameters, corner)
    expected = one_by_one_at(rule, parameters, now, shape)
    with on_arrays(rule):
        answer = decision(rule(given, corner), here)
    if not np.array_equal(answer, expected):
        raise NeedsOneByOne(rule, "decides otherwise on arrays than one actor at a time")
    return corner != (1, 1)


def one_by_one_at(rule: type[Actor], parameters: dict[str, Any], now: Situation, shape: tuple[int, int]) -> Flags:
    """The decisions of a corner of the batch, one actor at a time.

    Raises:
        ActorError: the class fails, or answers the same question in two ways.
    """
    corner = _corner_of(shape)
    here, given = _situation(now, corner), _parameters(parameters, corner)
    single, twin = OneByOne(rule, given, corner), OneByOne(rule, given, corner)
    expected = decision(single, here)
    if not all(np.array_equal(expected, decision(asked, here)) for asked in (single, twin)):
        raise ActorError(
            f"{rule.__name__}.violates answers differently when asked twice about the same situation: "
            "let it use `now.draw` for chance, and change its state in `learn` only"
        )
    return expected


def _corner_of(shape: tuple[int, int]) -> tuple[int, int]:
    return min(shape[0], RUNS), min(shape[1], MEMBERS)


def _situation(now: Situation, corner: tuple[int, int]) -> Situation:
    return replace(now, **{field.name: _corner(getattr(now, field.name), corner) for field in fields(now)})


def _parameters(parameters: dict[str, Any], corner: tuple[int, int]) -> dict[str, Any]:
    return {name: _corner(value, (corner[0], None)) for name, value in parameters.items()}


def _corner(value: Any, corner: tuple[int, int | None]) -> Any:
    if isinstance(value, Prospects | Terms | Traits):
        return value.part(lambda part: _corner(part, corner))
    return value[: corner[0], : corner[1]] if isinstance(value, np.ndarray) else value


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
