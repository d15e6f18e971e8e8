"""The monitoring seam: who is inspected."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Array
from oversight.policy.chances import Chances, Stance, State
from oversight.policy.detector import Detector
from oversight.quantities import Money, Section, quantity


class Monitoring(Section):
    """Who is inspected, with what probability, and what that costs.

    `draws` names the noise that `inspects` consumes for every actor in every period: `uniform` or
    `normal`. `rounding` asks for one more uniform draw a run and period, for capacities with a fraction.
    """

    draws: ClassVar[Literal["uniform", "normal"]] = "uniform"
    rounding: ClassVar[bool] = False
    reads_record: ClassVar[bool] = False
    responsive: ClassVar[bool] = False
    """Whether inspections depend on what the population does, other than through an actor's own record."""

    @property
    def records(self) -> int:
        """How many records tell actors apart: from `records - 1` on, one more changes nothing."""
        return 1

    @abstractmethod
    def chances(self, state: State) -> Chances:
        """Probability of inspection at `state`, the period's own count of violations included.

        At zero violations it is the limit from above.
        """

    def delivers(self, state: State, last: State) -> Chances:
        """The chances of inspection in a period that comes to `state`, after one that had `last`."""
        return self.chances(state)

    def counterpart(self, rate: Array) -> Chances:
        """The chances of inspection in a state in which violators are inspected at `rate`, of a responsive kind."""
        return Chances(rate, rate)

    def excess(self, state: State, detector: Detector) -> Array:
        """How far the chance of inspecting a violator exceeds `state.rate`, which `state` is the response to.

        Zero at an equilibrium. A strategic overseer that maximises gives the net benefit of an inspection instead.
        """
        return self.chances(state).violating - state.rate

    def holds_at(self, rate: float, excess: Array) -> Array:
        """Whether the extreme rates 0 or 1 are an equilibrium, given the `excess` there."""
        return np.abs(excess) < 1e-12

    @property
    def jumps(self) -> bool:
        """Whether the next rate jumps where a strategic overseer is indifferent."""
        return False

    @property
    def scale(self) -> Array:
        """The size that `excess` is measured by."""
        return 1.0

    @abstractmethod
    def inspects(
        self, violating: Array, active: Array | None, state: State, last: State, draw: Array, rounding: Array
    ) -> Array:
        """Booleans (runs, members): who is inspected, given this period's `state` and the `last` one.

        `active` is None when nobody is suspended. Suspended actors may come out true: the model masks them.
        """

    def begins(self, state: State, detector: Detector) -> Stance:
        """What a strategic overseer does in the period before the first, at the `state` of that period."""
        return Stance()

    def follows(self, state: State, detector: Detector, draw: Array = None, largest: Array = None) -> Stance:
        """What a strategic overseer does in the period after the one that had `state`.

        `draw` are `overseer_draws` uniform draws; where that is not 0, `largest` is `Situation.largest`.
        """
        return Stance()

    def resumes(self, state: State, detector: Detector) -> Stance:
        """The stance that a strategic overseer goes on from if this becomes the policy after a period with `state`."""
        return Stance(state.rate, state.log_odds)

    @property
    def overseer_draws(self) -> int:
        """Uniform draws that `follows` consumes in a period."""
        return 0

    def largest_difference(self, detector: Detector) -> Array:
        """The most that a strategic overseer can gain or lose by one inspection, in money; 0 under a committed one."""
        return 0.0

    @abstractmethod
    def cost(self, inspections: Array, state: State, last: State) -> Array:
        """Cost of a period, in money, shape (runs, 1), given the number of inspections made, its state and the last."""

    @abstractmethod
    def expected_cost(self, state: State) -> Array:
        """`cost` expected at a standing `state`, in money a period, shape (runs, 1)."""


class PaidByInspection(Monitoring):
    """Monitoring that costs a fixed sum for each inspection made."""

    cost_per_inspection: Money = quantity(
        "Cost per inspection", "What society spends on one inspection.", "money per inspection", default=0.0
    )

    def cost(self, inspections: Array, state: State, last: State) -> Array:
        return self.cost_per_inspection * inspections

    def expected_cost(self, state: State) -> Array:
        chance = self.chances(state)
        innocent = state.active - state.violations
        inspected = chance.violating * state.violations + chance.complying * innocent
        return self.cost_per_inspection * inspected
