"""Learning by multiplicative weights."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Column, Number, logistic
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses.response import Response
from oversight.quantities import Positive, Real, quantity


class HedgeResponse(Response):
    """Hedge: the log-odds of inspecting move by `rate` times the net benefit of an inspection.

    Freund and Schapire, Journal of Computer and System Sciences 55 (1997) 119.
    """

    maximises: ClassVar[bool] = True
    keeps: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["hedge"] = "hedge"
    rate: Positive = quantity("Learning rate of the overseer", "Step of the log-odds.", "per unit of money")
    start: Annotated[Real, Field(gt=0, lt=1)] = quantity(
        "Initial inspection rate",
        "Probability that an overseer looks in the period before the first.",
        "probability",
        default=0.5,
    )

    def begins(self, benefit: Column) -> Stance:
        log_odds = np.log(self.start) - np.log1p(-np.asarray(self.start)) + np.zeros_like(benefit)
        return Stance(logistic(log_odds), log_odds)

    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        log_odds = stance.private + self.rate * benefit
        return Stance(logistic(log_odds), log_odds)

    def kept(self, rate: Column) -> Column:
        with np.errstate(divide="ignore"):  # log 0 = -inf is the right limit at rates 0 and 1
            return np.log(rate) - np.log1p(-rate)
