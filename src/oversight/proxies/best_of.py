"""Best of n: of n draws of the base model, the one that a proxy ranks highest is given."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import rel_entr
from scipy.stats import norm

from oversight.arrays import Vector
from oversight.proxies.numbers import positive, shares, whole

_FAR = 9.0
"""Standard deviations of a normal value beyond which nothing counts."""
_RARE = 1e-14
"""Probability beyond which errors are not followed."""
_PANELS, _NODES, _INNER = 150, 12, 64
"""Panels and nodes of the outer, nodes of the inner integral."""


@dataclass(frozen=True, eq=False)
class Selected:
    """Shares of the options in the order that they were given, and their KL from the base, in nats."""

    shares: Vector
    kl: float


def best_of_maximum(n: int) -> float:
    """m_n, the expected maximum of n standard normals: what best of n adds to a normal proxy, in its sd.

    Raises:
        ValueError: n is below 1.
    """
    whole(1, n=n)
    ends = np.linspace(-_FAR, _FAR, 101)
    z, width = _panels(ends, _NODES)
    return float(np.sum(width * z * n * np.exp(norm.logpdf(z) + (n - 1) * norm.logcdf(z))))


def best_of_divergence(n: int) -> float:
    """KL of best of n from its base, log n - (n - 1) / n nats, where no two draws tie.

    Where they can tie, as in a menu, it is less (Beirami et al. 2024, arXiv 2401.01879): see `best_of_menu`.

    Raises:
        ValueError: n is below 1.
    """
    whole(1, n=n)
    return log(n) - (n - 1) / n


def best_of_menu(base: ArrayLike, proxy: ArrayLike, n: int) -> Selected:
    """Shares F_j^n - F_(j-1)^n of options by rising proxy, F the base's cumulative shares.

    Options that the proxy ranks alike keep the proportions that they have in the base.

    Args:
        base: share of each option, in any unit.
        proxy: what each is taken to be worth.
        n: draws, at least 1.

    Raises:
        ValueError: n is below 1, shares are not above 0, or the two differ in number.
    """
    whole(1, n=n)
    weights, scores = shares(base), np.asarray(proxy, dtype=float)
    if scores.shape != weights.shape:
        raise ValueError(f"there are {weights.size} shares and {scores.size} scores")
    ranks = np.unique(scores, return_inverse=True)[1]
    groups = np.bincount(ranks, weights)
    below = np.minimum(np.concatenate([[0.0], np.cumsum(groups)]), 1.0)
    found = (np.diff(below**n) / groups)[ranks] * weights
    return Selected(found, float(rel_entr(found, weights).sum()))


def best_of_value(n: int, sd: float, error: Any) -> float:
    """E V of the best of n by the proxy V + X: what a selection by error keeps of a normal value V with mean 0.

    E V = integral of n G(u)^(n - 1) E[V; V + X = u] du, G the distribution of the proxy. With a normal error it rises
    as m_n sd^2 / sqrt(sd^2 + sd_X^2) for ever; with a heavy-tailed one it peaks and falls back to 0 (Kwa et al. 2024,
    arXiv 2407.14503).

    Args:
        n: draws, at least 1.
        sd: of V, in units of value, above 0.
        error: the distribution of X, a frozen continuous one of `scipy.stats`.

    Raises:
        ValueError: n is below 1, or sd is not above 0.
    """
    whole(1, n=n)
    positive(sd=sd)
    lowest, highest = (float(end) / sd for end in error.support())
    first = max(lowest, float(error.ppf(_RARE)) / sd) - _FAR
    last = min(highest, float(error.isf(_RARE / n)) / sd) + _FAR
    u, width = _panels(np.sinh(np.linspace(np.arcsinh(first), np.arcsinh(last), _PANELS + 1)), _NODES)
    # The value that goes with an error in its support, (proxies, nodes).
    low, high = np.maximum(-_FAR, u - highest), np.minimum(_FAR, u - lowest)
    at, weight = np.polynomial.legendre.leggauss(_INNER)
    half = np.maximum(high - low, 0.0)[:, None] / 2
    v = low[:, None] + half * (at + 1)
    density = half * weight * norm.pdf(v)
    x = sd * (u[:, None] - v)
    below = np.sum(density * error.cdf(x), axis=1) + norm.cdf(np.maximum(-_FAR, u - highest))
    joint = np.sum(density * v * error.pdf(x), axis=1) * sd
    return sd * float(np.sum(width * n * np.minimum(below, 1.0) ** (n - 1) * joint))


def _panels(ends: Vector, nodes: int) -> tuple[Vector, Vector]:
    """Nodes and weights of Gauss and Legendre between each two ends."""
    at, weight = np.polynomial.legendre.leggauss(nodes)
    half = np.diff(ends)[:, None] / 2
    return (ends[:-1, None] + half * (at + 1)).ravel(), (half * weight).ravel()
