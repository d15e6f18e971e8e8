"""Actors whose gains drift while a run goes on, and what that does not go with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oversight.policy import Policy
from oversight.quantities import LocatedError, Real, Section, quantity

if TYPE_CHECKING:
    from oversight.scenario.entry import Entry


class GainDrift(Section):
    """In period t, from 0, an opportunity earns g + t x `per_period`, with g drawn from `gain`.

    The first period is as `gain` says. Actors weigh what they would gain now; what is in proportion to it moves along.
    """

    per_period: Real = quantity("Per period", "What a gain moves by from one period to the next.", "money per period")


class Drift(Section):
    """What of an entry moves by itself from period to period."""

    gain: GainDrift = quantity("Gain", "How gains move.")


def check_drift(policy: Policy, population: Sequence[Entry]) -> None:
    """Refuse gains that drift where somebody reckons with gains as the file says them.

    Raises:
        LocatedError: at the drift of the entry.
    """
    overseer, training = policy.monitoring.overseer, policy.training
    for index, entry in enumerate(population):
        if entry.drift is None:
            continue
        where = ("population", index, "drift")
        if "prospects" in entry.rule.uses:
            message = f"kind {entry.kind} looks ahead over opportunities whose gains stay as they are"
            raise LocatedError(where, message, remedy="Use another kind of actor, or leave it out.")
        if overseer is not None and overseer.leads:
            message = "the response `leadership` commits to a rate by theory, in which no gains drift"
            raise LocatedError(where, message, remedy="Choose another response, or leave it out.")
        if training is not None and training.aims:
            message = "training finds the weights that reach its levels at gains that stay as they are"
            raise LocatedError(where, message, remedy="Say `policy.training.weights`, or leave it out.")
