"""Integrals over intervals that are split where an integrand bends."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Vector


def gauss_legendre(edges: Vector, number: int) -> tuple[Vector, Vector]:
    """Gauss-Legendre nodes and weights, `number` between each edge and the next."""
    node, weight = np.polynomial.legendre.leggauss(number)
    width = np.diff(edges)[:, None]
    return (edges[:-1, None] + width * (node + 1) / 2).ravel(), (width * weight / 2).ravel()
