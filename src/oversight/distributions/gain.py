"""Gains: a distribution that is the same for all actors of an entry, or one that grows with what an actor is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from oversight.arrays import Values
from oversight.distributions import DISTRIBUTIONS, AnyDistribution, Distribution
from oversight.distributions.constant import Constant
from oversight.distributions.harm import Noise
from oversight.distributions.scaled import Product, Scaled
from oversight.quantities import NonNegative, Section, quantity


class ProportionalGain(Section):
    """`factor` T X: T is the actor's own turnover or wealth, X is drawn from `times` anew for each opportunity."""

    kind: Literal["proportional"] = "proportional"
    to: Literal["turnover", "wealth"] = quantity("In proportion to", "What of an actor the gain grows with.")
    factor: NonNegative = quantity(
        "Factor", "Gain for each unit of turnover or wealth, where `times` is 1.", "money per unit of it"
    )
    times: AnyDistribution = quantity(
        "Times", "What it is multiplied by, drawn anew for each opportunity.", default=Constant(value=1.0)
    )

    @property
    def scales_with(self) -> str:
        """The trait that the gain grows with."""
        return self.to

    @property
    def noise(self) -> Noise:
        """The standard draw of an opportunity."""
        return self.times.noise

    @property
    def varies(self) -> bool:
        """Whether an actor's gains differ from one opportunity to the next."""
        return self.times.varies

    @property
    def distinct(self) -> int:
        """Number of values of `times`, 0 of a continuum."""
        return self.times.distinct

    def of(self, trait: Any) -> Distribution:
        """The gains of actors with this much of the trait, which broadcasts to (rows, members)."""
        return Scaled.model_construct(by=self.factor * trait, one=self.times)

    def over(self, trait: Distribution | None) -> Distribution:
        """The gains of all actors, whose trait is drawn from this distribution."""
        if not self.times.varies:
            return self.along(trait, np.full((1, 1), 0.5))
        return Product.model_construct(factor=self.factor, trait=trait, times=self.times)

    def along(self, trait: Distribution | None, place: Values) -> Distribution:
        """The gains of all actors in opportunities at one `place` in (0, 1) of their own draw."""
        return Scaled.model_construct(by=self.factor * self.times.quantile(place), one=trait)


GAINS: dict[str, type[Any]] = {"proportional": ProportionalGain}
"""Kinds of gain beside distributions."""

if TYPE_CHECKING:
    AnyGain = Distribution | ProportionalGain
else:
    AnyGain = DISTRIBUTIONS.union(GAINS)
