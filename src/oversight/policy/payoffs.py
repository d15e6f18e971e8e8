"""Payoffs over joint outcomes: what an actor and its overseer get for what was done, and for how it was looked at."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oversight.arrays import Column, Number
from oversight.policy.chances import State
from oversight.policy.detector import Detector
from oversight.quantities import Real, Section, quantity


class Looks(Section):
    """A payoff for each way in which one outcome may be looked at."""

    unseen: Real = quantity("Payoff if not inspected", "What it is worth if nobody looks.", "money", default=0.0)
    passed: Real = quantity(
        "Payoff if inspected and passed", "What it is worth if it is let pass.", "money", default=0.0
    )
    flagged: Real = quantity("Payoff if flagged", "What it is worth then, beside any sanction.", "money", default=0.0)

    def expected(self, looked: Number, flagged: Number) -> Number:
        """The mean at the chances that it is looked at, and that it is flagged."""
        return self.unseen * (1 - looked) + self.passed * (looked - flagged) + self.flagged * flagged

    def of_looking(self, flags: Number) -> Number:
        """What a look changes of it on average, that flags it with this chance."""
        return self.expected(1.0, flags) - self.unseen


class Outcomes(Section):
    """What one player gets, by what came of an opportunity."""

    right: Looks = quantity("Right", "It complied, and made no error.", default=Looks())
    error: Looks = quantity("Error", "It complied, and went wrong by accident.", default=Looks())
    violation: Looks = quantity("Violation", "It violated.", default=Looks())
    abstention: Looks = quantity("Abstention", "It took an option that `abstains`.", default=Looks())


class Payoffs(Section):
    """Transfers to actors and to overseers for every joint outcome, in any sign, on top of sanctions and rewards.

    The general inspection game (`oversight.games.InspectionGame`), with accidents and abstention.
    """

    meaning: ClassVar[str] = "What actors and overseers get for what was done, and for how it was looked at."

    actor: Outcomes = quantity("Of the actor", "Beside its gain and what a sanction takes.", default=Outcomes())
    overseer: Outcomes = quantity(
        "Of the overseer", "For each actor, beside its rewards and what an inspection costs it.", default=Outcomes()
    )

    def of_one_look(self, detector: Detector) -> list[tuple[float, Number]]:
        """By what a look may meet, an act that is right, an error, a violation or an abstention, two numbers.

        Whether it looks like a violation, 0 or 1, and what the look is worth to an overseer beside its own rewards.
        """
        caught, innocent, own = detector.sensitivity, detector.false_positive_rate, self.overseer
        looks = [(1.0, own.violation), (1.0, own.error), (0.0, own.right), (0.0, own.abstention)]
        return [(share, each.of_looking(caught if share else innocent)) for share, each in looks]

    def of_looking(self, state: State, detector: Detector) -> Column:
        """What one more look is worth to an overseer beside its own rewards, in money, at a `state`: (runs, 1).

        The mean over actors of A[done, looked] - A[done, unseen], A being its payoffs.
        """
        everyone = np.where(state.active > 0, state.active, 1.0)
        errors = (0.0 if state.errors is None else state.errors) / everyone
        abstaining = (0.0 if state.acts is None else state.acts.abstaining) / everyone
        violations = state.violations / everyone - errors
        caught, innocent, own = detector.sensitivity, detector.false_positive_rate, self.overseer
        worth: Column = (
            violations * own.violation.of_looking(caught)
            + errors * own.error.of_looking(caught)
            + abstaining * own.abstention.of_looking(innocent)
            + (1 - violations - errors - abstaining) * own.right.of_looking(innocent)
        )
        return worth
