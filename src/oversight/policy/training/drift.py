"""Weights that do not stay as they were trained, and what restores them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oversight.arrays import Number, arrayed
from oversight.quantities import Money, NonNegative, PositiveCount, Probability, Section, quantity


class Drift(Section):
    """From period to period each weight loses a share of itself and takes a normal step: w' = (1 - d) w + s e."""

    meaning: ClassVar[str] = "The weights drift from one period to the next."

    decay: Probability = quantity(
        "Decay", "Share of a weight that is lost from one period to the next.", "share per period", default=0.0
    )
    walk: NonNegative | None = quantity(
        "Step",
        "Standard deviation of what is added to a weight from one period to the next.",
        "money per unit of value and square root of a period",
        default=None,
    )
    shared: bool = quantity(
        "Shared", "Whether all actors take the same steps, as copies of one model do.", default=False
    )

    def spread(self, periods: float) -> Number | None:
        """Standard deviation of a weight so many periods after it was set; None where there are no steps.

        Its variance is s^2 (1 - (1 - d)^2t) / (1 - (1 - d)^2), or s^2 t without decay.
        """
        if self.walk is None:
            return None
        kept = (1 - arrayed(self.decay)) ** 2
        times = np.where(kept < 1, (1 - kept**periods) / np.where(kept < 1, 1 - kept, 1.0), periods)
        return self.walk * np.sqrt(times)

    def after(self, periods: float) -> Drift | None:
        """What it has come to so many periods after weights were set: as `walk`, what they are spread by."""
        spread = self.spread(periods)
        return None if spread is None else self.model_copy(update={"decay": 0.0, "walk": spread})


class Recertify(Section):
    """Weights are restored to what was trained: before the first period, and after every so many."""

    meaning: ClassVar[str] = "From time to time the weights are restored."

    every: PositiveCount = quantity("Every", "Periods from one certification to the next.", "periods")
    cost: Money = quantity(
        "Cost per certification", "What society spends to certify an actor.", "money per actor and certification",
        default=0.0,
    )  # fmt: skip

    def falls_on(self, period: int) -> bool:
        """Whether there is a certification before a period, which are counted from 0."""
        return period % self.every == 0
