"""Conformists on a ring, who see two neighbours each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.games.numbers import at_least, finite, whole


@dataclass(frozen=True)
class Ring:
    """The long run on a ring: the mean share of violators, and covariances of acts, counted as 1 and -1.

    `next_covariance` is that of neighbours, `second_covariance` that of neighbours' neighbours, `limit` the mean share
    as the ring grows.
    """

    share: float
    next_covariance: float
    second_covariance: float
    limit: float


def ring_conformists(number: int, utility: float, weight: float, precision: float) -> Ring:
    """Logit conformists on a ring, each with two neighbours, who all revise at once.

    Acts s and the next ones s' have the joint law exp(H sum(s + s') + K sum s'_i (s_(i-1) + s_(i+1))) up to a factor,
    with K = L J / 4 and H = L u0 / 2: that of Ising chains whose sites alternate between the two times. An even ring is
    two of them that never meet, of N sites each, an odd one a single chain of 2 N. They are summed by transfer matrices
    (Kramers and Wannier 1941, Physical Review 60, 252); no weight makes a second equilibrium, and the mean tends to the
    violators' part in the largest eigenvector, (1 + sinh H / sqrt(sinh^2 H + exp(-4 K))) / 2.

    Args:
        number: N, at least 3.
        utility: u0, the private gain less the expected sanction, in money.
        weight: J of the neighbours' example, on 2 x share - 1, in money.
        precision: L >= 0 per unit of money.

    Raises:
        ValueError: a number is out of its range.
    """
    whole(3, number=number)
    finite(utility=utility, weight=weight, precision=precision)
    at_least(0, precision=precision)
    coupling, field = precision * weight / 4, precision * utility / 2
    sites = number if number % 2 == 0 else 2 * number
    exponents = np.array([[coupling + field, -coupling], [-coupling, coupling - field]])
    matrix = np.exp(exponents - exponents.max())
    values, vectors = np.linalg.eigh(matrix)
    matrix /= values[-1]
    act = np.diag([1.0, -1.0])
    total = float(np.trace(np.linalg.matrix_power(matrix, sites)))
    mean = float(np.trace(act @ np.linalg.matrix_power(matrix, sites))) / total

    def covariance(apart: int) -> float:
        there, back = np.linalg.matrix_power(matrix, apart), np.linalg.matrix_power(matrix, sites - apart)
        return float(np.trace(act @ there @ act @ back)) / total - mean * mean

    # Neighbours at one time are sites of the two chains of an even ring, and at N - 1 steps in the one of an odd ring.
    beside = 0.0 if number % 2 == 0 else covariance(number - 1)
    return Ring((1 + mean) / 2, beside, covariance(2), 0.5 if utility == 0 else float(vectors[0, -1] ** 2))
