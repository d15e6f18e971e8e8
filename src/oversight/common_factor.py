"""Events that one normal factor drives together: Vasicek (2002), Risk 15, 160.

Each happens with probability p, and does so iff sqrt(rho) z + sqrt(1 - rho) e exceeds its quantile, where the factor z
is common, e its own, both standard normal, and rho their correlation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import pi, sqrt

import numpy as np
from scipy.special import betainc, betaincc, betaincinv, ndtr, ndtri

from oversight.arrays import Values, Vector

_FAR = 9.0
"""A standard normal factor lies beyond this with probability 2e-19."""
_SPLITS = np.linspace(-_FAR, _FAR, 37)
_LEVELS = np.array([1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-4, 1 - 1e-6, 1 - 1e-9])
_NODES = 16


@lru_cache(maxsize=100_000)
def at_least(needed: int, number: int, probability: float, correlation: float) -> float:
    """Probability that `needed` of so many events happen, or more."""
    return _mean(betainc, needed, number, probability, correlation) if 0 < needed <= number else float(needed == 0)


def none_of(number: int, probability: float, correlation: float) -> float:
    """Probability that none of so many events happens."""
    return _mean(betaincc, 1, number, probability, correlation) if number else 1.0


def gauss_legendre(edges: Vector, number: int) -> tuple[Vector, Vector]:
    """Gauss-Legendre nodes and weights, `number` between each edge and the next."""
    node, weight = np.polynomial.legendre.leggauss(number)
    width = np.diff(edges)[:, None]
    return (edges[:-1, None] + width * (node + 1) / 2).ravel(), (width * weight / 2).ravel()


def _mean(
    law: Callable[[float, float, Values | float], Values],
    needed: int,
    number: int,
    probability: float,
    correlation: float,
) -> float:
    """The mean over the factor of P(at least `needed` of so many), or of fewer, a beta law in the share."""
    shapes = needed, number - needed + 1
    if correlation == 0:
        return float(law(*shapes, probability))
    if correlation == 1 or probability in (0.0, 1.0):
        return float((1 - probability) * law(*shapes, 0.0) + probability * law(*shapes, 1.0))
    own, common, cut = sqrt(1 - correlation), sqrt(correlation), float(ndtri(probability))
    # The integrand may be as sharp as a step: it is split where the law has these quantiles.
    turns = (own * ndtri(betaincinv(*shapes, _LEVELS)) - cut) / common
    factors, weights = gauss_legendre(np.unique([*np.clip(turns, -_FAR, _FAR), *_SPLITS]), _NODES)
    weights *= np.exp(-factors * factors / 2) / sqrt(2 * pi)
    return float(weights @ law(*shapes, ndtr((cut + common * factors) / own)))
