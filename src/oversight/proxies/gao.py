"""The over-optimisation curves that Gao, Schulman and Hilton measured of reward models."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

from oversight.proxies.numbers import positive


@dataclass(frozen=True)
class OptimisationCurve:
    """True reward as a function of d = sqrt(KL) from the base (Gao, Schulman and Hilton 2023, arXiv 2210.10760).

    Reinforcement learning gives d (a - b log d), which peaks at d = exp(a / b - 1) with b d; best of n gives
    d (a - b d), which peaks at a / (2 b) with a^2 / (4 b).

    Args:
        a: what optimisation gains at first, in reward per sqrt(nat), above 0.
        b: what over-optimisation takes, above 0.

    Raises:
        ValueError: a or b is not above 0.
    """

    a: float
    b: float

    def __post_init__(self) -> None:
        positive(a=self.a, b=self.b)

    def learned(self, distance: float) -> float:
        """Reward of reinforcement learning at d >= 0."""
        return distance * (self.a - self.b * log(distance)) if distance > 0 else 0.0

    def best_of(self, distance: float) -> float:
        """Reward of best of n at d >= 0."""
        return distance * (self.a - self.b * distance)

    @property
    def learned_peak(self) -> tuple[float, float]:
        """The distance at which reinforcement learning is best, and the reward there; infinite beyond all numbers."""
        try:
            distance = exp(self.a / self.b - 1)
        except OverflowError:
            distance = inf
        return distance, self.b * distance

    @property
    def best_of_peak(self) -> tuple[float, float]:
        """The distance at which best of n is best, and the reward there."""
        return self.a / (2 * self.b), self.a**2 / (4 * self.b)
