"""Becker's offender with a future."""

from __future__ import annotations

from typing import Any, ClassVar

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Floats
from oversight.quantities import PositiveCount, Probability, quantity


class ForwardLooking(Actor):
    """Maximises the discounted stream of gains less sanctions: violates iff g - p s > (p - q) L + M.

    L is what a sanction costs beyond what is taken: the periods of a suspension, in which nothing is earned, and
    all that a longer record brings (`oversight.foresight.prospects`). The chances announced now are taken as lasting
    for ever; under another belief than `announced`, the perceived chance of being caught at every record. With
    `horizon`, life ends after that many periods of the run; where a model is played on, each further one is lived as
    the last. Polinsky and Rubinfeld, Journal of Public Economics 46 (1991) 291, for records; the discount 0 is Becker,
    Journal of Political Economy 76 (1968) 169. Of several options it takes the one with the highest
    g_j - p_j s_j - (p_j - q) L, and L is that of an actor who goes on so. M is what a violation costs later on where
    customers leave who notice it.
    """

    meaning: ClassVar[str] = "Counts what a sanction costs in later periods too."
    uses: ClassVar[frozenset[str]] = frozenset({"prospects"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True

    discount: Probability = quantity(
        "Discount factor", "Weight of the next period against this one; 1 only with a horizon.", "weight per period"
    )
    horizon: PositiveCount | None = quantity(
        "Horizon", "Periods that the actor lives, from the first of the run; absent: for ever.", "periods", default=None
    )

    @classmethod
    def refuses(cls, parameters: dict[str, Any], periods: int) -> tuple[str, str] | None:
        horizon = parameters["horizon"]
        if horizon is None and parameters["discount"] >= 1:
            return "discount", "a life without end needs a discount below 1: set it below, or give a `horizon`"
        if horizon is not None and horizon < periods:
            return "horizon", f"is {horizon}, and the run lasts for {periods} periods"
        return None

    @classmethod
    def unsettled(cls, parameters: dict[str, Any]) -> str:
        finite = parameters["horizon"] is not None
        return "have a finite horizon, which no state is stationary in: simulate it" if finite else ""

    def advantage(self, now: Situation) -> Floats:
        assert now.prospects is not None
        left = None if self.horizon is None else max(1, self.horizon - now.prospects.period)
        loss = now.prospects.loss(self.discount, left)
        leaving = now.prospects.leaving(self.discount, left) * now.violation
        return now.gain - now.expected_sanction - (now.detection - now.false_detection) * loss - leaving
