"""The monitoring seam: who is inspected."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, FlagVector, Floats, Number, Vector, present
from oversight.policy.acts import Act, Deeds
from oversight.policy.chances import Chances, State
from oversight.policy.detector import Detector
from oversight.policy.signal import Signal
from oversight.quantities import Money, Section, declared, quantity

if TYPE_CHECKING:
    from oversight.policy.monitoring.overseer import Overseer


class Monitoring(Section):
    """Who is inspected, with what probability, and what that costs.

    A kind writes `chances`, and `inspects` where inspections are not independent of one another. Theory covers a kind
    that says what its chances depend on, in `reads`; the certificate works them out where the population really is.
    """

    draws: ClassVar[Literal["uniform", "normal"]] = "uniform"
    """The noise that `inspects` is given for every actor in every period."""
    rounding: ClassVar[bool] = False
    """Whether `inspects` needs one more uniform draw a run and period, for capacities with a fraction."""
    reads: ClassVar[frozenset[str]] = frozenset({"violations", "active", "record", "period"})
    """Which parts of a `State` the chances depend on. A kind that does not say is taken to read them all."""
    continuous: ClassVar[bool] = False
    """Whether the chances move continuously with the violations."""

    signal: Signal | None = quantity(
        "Signal", "What actors notice of inspections before they act; absent: nothing.", default=None
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **given: Any) -> None:
        super().__pydantic_init_subclass__(**given)
        declared(cls, "reads", Monitoring.reads)

    @property
    def reads_record(self) -> bool:
        """Whether an actor's own record matters."""
        return "record" in self.reads

    @property
    def responsive(self) -> bool:
        """Whether inspections depend on what the population does, other than through an actor's own record."""
        return bool(self.reads & {"violations", "active"})

    @property
    def records(self) -> int:
        """How many records tell actors apart: from `records - 1` on, one more changes nothing.

        Theory covers a kind that reads records only if it says so.
        """
        return 1

    @property
    def overseer(self) -> Overseer | None:
        """Who answers to what the population does because it pays; None of a rule that is committed to."""
        return None

    # The chances

    @abstractmethod
    def chances(self, state: State) -> Chances:
        """Probability of inspection at `state`, the period's own count of violations included.

        At zero violations it is the limit from above.
        """

    def delivers(self, state: State, last: State) -> Chances:
        """The chances of inspection in a period that comes to `state`, after one that had `last`."""
        return self.chances(state)

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        """Booleans (runs, members): who is inspected, given this period's `state` and the `last` one.

        `active` is None when nobody is suspended. Suspended actors may come out true: the model masks them. The default
        inspects each actor independently, at the chances that the rule `delivers`.
        """
        chance = self.delivers(state, last)
        same = chance.violating is chance.complying
        return draw < (chance.violating if same else np.where(violating, chance.violating, chance.complying))

    # What witnesses report

    def with_reports(self, inspection: Number, reported: Number) -> Number:
        """The chance of inspecting a violation that witnesses report with this probability, otherwise `inspection`."""
        return 1 - (1 - reported) * (1 - inspection)

    def follows_up(
        self, inspected: Flags, shown: Flags, reported: Flags, state: State, last: State, draw: Floats
    ) -> Flags:
        """Who is inspected where witnesses report some of the violations that are `shown`, beside those `inspected`."""
        return inspected | reported

    # Where there is more than one thing to do

    def chances_of(self, state: State, act: Act) -> Chances:
        """Chances of inspection of an `act` at `state`, where it shows for what it is and where it does not.

        The default takes what shows for a violation and what does not for compliance.
        """
        return self.chances(state)

    def delivers_to(self, state: State, last: State, act: Act) -> Chances:
        """`chances_of` an act in a period that comes to `state`, after one that had `last`."""
        own = type(self).delivers is not Monitoring.delivers
        return self.delivers(state, last) if own else self.chances_of(state, act)

    def examines(
        self, deeds: Deeds, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        """`inspects` where actors have options: who is inspected, given what they do."""
        return self.inspects(deeds.shown, active, state, last, draw, rounding)

    def counterpart_of(self, rate: Column, act: Act, acts: Sequence[Act]) -> Chances | None:
        """`counterpart` for an act among `acts`: its `chances_of` inspection where open violations have this `rate`."""
        return self.counterpart(rate)

    @property
    def by_severity(self) -> bool:
        """Whether it prefers some severity classes to others."""
        return False

    # Equilibrium

    def counterpart(self, rate: Column) -> Chances | None:
        """The chances of inspection in a state in which violators are inspected at `rate`, of a responsive kind.

        None of one that does not say: theory does not cover it.
        """
        return None

    def excess(self, state: State, detector: Detector) -> Column:
        """How far the chance of inspecting a violator exceeds `state.rate`, which `state` is the response to.

        Zero at an equilibrium. A strategic overseer that maximises gives the net benefit of an inspection instead.
        """
        return self.chances(state).violating - present(state.rate)

    def holds_at(self, rate: float, excess: Vector) -> FlagVector:
        """Whether the extreme rates 0 or 1 are an equilibrium, given the `excess` there."""
        return np.abs(excess) < 1e-12

    def slack(self, state: State, detector: Detector) -> Column:
        """How much of the `excess` the rounding of `state` may account for, (rows, 1).

        What responds so sharply that neighbouring numbers of violations are answered differently is at rest between.
        """
        return np.zeros((1, 1))

    @property
    def scale(self) -> Number:
        """The size that `excess` is measured by."""
        return 1.0

    # Costs

    @property
    def marginal_cost(self) -> float | None:
        """What one inspection more costs, in money; None where spending does not follow inspections."""
        return None

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        """Cost of a period, in money, shape (runs, 1), given the number of inspections made, its state and the last."""
        return np.zeros((1, 1))

    def expected_cost(self, state: State) -> Number:
        """`cost` expected at a standing `state`, in money a period, shape (runs, 1)."""
        chance = self.chances(state)
        innocent = state.active - state.violations
        return self.cost(chance.violating * state.violations + chance.complying * innocent, state, state)


class PaidByInspection(Monitoring):
    """Monitoring that costs a fixed sum for each inspection made."""

    cost_per_inspection: Money = quantity(
        "Cost per inspection", "What society spends on one inspection.", "money per inspection", default=0.0
    )

    @property
    def marginal_cost(self) -> float:
        return self.cost_per_inspection

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        return self.cost_per_inspection * inspections
