"""What built-in measures are made from: running sums over periods."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oversight.arrays import Array


@dataclass(slots=True)
class Totals:
    """Totals of one period, or of several, each of shape (runs, 1)."""

    active: Array
    violations: Array
    caught: Array
    false_sanctions: Array
    inspections: Array
    perceived: Array
    """Sum of the perceived detection probabilities of active actors."""
    harm: Array
    """Done by violations, net of what was averted."""
    gain: Array
    """Of violations."""
    sanctions_paid: Array
    oversight_cost: Array
    value_lost: Array

    @property
    def compliant(self) -> Array:
        """Opportunities that were not taken."""
        return self.active - self.violations

    @property
    def sanctions(self) -> Array:
        """Sanctions, those of innocents included."""
        return self.caught + self.false_sanctions


def nothing(runs: int) -> Totals:
    """All totals zero."""
    return Totals(*(np.zeros((runs, 1)) for _ in fields(Totals)))


def add(sums: Totals, period: Totals) -> None:
    """Add a period's totals to running sums, in place."""
    for item in fields(Totals):
        into = getattr(sums, item.name)
        into += getattr(period, item.name)


def ratio(numerator: Array, denominator: Array) -> Array:
    """Numerator / denominator, NaN where the denominator is zero."""
    empty = denominator == 0
    return np.where(empty, np.nan, numerator / np.where(empty, 1.0, denominator))
