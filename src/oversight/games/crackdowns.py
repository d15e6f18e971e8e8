"""A few actors who go by what came of the last period's violations: steady capacity against crackdowns, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import binom, norm

from oversight.arrays import Indices, Table, Vector
from oversight.games.numbers import above, finite, shares, whole


@dataclass(frozen=True)
class CrackdownRule:
    """`high` investigators after a period of at least `threshold` violations, `low` after others, and a period's cost.

    Steady capacity has the same number twice, and a threshold of 0.
    """

    threshold: int
    low: int
    high: int
    cost: float


@dataclass(frozen=True)
class CapacityGame:
    """Bekar, Carlaw and Eaton (2022) with beliefs from one period: the chain of violations and of those caught.

    An actor believes to be caught with q = (caught + a) / (violations + b) of the last period, and violates at a gain
    g ~ N(mean, sd) above q x fine. R investigators catch each of v violators with `sensitivity` min(1, R / v),
    independently. A period costs R x `price` and `harm` x g for each violation.
    """

    size: int
    sensitivity: float = 0.8
    fine: float = 1.0
    mean: float = 0.6
    sd: float = 0.2
    price: float = 2.0
    harm: float = 4.0
    prior_caught: float = 1.0
    prior_violations: float = 1.25

    def __post_init__(self) -> None:
        whole(1, size=self.size)
        shares(sensitivity=self.sensitivity)
        finite(mean=self.mean, fine=self.fine, price=self.price, harm=self.harm)
        above(0, sd=self.sd, prior_caught=self.prior_caught, prior_violations=self.prior_violations)

    def cost(self, investigators: Sequence[int]) -> float:
        """Mean cost of a period in the long run.

        Args:
            investigators: how many there are after a period with so many violations, from 0 to `size`.

        Raises:
            ValueError: there is not one number for each.
        """
        if len(investigators) != self.size + 1:
            raise ValueError(f"investigators has {len(investigators)} numbers for 0 to {self.size} violations")
        now = np.asarray(investigators)[self._states[0]]
        moves = self._violate[:, self._states[0]] * np.stack([self._caught[each] for each in now.tolist()])
        balance = moves.T - np.eye(len(moves))
        balance[-1] = 1.0
        law = np.linalg.solve(balance, np.eye(len(moves))[-1])
        return float(law @ (self.price * now + self._harm))

    def best_steady(self) -> CrackdownRule:
        """The steady capacity that costs least."""
        return _least(self._rule(0, each, each) for each in range(self.size + 1))

    def best_crackdown(self) -> CrackdownRule:
        """The crackdown that costs least, of all thresholds and whole numbers of investigators up to `size`."""
        ways = [(low, high) for high in range(self.size + 1) for low in range(high)]
        return _least(self._rule(threshold, *way) for threshold in range(1, self.size + 1) for way in ways)

    def _rule(self, threshold: int, low: int, high: int) -> CrackdownRule:
        found = [high if violations >= threshold else low for violations in range(self.size + 1)]
        return CrackdownRule(threshold, low, high, self.cost(found))

    @cached_property
    def _states(self) -> tuple[Indices, Indices]:
        """Violations and those caught, of each state."""
        violations, caught = np.tril_indices(self.size + 1)
        return violations, caught

    @cached_property
    def _away(self) -> Vector:
        """How far above the mean gain the expected fine is, in standard deviations, of each state."""
        violations, caught = self._states
        believed = (caught + self.prior_caught) / (violations + self.prior_violations)
        away: Vector = (believed * self.fine - self.mean) / self.sd
        return away

    @cached_property
    def _violate(self) -> Table:
        """Chances of so many violations after each state, (states, size + 1)."""
        chances: Table = binom.pmf(np.arange(self.size + 1), self.size, norm.sf(self._away)[:, None])
        return chances

    @cached_property
    def _harm(self) -> Vector:
        """Expected harm after each state."""
        gains = self.mean * norm.sf(self._away) + self.sd * norm.pdf(self._away)
        harm: Vector = self.harm * self.size * gains
        return harm

    @cached_property
    def _caught(self) -> Table:
        """Of each number of investigators, chances of the number caught in a state, given its violations."""
        violations, caught = self._states
        reach = np.minimum(1.0, np.arange(self.size + 1)[:, None] / np.maximum(violations, 1))
        chances: Table = binom.pmf(caught, violations, self.sensitivity * reach)
        return chances


def _least(rules: Iterable[CrackdownRule]) -> CrackdownRule:
    return min(rules, key=lambda rule: rule.cost)
