"""Learning by multiplicative weights."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from oversight.actors.actor import Actor
from oversight.actors.situation import Experience, Situation
from oversight.arrays import Column, Flags, Floats, logistic
from oversight.quantities import Positive, Real, quantity


class Hedge(Actor):
    """Hedge: each period the log-odds of violating move by rate (g - p s), what violating is worth beyond complying.

    It decides on log-odds that have moved already, so that its first choice is off `start` by one step. It learns from
    what either choice would have earned. Freund and Schapire, Journal of Computer and System Sciences 55 (1997) 119;
    Littlestone and Warmuth, Information and Computation 108 (1994) 212.
    """

    meaning: ClassVar[str] = "Learns from what each choice would have earned."
    uses: ClassVar[frozenset[str]] = frozenset({"draw"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True
    drifts: ClassVar[bool] = True

    rate: Positive = quantity("Learning rate", "Step of the log-odds.", "per unit of money", default=0.1)
    start: Annotated[Real, Field(gt=0, lt=1)] = quantity(
        "Initial violation rate", "Probability of violating before any experience.", "probability", default=0.5
    )

    def begin(self) -> None:
        self.log_odds = np.zeros(self.shape) + np.log(self.start) - np.log1p(-self.start)

    def advantage(self, now: Situation) -> Floats:
        return now.gain - now.expected_sanction

    def violates(self, now: Situation) -> Flags:
        return now.draw < logistic(self.log_odds + self.rate * self.advantage(now))

    def drift(self, share: Column, advantage: Column) -> Column:
        with np.errstate(over="ignore"):  # exp(inf) gives the right limits
            odds_against = np.exp(-self.rate * advantage)
        return share / (share + (1.0 - share) * odds_against)

    def learn(self, seen: Experience) -> None:
        self.log_odds = self.log_odds + self.rate * seen.advantage * seen.active
