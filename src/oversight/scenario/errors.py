"""Actors who mean well, and go wrong by accident."""

from __future__ import annotations

from dataclasses import replace

from oversight.arrays import Number
from oversight.policy import Chances, State
from oversight.quantities import NonNegative, Probability, Section, quantity


class Errors(Section):
    """An act that complies goes wrong now and then: it does harm, and an inspection cannot tell it from a violation.

    Whoever errs is flagged, and sanctioned, as often as a violator is, and pays what an innocent does; `policy.payoffs`
    say what else comes of it.
    """

    rate: Probability = quantity("Error rate", "Chance that an act that complies goes wrong.", "probability")
    harm: NonNegative = quantity(
        "Harm of an error", "What it costs others.", "multiple of the entry's harm", default=1.0
    )

    def flagged(self, chances: Chances) -> Chances:
        """`with_errors` at the entry's rate."""
        return with_errors(chances, self.rate)

    def told(self, state: State) -> State:
        """The state of a large population that comes to this one without them."""
        erred = self.rate * (state.active - state.violations)
        return replace(state, violations=state.violations + erred, errors=erred)


def with_errors(chances: Chances, rate: Number) -> Chances:
    """Chances of a sanction for who violates, and for who complies and goes wrong at a `rate`, given those without."""
    return Chances(chances.violating, (1 - rate) * chances.complying + rate * chances.violating)
