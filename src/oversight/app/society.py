"""The running model that people watch: each actor a Mesa agent on a grid, under a policy that may change meanwhile."""

from __future__ import annotations

import copyreg
from array import array
from enum import IntEnum
from math import ceil, sqrt
from threading import Lock

import numpy as np
from mesa.discrete_space import OrthogonalVonNeumannGrid

from oversight.actors.crew import Crew
from oversight.arrays import Array
from oversight.errors import InputError, Problem
from oversight.scenario import Experiment
from oversight.scenario.stacking import equal
from oversight.simulation import OversightModel, Run, batch
from oversight.simulation.batch import Batch
from oversight.simulation.single import of_last_period
from oversight.sweeps.near import near_equilibria

MAX_SHOWN = 3_000
"""Actors that the page can show at a usable speed."""
LONGEST = 200_000
"""Periods after which a society stops, so that a page left open does not fill the memory."""


class Status(IntEnum):
    """What an actor did in the last period, and what became of it."""

    NOT_PLAYED = 0
    COMPLIED = 1
    INSPECTED = 2
    """Complied, and was inspected."""
    VIOLATED = 3
    """Violated, and nobody looked."""
    MISSED = 4
    """Violated, was inspected, and was not caught."""
    CAUGHT = 5
    """Violated, and was sanctioned."""
    WRONGED = 6
    """Complied, and was sanctioned."""
    SUSPENDED = 7


def same_population(one: Experiment, other: Experiment) -> bool:
    """Whether a society of one experiment can go on under the other's policy."""
    populations = [[entry.model_dump() for entry in experiment.population] for experiment in (one, other)]
    return populations[0] == populations[1] and (one.seed, one.starts[0]) == (other.seed, other.starts[0])


class Society(OversightModel):
    """The run of `oversight.run`, one actor at a time: the first replicate of an experiment from its first start.

    It stops at the end of the experiment's periods, unless its policy changed, and can be played on. `step`, `adopt`
    and `figures` may be called from any thread.
    `series` has the measures of each period, by name; `changes` the periods before which the policy changed;
    `statuses` each actor's `Status` after the last period, (population,); `grid` the cells that the actors stand in.
    """

    def __init__(self, experiment: Experiment):
        """Before the first period.

        Raises:
            InputError: there are more actors than can be shown.
        """
        if experiment.actors > MAX_SHOWN:
            raise InputError(
                Problem(
                    f"{experiment.actors:,} actors are more than the page can show",
                    "population",
                    remedy=f"Make the entries smaller, {MAX_SHOWN:,} actors in all, or use `oversight run`.",
                )
            )
        self.experiment = experiment
        self.series: dict[str, array[float]] = {}
        self.changes: list[int] = []
        self._ended = False
        self.running: bool = True
        self._lock = Lock()
        # Called one by one from the start, since a class that proves to need it could not begin anew in mid-run.
        rules = {entry.rule for entry in experiment.population}
        known = Crew()
        known.one_by_one = {rule for rule in rules if not rule.vectorised}
        super().__init__(_alone(experiment), "actor", known)
        self.statuses: Array = np.full(experiment.actors, Status.NOT_PLAYED, dtype=np.int8)
        self._settle()

    def _settle(self) -> None:
        """Give each actor a cell of its own, row by row from the top, so that population entries are blocks."""
        columns = ceil(sqrt(self.stacked.size))
        rows = ceil(self.stacked.size / columns)
        self.grid = OrthogonalVonNeumannGrid((columns, rows), torus=False, random=self.random)
        # Mesa keeps the grid's own class of cells there for ever, for pickling.
        copyreg.dispatch_table.pop(self.grid.cell_klass)
        for place, actor in enumerate(self.agents):
            actor.cell = self.grid[place % columns, rows - 1 - place // columns]
            actor.cell.add_agent(actor)

    def step(self) -> None:
        """Play one period, unless the run is over: Mesa's controller looks only after it has stepped."""
        with self._lock:
            if not self.running:
                return
            try:
                super().step()
            except BaseException:
                # A period that fails half-way cannot be gone on from.
                self._ended, self.running = True, False
                raise
            self.statuses = self._looked_at()
            for name, value in of_last_period(self).items():
                self.series.setdefault(name, array("d")).append(value)
            self.running = self.period < LONGEST and not self.over and not self._ended

    @property
    def over(self) -> bool:
        """Whether this is the last period of an unchanged run: the figures are now those of `oversight run`."""
        return self.period == self.experiment.periods and not self.changes

    def play_on(self) -> None:
        """Let the run be played past its end, unless it failed or was left."""
        with self._lock:
            self.running = self.period < LONGEST and not self._ended

    def leave(self) -> None:
        """Stop for good: Mesa's controller plays on until a model says that it no longer runs."""
        with self._lock:
            self._ended, self.running = True, False

    def adopt(self, experiment: Experiment) -> None:
        """Go on under the policy of an experiment with the same population, from the next period.

        Raises:
            InputError: the population, the seed or the start differ.
        """
        if not same_population(self.experiment, experiment):
            raise InputError("the population, the seed or the start differ: another society is needed")
        stacked = _alone(experiment)
        with self._lock:
            self.experiment = experiment
            if equal(vars(stacked), vars(self.stacked)):
                return
            self.change_policy(stacked)
            if self.period and self.period not in self.changes:
                self.changes.append(self.period)

    def figures(self) -> dict[str, float]:
        """Measures over the periods since the last change of policy, or since the burn-in where it never changed.

        Empty while there is no such period.
        """
        with self._lock:
            if not self.ledger.periods:
                return {}
            return {name: float(values[0]) for name, values in self.measures().items()}

    def _looked_at(self) -> Array:
        violated, inspected, sanctioned = (mask[0] for mask in (self.violating, self.inspected, self.sanctioned))
        guilty = np.where(sanctioned, Status.CAUGHT, np.where(inspected, Status.MISSED, Status.VIOLATED))
        innocent = np.where(sanctioned, Status.WRONGED, np.where(inspected, Status.INSPECTED, Status.COMPLIED))
        found = np.where(violated, guilty, innocent)
        return found if self.played is None else np.where(self.played[0], found, Status.SUSPENDED)


def _alone(experiment: Experiment) -> Batch:
    """The run that `oversight.run` plays."""
    return batch([Run(experiment, 0, experiment.starts[0], near_equilibria(experiment))])
