"""Nodes and weights for means over a distribution, by its quantiles."""

from __future__ import annotations

from functools import cache

import numpy as np

from oversight.arrays import Floats, Vector


@cache
def unit_nodes(points: int = 4, panels: int = 32, halvings: int = 40) -> tuple[Vector, Vector]:
    """Gauss-Legendre nodes on (0, 1), `points` a panel, and weights that sum to one, each of shape (nodes,).

    The panels halve towards both ends, down to 2^-halvings, where the quantiles of an unbounded distribution run away.
    """
    ends = 0.5 ** np.arange(halvings, int(np.log2(panels)), -1)
    edges = np.concatenate([[0.0], ends, np.linspace(0, 1, panels + 1)[1:-1], 1 - ends[::-1], [1.0]])
    node, weight = np.polynomial.legendre.leggauss(points)
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    return (low + width * (node + 1) / 2).ravel(), (width * weight / 2).ravel()


@cache
def unit_points(axes: int, number: int) -> Floats:
    """Points that fill the unit cube evenly, (axes, number): a Sobol sequence, best with a power of two."""
    from scipy.stats import qmc  # heavy, and only needed here

    points: Floats = qmc.Sobol(axes, scramble=False).random(number).T + 0.5 / number
    return points
