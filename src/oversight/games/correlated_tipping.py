"""A capacity that holds among independent actors, and gives way where they are copies."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from oversight.arrays import Table, Values, Vector
from oversight.common_factor import gauss_legendre
from oversight.games.chains import stationary
from oversight.games.numbers import above

_FAR = 9.0
"""A normal step longer than this many standard deviations has probability 1e-19."""
_ENDS = np.array([-np.inf, np.inf])
"""From the first, where all violations are caught, the next period is that of the good state."""
_NODES = 8
"""Gauss-Legendre nodes of a panel, which is no wider than the standard deviation of a step."""
_WIDEST = 0.5
"""Nor than this where the share, as a function of its quantile, bends."""
_RAREST = 1e-30
"""What is rarer than this in a period, from the middle of one basin into the other, is nothing that tips."""


@dataclass(frozen=True)
class Tipping:
    """What correlation does to a capacity.

    Attributes:
        edge: the share of violators beyond which more violate in the next period, among independent actors.
        chance: the probability that the period after a good one lies beyond the edge.
        periods: the mean number of periods from the good state until the first beyond the edge.
        share_over: the long-run share of periods beyond it.
        misconduct: the long-run mean share of violators.
    """

    edge: float
    chance: float
    periods: float
    share_over: float
    misconduct: float


def correlated_tipping(fine: float, capacity: float, correlation: float) -> Tipping:
    """Infinitely many copies whose gains are uniform on [0, 1], against a capacity that is shared by all who violate.

    If m violated in the last period, a violation is caught with probability min(1, C / m), and the next one's mean is
    p(m) = 1 - f min(1, C / m); the share itself is Phi((Phi^-1(p(m)) + sqrt(rho) z) / sqrt(1 - rho)), z standard normal
    (Vasicek's law). Among independent actors 1 - f is stable, as is the larger root of m^2 - m + f C = 0, and the
    smaller is the edge between them. In x = Phi^-1(m) the chain's steps are normal; its laws are solved for on
    Gauss-Legendre nodes (Nystroem's method), split where p(m) has its kink and at the edge.

    Args:
        fine: f, between 0 and 1, in units of the largest gain.
        capacity: C > 0, violations that can be investigated per actor and period.
        correlation: rho, between 0 and 1.

    Raises:
        ValueError: a number is out of its range, there is no edge, or the correlation so small that nothing tips.
    """
    above(0, fine=fine, capacity=capacity, correlation=correlation)
    if not (fine < 1 and correlation < 1):
        raise ValueError(f"fine is {fine} and correlation {correlation}: both must be below 1")
    roots = 1 - 4 * fine * capacity
    edge = (1 - sqrt(max(roots, 0.0))) / 2
    if not (roots > 0 and 1 - fine < capacity < edge):
        raise ValueError(
            f"fine is {fine} and capacity {capacity}: there is no edge, which takes a capacity above {1 - fine:g} (one "
            f"less the fine) and below {1 / (4 * fine):g} (one by four fines)"
        )
    chain = _Chain(fine, capacity, sqrt(correlation / (1 - correlation)), sqrt(1 - correlation))
    return chain.tipping(float(ndtri(edge)))


@dataclass(frozen=True)
class _Chain:
    """x' = Phi^-1(p(Phi(x))) / `shrink` + `step` z."""

    fine: float
    capacity: float
    step: float
    shrink: float

    def tipping(self, edge: float) -> Tipping:
        low, high = (float(mean) for mean in self._mean(_ENDS))
        chance, back = float(ndtr((low - edge) / self.step)), float(ndtr((edge - high) / self.step))
        if min(chance, back) < _RAREST:
            raise ValueError(f"the correlation is so small that it tips less than once in {1 / _RAREST:g} periods")
        nodes, weights = self._nodes(edge)
        good = nodes < edge
        over = ndtr((self._mean(nodes) - edge) / self.step)
        law = stationary(self._kernel(nodes, nodes, weights))
        return Tipping(
            float(ndtr(edge)),
            chance,
            self._first(nodes[good], weights[good], over[good], chance),
            float(law[~good].sum()),
            float(law @ ndtr(nodes)),
        )

    def _first(self, nodes: Vector, weights: Vector, over: Vector, chance: float) -> float:
        """Mean periods until first over: a chain that begins anew then is at its beginning once in so many."""
        number = len(nodes) + 1
        transitions = np.zeros((number, number))
        transitions[0, 0], transitions[1:, 0] = chance, over
        transitions[0, 1:] = self._kernel(_ENDS[:1], nodes, weights)[0]
        transitions[1:, 1:] = self._kernel(nodes, nodes, weights)
        return 1 / float(stationary(transitions)[0])

    def _mean(self, x: Values) -> Values:
        """Where the step from x leads on average."""
        share = np.maximum(ndtr(x), self.capacity)
        mean: Values = ndtri(1 - self.fine * self.capacity / share) / self.shrink
        return mean

    def _kernel(self, start: Vector, nodes: Vector, weights: Vector) -> Table:
        z = (nodes - self._mean(start)[:, None]) / self.step
        kernel: Table = weights * np.exp(-z * z / 2) / (sqrt(2 * np.pi) * self.step)
        return kernel

    def _nodes(self, edge: float) -> tuple[Vector, Vector]:
        ends = self._mean(_ENDS) + _FAR * self.step * np.array([-1.0, 1.0])
        breaks = np.unique(np.clip([*ends, -_FAR, _FAR, float(ndtri(self.capacity)), edge], *ends))
        inside = np.abs(breaks[:-1] + breaks[1:]) < 2 * _FAR
        panels = np.ceil(np.diff(breaks) / np.where(inside, min(self.step, _WIDEST), self.step)).astype(int)
        parts = zip(breaks[:-1], breaks[1:], panels, strict=True)
        edges = np.concatenate([*(np.linspace(low, high, count + 1)[:-1] for low, high, count in parts), breaks[-1:]])
        return gauss_legendre(edges, _NODES)
