"""The long run of a Markov chain."""

from __future__ import annotations

import numpy as np

from oversight.arrays import Table, Vector

_LEAST = 1e-300


def stationary(transitions: Table) -> Vector:
    """The stationary law of an irreducible chain, every probability to nearly all its digits, however small.

    States are eliminated one by one, without a subtraction (Grassmann, Taksar and Heyman 1985, Operations Research 33,
    1107). Probabilities of staying are not read.

    Args:
        transitions: probability, or rate, of going from each state (row) to each other (column).

    Raises:
        ValueError: from some state no earlier one is reached, with more than 1e-300.
    """
    rates = np.array(transitions, dtype=float)
    number = len(rates)
    for last in range(number - 1, 0, -1):
        leaving = rates[last, :last].sum()
        if leaving < _LEAST:
            raise ValueError(f"from state {last} no earlier one is reached")
        rates[:last, last] /= leaving
        rates[:last, :last] += rates[:last, last, None] * rates[last, :last]
    law = np.ones(1)
    for state in range(1, number):
        law = np.append(law, law @ rates[:state, state])
        law /= law.sum()  # at each step, lest the first state's own probability be the unit of too large numbers
    return law
