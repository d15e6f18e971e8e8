"""The running model that people watch: each actor a Mesa agent on a grid, under a policy that may change meanwhile."""

from __future__ import annotations

import copyreg
from array import array
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from enum import IntEnum
from math import ceil, sqrt
from threading import Lock

import mesa
import numpy as np
from mesa.discrete_space import OrthogonalVonNeumannGrid

from oversight.arrays import Column, Indices, Number, arrayed, columns_of, present
from oversight.errors import InputError, OversightError, Problem
from oversight.policy import Chances, Policy, State
from oversight.response import forewarned
from oversight.response.aiming import aimed
from oversight.response.share import Facing, Responder
from oversight.running import run_of
from oversight.scenario import Experiment, Start
from oversight.scenario.counted import counted
from oversight.scenario.stacking import equal
from oversight.simulation import batch
from oversight.simulation.population import Group
from oversight.stepping import OversightModel
from oversight.stepping.model import same_actors

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


class Society(OversightModel):
    """A run of an experiment that many threads may look at, with what the page shows of it.

    It stops at the end of the experiment's periods, unless its policy changed, and can be played on. `step`, `adopt`
    and `figures` may be called from any thread. A period that fails is the last one, and `failure` says why.
    `series` has the measures of each period, by name; `changes` the periods before which the policy changed;
    `statuses` each actor's `Status` after the last period, (population,); `taken` which of the `options` of all entries
    it took then, -1 of whoever complied, (population,); `grid` the cells that the actors stand in.
    """

    def __init__(self, experiment: Experiment, replicate: int = 0, start: Start | None = None):
        """Before the first period of the first replicate from its first start, unless others are given.

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
        self.series: dict[str, array[float]] = {}
        self.changes: list[int] = []
        self._ended = False
        self.failure = ""
        self._lock = Lock()
        self._begin(experiment, replicate, start)
        self.datacollector = mesa.DataCollector()  # `series` is lighter
        self.statuses: Indices = np.full(experiment.actors, Status.NOT_PLAYED, dtype=np.int64)
        self.options = counted(experiment.population)
        self.taken: Indices = np.full(experiment.actors, -1)
        self._settle()

    def _settle(self) -> None:
        """Give each actor a cell of its own, row by row from the top, so that population entries are blocks."""
        columns = ceil(sqrt(self.experiment.actors))
        rows = ceil(self.experiment.actors / columns)
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
            except OversightError as error:  # a class of the reader's own that fails
                # A period that fails half-way cannot be gone on from.
                self._ended, self.running, self.failure = True, False, str(error)
                return
            self.statuses, self.taken = self._looked_at(), self._options_taken()
            for name, value in self.measured.items():
                self.series.setdefault(name, array("d")).append(value)
            self.running = self.period < LONGEST and not self.over and not self._ended

    @property
    def untried(self) -> bool:
        """Whether no period has been played under the running policy yet, though some were under another."""
        return bool(self.changes) and self.changes[-1] == self.period

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
        if not same_actors(self.experiment, experiment):
            raise InputError("the population, the seed or the start differ: another society is needed")
        stacked = batch([run_of(experiment, *self._run)])
        with self._lock:
            self.experiment = experiment
            playing = self.engine.given
            if all(equal(getattr(stacked, part.name), getattr(playing, part.name)) for part in fields(stacked)):
                return
            self.engine.change_policy(stacked)
            if self.period and self.period not in self.changes:
                self.changes.append(self.period)

    def figures(self) -> dict[str, float]:
        """Measures over the periods since the last change of policy, or since the burn-in where it never changed.

        Empty while there is no such period.
        """
        with self._lock:
            return self.measures()

    def views_of(self, entry: int) -> tuple[Responder, list[tuple[float, Facing]]]:
        """How members of a population entry decide, and what those without a record face next under this policy.

        It is one thing, faced with the chance 1, or what they face without a signal and with one, and the chances of
        that. What they believe is the mean over them.
        """
        with self._lock:
            faced = [self._faced(group) for group in self.engine.groups]
            return Responder(self.engine.groups[entry].entry, self._as_trained(faced)), faced[entry]

    def _as_trained(self, faced: Sequence[Sequence[tuple[float, Facing]]]) -> Policy:
        """The policy with the weights of the period that groups so face."""
        engine = self.engine
        if engine.loaded is None or engine.loaded.aims is None:
            return engine.as_trained
        size = self.experiment.actors
        meetings = [
            (often * group.members / size, group.entry, facing)
            for group, each in zip(engine.groups, faced, strict=True)
            for often, facing in each
        ]
        training = aimed(engine.loaded.aims, engine.policy, meetings, 1)
        return engine.policy.model_copy(update={"training": training})

    def _faced(self, group: Group) -> list[tuple[float, Facing]]:
        """What members of a group without a record face next, and how often."""
        engine = self.engine
        at = replace(engine.last, record=engine.record, period=engine.period)
        announced = engine.policy.detection_probability(at)
        if engine.accidents is not None:
            announced = engine.accidents.flagged(announced)
        # Some beliefs are moved in place as they are asked for.
        held_now = None if group.belief_state is None else group.belief_state.copy()
        believed = group.believed(announced.violating, engine.history, held_now)
        clean = np.ones((1, group.members), dtype=bool)
        if engine.record is not None and (found := engine.record[:, group.columns] == 0).any():
            clean = found

        def mean(chances: Number) -> Column:
            return np.atleast_2d(np.broadcast_to(chances, clean.shape)[clean].mean())

        perceived = mean(believed)
        looked = mean(columns_of(arrayed(engine.policy.monitoring.chances(at).violating), group.columns))
        false = mean(columns_of(arrayed(announced.complying), group.columns))
        # One that does not trust what is announced takes its own chance for that of every record.
        held = [
            engine.policy.detection_probability(replace(at, record=np.full((1, 1), float(record))))
            if group.entry.belief.trusts
            else Chances(perceived, false)
            for record in range(engine.policy.records)
        ]
        if engine.policy.forewarns:
            look = engine.policy.monitoring.chances(at).violating
            notices = engine.policy.notices(mean(columns_of(arrayed(look), group.columns)))
            faced = forewarned.facings(engine.policy, notices, group.entry)
            often = [float(np.ravel(notice.chance)[0]) for notice in notices]
            return list(zip(often, faced, strict=True))
        options = [
            mean(columns_of(arrayed(engine.policy.flagging(at, option.act)), group.columns))
            if group.entry.belief.reads_announced
            else perceived
            for option in group.entry.options
        ]
        seen = None if engine.neighbours is None else mean(engine.neighbours.violating[:, group.columns])
        facing = Facing(
            perceived=perceived,
            false_detection=false,
            chances=held,
            options=options,
            flagged=[options for _ in held],
            neighbours=seen,
            looked=looked,
            rewards=[] if engine.rewards is None else self._rewards(group, at, options or [perceived], mean),
        )
        return [(1.0, facing)]

    def _rewards(
        self, group: Group, at: State, perceived: Sequence[Column], mean: Callable[[Number], Column]
    ) -> list[Column]:
        """What members of a group expect outcomes to pay for each act beyond complying."""
        return [mean(each) for each in present(self.engine.rewards).of_group(group, at, perceived)]

    def _options_taken(self) -> Indices:
        found: Indices = np.full(self.experiment.actors, -1)
        if not self.options:
            return found
        entries = [group.entry for group in self.engine.groups]
        place = np.full(sum(len(entry.acts) for entry in entries), -1)
        for option, each in enumerate(counted(entries)):
            place[[*each.acts]] = option  # done in silence, or reported
        choice, first = present(self.engine.choice)[0].astype(np.int64), 0
        for group in self.engine.groups:
            own = choice[group.columns]
            found[group.columns] = np.where(own > 0, place[first + own - 1], -1)
            first += len(group.entry.acts)
        return found if self.engine.played is None else np.where(self.engine.played[0], found, -1)

    def _looked_at(self) -> Indices:
        violated, inspected, sanctioned = (
            mask[0] for mask in (self.engine.violating, self.engine.inspected, self.engine.sanctioned)
        )
        guilty = np.where(sanctioned, Status.CAUGHT, np.where(inspected, Status.MISSED, Status.VIOLATED))
        innocent = np.where(sanctioned, Status.WRONGED, np.where(inspected, Status.INSPECTED, Status.COMPLIED))
        found = np.where(violated, guilty, innocent)
        played = self.engine.played
        return found if played is None else np.where(played[0], found, Status.SUSPENDED)
