"""What built-in measures are made from: running sums over periods."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from oversight.arrays import Column, Values, read_only


@dataclass(slots=True)
class Totals:
    """Totals of one period, or of several, each of shape (runs, 1)."""

    active: Column
    violations: Column
    caught: Column
    false_sanctions: Column
    inspections: Column
    perceived: Column
    """Sum of the perceived detection probabilities of active actors."""
    harm: Column
    """Done by violations, net of what was averted."""
    gain: Column
    """Of violations."""
    sanctions_paid: Column
    oversight_cost: Column
    value_lost: Column
    planted: Column
    """Opportunities that are honeypots; all that comes before counts these too, and so do their violations."""
    planted_violations: Column
    planted_caught: Column
    watched_violations: Column
    """Violations of real opportunities that were inspected."""
    reported: Column
    """Violations that were reported by those who committed them; neither caught nor false sanctions."""
    bribed: Column
    """Violations whose finder was bribed; not caught."""
    bribes_paid: Column
    """By innocents too."""
    witnessed: Column
    """Violations that were reported by witnesses."""
    nats: Column
    """By which trained values move the choices of active actors; NaN where some do not decide by chance."""
    training_cost: Column
    redrawn: Column
    """Answers drawn beyond the first."""
    withheld: Column
    """Opportunities at which the last answer was withheld: those of active actors, neither violations nor sanctions."""
    noticed: Column
    """Violations that users noticed."""
    income_lost: Column
    """What customers who left took elsewhere, in money."""
    honest: Column
    """Acts that complied, those that went wrong by accident among them, where some may."""
    errors: Column
    """Those that did; no violations, and their sanctions count among the false ones."""
    errors_found: Column
    """Those that were sanctioned."""
    paid_to_actors: Column
    """By payoffs of the policy, in money."""
    paid_to_overseers: Column

    @property
    def opportunities(self) -> Column:
        """Real opportunities: those of active actors that are no honeypots."""
        return self.active - self.planted

    @property
    def misconduct(self) -> Column:
        """Violations of real opportunities."""
        return self.violations - self.planted_violations

    @property
    def compliant(self) -> Column:
        """Opportunities that were not taken."""
        return self.active - self.violations

    @property
    def sanctions(self) -> Column:
        """Sanctions, those of innocents included."""
        return self.deserved + self.false_sanctions

    @property
    def deserved(self) -> Column:
        """Sanctions of violators, caught or reported by themselves."""
        return self.caught + self.reported


NONE = read_only(np.zeros((1, 1)))
"""A total of nothing in any run, which need not be added."""


def nothing(runs: int) -> Totals:
    """All totals zero."""
    return Totals(*(np.zeros((runs, 1)) for _ in fields(Totals)))


def add(sums: Totals, period: Totals) -> None:
    """Add a period's totals to running sums, in place."""
    for name in Totals.__slots__:
        more = getattr(period, name)
        if more is not NONE:
            into = getattr(sums, name)
            into += more


def ratio(numerator: Values, denominator: Values) -> Values:
    """Numerator / denominator, NaN where the denominator is zero."""
    empty = denominator == 0
    return np.where(empty, np.nan, numerator / np.where(empty, 1.0, denominator))
