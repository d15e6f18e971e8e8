"""Believing what the policy delivers."""

from __future__ import annotations

from typing import Literal

import numpy as np

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Column, Floats, Number, Values, present
from oversight.quantities import PositiveShare, quantity


class Announced(Belief):
    """The probability that the policy delivers at last period's state, computed and never the realised frequency.

    With `adjustment` below 1 the belief moves only that share of the way in a period.
    """

    kind: Literal["announced"] = "announced"
    adjustment: PositiveShare | None = quantity(
        "Adjustment",
        "Share of the way to the announced probability that a belief moves in a period.",
        "share",
        default=None,
    )

    def begin(self, shape: tuple[int, int]) -> Values | None:
        return None if self.adjustment is None else np.full(shape, np.nan)

    @property
    def trusts(self) -> bool:
        return self.adjustment is None

    @property
    def adjusts(self) -> bool:
        return self.adjustment is not None

    def limit(self, delivered: Column) -> Number:
        return delivered

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Floats:
        if state is None:
            return announced
        moved = state + present(self.adjustment) * (announced - state)
        state[...] = np.where(np.isnan(state), announced, moved)  # the first belief is the announced one
        return state
