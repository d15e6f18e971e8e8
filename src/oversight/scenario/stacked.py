"""Scenarios of one structure, solved together: their numbers are (rows, 1) arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import BaseModel

from oversight.arrays import Column, Floats, Indices
from oversight.documents.paths import assign
from oversight.policy import Act, Chances, Policy, State
from oversight.principals import Principal
from oversight.scenario.entry import Entry
from oversight.scenario.errors import Errors
from oversight.scenario.experiment import Experiment
from oversight.scenario.reported import with_reports
from oversight.scenario.stacking import stack, structure
from oversight.welfare import Welfare


@dataclass(frozen=True, kw_only=True)
class Scenarios:
    """What the large-population limit depends on, for `rows` scenarios at once."""

    policy: Policy
    population: tuple[Entry, ...]
    """The entries as files state them."""
    welfare: Welfare
    rows: int
    revision: float = 1.0
    """Share of the actors that decides anew in a period."""
    seen: Column | None = None
    """Share of violators that actors see who go by it."""
    principal: Principal | None = None
    """Who moves the policy, which is then what files say it is at first."""

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries with all that their actors may do under the policy."""
        return tuple(with_reports(entry, self.policy) for entry in self.population)

    @property
    def errors(self) -> Errors | None:
        """How acts that comply go wrong, which theory takes to be the same in all entries."""
        return self.population[0].errors

    def told(self, state: State) -> State:
        """A state with the errors that it comes to, and what a look at it is worth by payoffs."""
        return self.policy.paying(state if self.errors is None else self.errors.told(state))

    def sanctioned(self, chances: Chances) -> Chances:
        """Chances of a sanction with those of errors."""
        return chances if self.errors is None else self.errors.flagged(chances)

    @property
    def size(self) -> int:
        """Actors in each scenario."""
        return sum(entry.size for entry in self.population)

    @property
    def weights(self) -> list[float]:
        """Each entry's share of the population."""
        return [entry.size / self.size for entry in self.population]

    @property
    def chooses(self) -> bool:
        """Whether any entry has options."""
        return any(entry.options for entry in self.entries)

    @property
    def sees(self) -> bool:
        """Whether any entry goes by its neighbours."""
        return any(entry.neighbourly for entry in self.entries)

    @property
    def acts(self) -> tuple[Act, ...]:
        """The acts of all entries, one after the other."""
        return tuple(act for entry in self.entries for act in entry.acts)

    def with_number(self, path: str, values: Column) -> Scenarios:
        """The scenarios with other numbers at a dotted path of an experiment."""
        held = {"policy": self.policy, "population": self.population, "social_cost": self.welfare}
        held = assign({**held, "principal": self.principal}, path, values)
        return replace(
            self,
            policy=held["policy"],
            population=held["population"],
            welfare=held["social_cost"],
            principal=held["principal"],
        )

    def told_apart(self) -> tuple[Indices, Indices]:
        """One row of each sort that differs in a number of the policy or the population, and the sort of each row."""
        columns = columns_in((self.policy, *self.population))
        if not columns:
            return np.zeros(1, dtype=np.int64), np.zeros(self.rows, dtype=np.int64)
        found = np.unique(np.concatenate(columns, axis=1), axis=0, return_index=True, return_inverse=True)
        return found[1], found[2].reshape(-1)

    def take(self, rows: Indices) -> Scenarios:
        """The scenarios at these positions, which may repeat."""
        return Scenarios(
            policy=taken(self.policy, rows),
            population=tuple(taken(entry, rows) for entry in self.population),
            welfare=taken(self.welfare, rows),
            rows=len(rows),
            revision=self.revision,
            seen=taken(self.seen, rows),
            principal=taken(self.principal, rows),
        )


def structure_of(experiment: Experiment) -> Any:
    """What two experiments must share to be solved together."""
    policy = experiment.policy
    set_by = [policy.monitoring, policy.detector, policy.sanction, *(getattr(policy, name) for name in _OPTIONAL)]
    moved = (experiment.population, experiment.social_cost, experiment.principal)
    return (experiment.network, *map(structure, (*set_by, *moved)))


def scenarios(experiments: Sequence[Experiment]) -> Scenarios:
    """Stack experiments of equal `structure_of`, whose overseers respond: see `response.posed`."""
    first = experiments[0]
    optional: dict[str, Any] = {
        name: _optional([getattr(experiment.policy, name) for experiment in experiments]) for name in _OPTIONAL
    }
    policy = Policy.model_construct(
        name=first.policy.name,
        monitoring=stack([experiment.policy.monitoring for experiment in experiments]),
        detector=stack([experiment.policy.detector for experiment in experiments]),
        sanction=stack([experiment.policy.sanction for experiment in experiments]),
        **optional,
    )
    population = tuple(
        stack([experiment.population[index] for experiment in experiments]) for index in range(len(first.population))
    )
    welfare = stack([experiment.social_cost for experiment in experiments])
    revision = first.network.revision if first.network else 1.0
    return Scenarios(
        policy=policy,
        population=population,
        welfare=welfare,
        rows=len(experiments),
        revision=revision,
        principal=_optional([experiment.principal for experiment in experiments]),
    )


_OPTIONAL = ("honeypots", "witnesses", "inspectors", "market", "payoffs", "training")
"""Parts of a policy that all of some experiments have, or none."""


def _optional[M: BaseModel](parts: Sequence[M | None]) -> M | None:
    there = [part for part in parts if part is not None]
    return stack(there) if there else None


def taken(value: Any, rows: Indices) -> Any:
    """The rows of a stacked section, or of a part of it, at these positions."""
    if isinstance(value, np.ndarray):
        return value[rows] if len(value) > 1 else value
    if isinstance(value, BaseModel):
        return type(value).model_construct(**{name: taken(item, rows) for name, item in value.__dict__.items()})
    if isinstance(value, dict):
        return {name: taken(item, rows) for name, item in value.items()}
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return tuple(taken(item, rows) for item in value)
    return value


def columns_in(value: Any) -> list[Floats]:
    """The arrays of a stacked section in which rows may differ, (rows, numbers) each."""
    if isinstance(value, np.ndarray):
        return [value] if len(value) > 1 else []
    if isinstance(value, BaseModel):
        value = value.__dict__
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return [column for item in inside for column in columns_in(item)]
