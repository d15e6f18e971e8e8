"""Learning from everyone's violations, over a window of periods."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Column, Floats, Number, Values
from oversight.quantities import NonNegative, Positive, PositiveCount, quantity


class PooledWindow(Belief):
    """(prior_caught + caught) / (prior_violations + violations) over the last `window` periods, shared by all.

    Bekar, Carlaw and Eaton, A Dynamic Theory of Deterrence and Compliance (2022).
    """

    reads_announced: ClassVar[bool] = False

    kind: Literal["pooled_window"] = "pooled_window"
    window: Annotated[PositiveCount, Field(le=10_000)] = quantity("Window", "Periods that are remembered.", "periods")
    prior_caught: NonNegative = quantity("Prior caught", "Pseudo-count of caught violations.", "violations")
    prior_violations: Positive = quantity("Prior violations", "Pseudo-count of all violations.", "violations")

    @model_validator(mode="after")
    def _is_a_share(self) -> PooledWindow:
        if self.prior_caught > self.prior_violations:
            raise ValueError(
                f"prior_caught ({self.prior_caught:g}) exceeds prior_violations ({self.prior_violations:g})"
            )
        return self

    @property
    def remembers(self) -> int:
        return self.window

    def limit(self, delivered: Column) -> Number:
        return delivered

    def pooled(self, caught: Column, violations: Column) -> Column:
        some = np.where(violations > 0, violations, 1)
        return np.where(violations > 0, caught / some, self.prior_caught / self.prior_violations)

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Floats:
        return (self.prior_caught + history.caught) / (self.prior_violations + history.violations)
