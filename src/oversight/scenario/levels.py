"""How much of each value there is in what is done, by the names that tables give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from oversight.arrays import Column, Table
from oversight.measures.totals import ratio
from oversight.policy import Training
from oversight.scenario.entry import Entry


@dataclass(frozen=True, slots=True)
class Done:
    """What is done in opportunities of one sort, as counts or as shares of the population."""

    acts: Table
    """How often each act of all entries is done, (rows, acts)."""
    met: Table
    """Opportunities of each entry, (rows, entries)."""

    def plus(self, other: Done) -> Done:
        """Both together."""
        return Done(*(getattr(self, item.name) + getattr(other, item.name) for item in fields(Done)))


def values_of(population: Sequence[Entry]) -> list[str]:
    """The values that anything has which there is to do."""
    return list(dict.fromkeys(name for entry in population for scores in entry.scores for name in scores))


def measures_of(population: Sequence[Entry], training: Training | None) -> list[str]:
    """The names of the measures of levels, and of the weights that are found for them."""
    sorts = ("",) if training is None else ("", ".in", ".out")
    found = [f"value.{name}{sort}" for name in values_of(population) for sort in sorts]
    if training is None:
        return found
    measured = [f"value_measured.{name}" for name in training.names] if training.saw else []
    return [*found, *measured, *(f"weight.{name}" for name in training.sought)]


def levels(population: Sequence[Entry], inside: Done, outside: Done | None) -> dict[str, Column]:
    """The mean of each value over opportunities, (rows, 1): over all, those like those of training, and others.

    Args:
        population: whose.
        inside: what is done in opportunities like those of training.
        outside: what is done in others; None where nothing is trained.
    """
    sorts = {"": inside} if outside is None else {"": inside.plus(outside), ".in": inside, ".out": outside}
    return {
        f"value.{name}{sort}": _level(population, name, done)
        for name in values_of(population)
        for sort, done in sorts.items()
    }


def _level(population: Sequence[Entry], name: str, done: Done) -> Column:
    total, act = np.zeros((1, 1)), 0
    for place, entry in enumerate(population):
        total = total + entry.restraint.get(name, 0.0) * done.met[:, place : place + 1]
        for scores in entry.scores:
            total = total + scores.get(name, 0.0) * done.acts[:, act : act + 1]
            act += 1
    met = done.met.sum(axis=1, keepdims=True)
    return ratio(np.broadcast_to(total, met.shape), met)
