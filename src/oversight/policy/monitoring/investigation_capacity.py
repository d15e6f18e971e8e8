"""Violations are seen; the capacity to investigate them is limited."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Flags, Floats, Number, count, present
from oversight.policy.acts import Act, Deeds, severities
from oversight.policy.chances import Chances, State
from oversight.policy.detector import Detector
from oversight.policy.monitoring.monitoring import Monitoring
from oversight.quantities import Money, NonNegative, quantity


def investigated(investigators: Number, violations: Number) -> Number:
    """Probability min(1, investigators / violations); at zero violations its limit (0 without investigators)."""
    seen = violations > 0
    # Rather than the smaller of 1 and the ratio, which a few violations may drive beyond any number.
    some = np.minimum(investigators, violations) / np.where(seen, violations, 1.0)
    return np.where(investigators > 0, np.where(seen, some, 1.0), 0.0)


class Investigations(Monitoring):
    """Violations are cases, whoever sees them; those that witnesses report take the investigators first."""

    @abstractmethod
    def capacity(self, last: State) -> Number:
        """Cases that can be investigated in the period after the one that had `last`, (runs, 1)."""

    def with_reports(self, inspection: Number, reported: Number) -> Number:
        return inspection

    def follows_up(
        self, inspected: Flags, shown: Flags, reported: Flags, state: State, last: State, draw: Floats
    ) -> Flags:
        first, capacity = count(reported), self.capacity(last)
        left = investigated(np.maximum(capacity - first, 0.0), state.violations - first)
        return shown & (draw < np.where(reported, investigated(capacity, first), left))


class InvestigationCapacity(Investigations):
    """Each violation is investigated independently with probability min(1, investigators / violations).

    Detection falls as violations spread: the source of tipping points (Bekar, Carlaw and Eaton 2022). With `triage`
    what the most severe cases leave of the capacity goes to those next in severity, and so on.
    """

    meaning: ClassVar[str] = "Violations are seen, but only so many can be investigated in a period."
    reads: ClassVar[frozenset[str]] = frozenset({"violations"})
    continuous: ClassVar[bool] = True

    kind: Literal["investigation_capacity"] = "investigation_capacity"
    investigators: NonNegative = quantity(
        "Investigators", "Violations that can be investigated in a period.", "cases per period"
    )
    cost_per_investigator: Money = quantity(
        "Cost per investigator", "Spent in every period, used or not.", "money per period", default=0.0
    )
    triage: Literal["none", "severity"] = quantity(
        "Triage", "`severity` takes the most severe cases first; with `none` all cases are alike.", default="none"
    )

    @property
    def by_severity(self) -> bool:
        return self.triage == "severity"

    def counterpart(self, rate: Column) -> Chances:
        return Chances(rate, np.zeros((1, 1)))

    def chances(self, state: State) -> Chances:
        return Chances(investigated(self.investigators, state.violations), np.zeros((1, 1)))

    def chances_of(self, state: State, act: Act) -> Chances:
        if not self.by_severity or state.acts is None:
            return self.chances(state)
        left: Number = self.investigators
        for severity in severities(state.acts.acts):
            if severity > act.severity:
                left = np.maximum(left - state.acts.of_severity(severity), 0.0)
        return Chances(investigated(left, state.acts.of_severity(act.severity)), np.zeros((1, 1)))

    def counterpart_of(self, rate: Column, act: Act, acts: Sequence[Act]) -> Chances:
        """With triage the rate says how far down the classes the capacity reaches: those above a share of them."""
        if not self.by_severity:
            return self.counterpart(rate)
        classes = severities(acts)
        return Chances(np.clip(rate * len(classes) - classes.index(act.severity), 0.0, 1.0), np.zeros((1, 1)))

    def excess(self, state: State, detector: Detector) -> Column:
        if not self.by_severity or state.acts is None:
            return super().excess(state, detector)
        classes = severities(state.acts.acts)
        reached = np.zeros((1, 1))
        for severity in classes:
            reached = reached + self.chances_of(state, Act(severity=severity)).violating
        return reached / len(classes) - present(state.rate)

    def inspects(
        self, violating: Flags, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        return violating & (draw < investigated(self.investigators, state.violations))

    def examines(
        self, deeds: Deeds, active: Flags | None, state: State, last: State, draw: Floats, rounding: Column
    ) -> Flags:
        if not self.by_severity or state.acts is None:
            return self.inspects(deeds.shown, active, state, last, draw, rounding)
        return deeds.shown & (draw < deeds.lay([self.chances_of(state, act).violating for act in deeds.acts]))

    def capacity(self, last: State) -> Number:
        return self.investigators

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        return self.cost_per_investigator * self.investigators

    def expected_cost(self, state: State) -> Number:
        return self.cost_per_investigator * self.investigators
