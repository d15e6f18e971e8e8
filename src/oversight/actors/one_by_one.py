"""Running a class that branches with `if`: one object for each actor of each run, on numpy scalars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from oversight.actors.actor import Actor, decision
from oversight.actors.faults import faults_of
from oversight.actors.situation import Experience, Situation, one_by_one
from oversight.arrays import Flags, Floats, Number, Vector


class OneByOne(Actor):
    """Stands for a population entry of a class that only works on scalars."""

    vectorised: ClassVar[bool] = True
    between: Callable[[], None] | None = None
    """Called before each actor is asked, by whoever does not want to wait for all of them."""

    def __init__(self, rule: type[Actor], parameters: dict[str, Any], shape: tuple[int, ...]):
        runs, members = shape
        self.rule = rule
        with faults_of(rule):
            self.actors = [rule(_of_run(parameters, run), ()) for run in range(runs) for _ in range(members)]
        super().__init__({}, shape)

    def violates(self, now: Situation) -> Flags:
        with faults_of(self.rule):
            answers = [decision(actor, here) for actor, here in self._each(now)]
        return np.array(answers, dtype=bool).reshape(self.shape)

    def probability(self, now: Situation) -> Floats:
        with faults_of(self.rule):
            chances = [actor.probability(here) for actor, here in self._each(now)]
        return np.array(chances, dtype=float).reshape(self.shape)

    def advantage(self, now: Situation) -> Floats:
        with faults_of(self.rule):
            worth = [actor.advantage(here) for actor, here in self._each(now)]
        return np.array(worth, dtype=float).reshape(self.shape)

    def _each[T: (Situation, Experience)](self, known: T) -> Iterator[tuple[Actor, T]]:
        for actor, here in zip(self.actors, one_by_one(known, self.shape), strict=True):
            if self.between is not None:
                self.between()
            yield actor, here

    def state(self, name: str) -> Floats:
        return np.array([actor.state(name) for actor in self.actors], dtype=float).reshape(self.shape)

    def retrain(self, whom: Flags, size: Number | None) -> None:
        sizes = None if size is None else np.broadcast_to(size, self.shape).ravel()
        with faults_of(self.rule):
            for place, (actor, here) in enumerate(zip(self.actors, np.ravel(whom), strict=True)):
                actor.retrain(np.asarray(here), None if sizes is None else sizes[place])

    def learn(self, seen: Experience) -> None:
        with faults_of(self.rule):
            for actor, here in self._each(seen):
                actor.learn(here)


def _of_run(parameters: dict[str, Any], run: int) -> dict[str, Any]:
    """One run's parameters: a scalar for a number, an array for a list of several numbers."""
    return {
        name: _row(value, run if len(value) > 1 else 0) if isinstance(value, np.ndarray) else value
        for name, value in parameters.items()
    }


def _row(values: Floats, run: int) -> float | Vector:
    row: Vector = values[run]
    return row[0] if len(row) == 1 else row
