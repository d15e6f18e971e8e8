"""How often to restore values that wear off."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf

from scipy.special import lambertw

from oversight.games.numbers import above, at_least, finite, whole


@dataclass(frozen=True)
class Certified:
    """How long to wait between certifications, and what harm and certifications come to a period; infinite is never."""

    every: float
    cost: float


@dataclass(frozen=True)
class Decay:
    """Rational actors with gains uniform on [0, 1], whose loading decays: misconduct x + l (1 - (what is left)).

    Args:
        misconduct: x, right after a certification.
        loading: l, by which misconduct would rise if all of it wore off, in units of gain.
        decay: d, share of the loading that wears off a period, or its rate in continuous time.
        harm: of a violation, in money.
        certification: what one costs, in money an actor.

    Raises:
        ValueError: a number is out of its range.
    """

    misconduct: float
    loading: float
    decay: float
    harm: float
    certification: float

    def __post_init__(self) -> None:
        finite(**vars(self))
        at_least(0, misconduct=self.misconduct, certification=self.certification)
        above(0, loading=self.loading, decay=self.decay, harm=self.harm)

    def best_in_time(self) -> Certified:
        """In continuous time: exp(-z) (1 + z) = 1 - K d / (h l), z = d x the interval; never if K >= h l / d.

        At the best interval, certifications and harm cost what harm alone does at its end.
        """
        kept = 1 - self.certification * self.decay / (self.harm * self.loading)
        if kept <= 0:
            return Certified(inf, self.never)
        wait = -1 - lambertw(-kept * exp(-1), -1).real
        return Certified(float(wait) / self.decay, self.harm * (self.misconduct + self.loading * (1 - exp(-wait))))

    @property
    def never(self) -> float:
        """What it comes to a period without certifications, in the end."""
        return self.harm * (self.misconduct + self.loading)

    def cost(self, every: int) -> float:
        """A period's harm and certifications, with one before each so many periods.

        Raises:
            ValueError: that is no whole number of at least 1, or the decay is above 1.
        """
        whole(1, every=every)
        self._refuse_rates()
        worn = self.loading * (1 - (1 - (1 - self.decay) ** every) / (self.decay * every))
        return self.harm * (self.misconduct + worn) + self.certification / every

    def best(self) -> Certified:
        """The whole number of periods that costs least; costs fall before it and rise after it.

        Raises:
            ValueError: the decay is above 1.
        """
        self._refuse_rates()
        if self.certification >= self.harm * self.loading / self.decay:
            return Certified(inf, self.never)
        every = 1
        while self.cost(every + 1) < self.cost(every):
            every += 1
        return Certified(every, self.cost(every))

    def _refuse_rates(self) -> None:
        if self.decay > 1:
            raise ValueError(f"decay is {self.decay}: the share that wears off in a period is at most 1")
