"""Alignment to one value at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import Table
from oversight.palettes.answers import Answers
from oversight.palettes.maximum import maximiser
from oversight.palettes.palette import palette, tilted


def sequential(answers: Answers, targets: ArrayLike, passes: int) -> Table:
    """Weights after each of so many passes over the values, in each of which one at a time is aligned to its target.

    A step sets the weight of one value, at those that the others have: coordinate ascent on what the palette
    maximises, to which it converges. A step may lower a weight. The paper's steps (MAP, equation 9) only add to the
    weights of the last model, and need not end at the palette, whatever its theorem 5 says.

    Args:
        answers: what the base model does, and what that is worth.
        targets: c, the least level of each value, (values,).
        passes: at least 1.

    Returns:
        (passes, values), nats per unit of value.

    Raises:
        InfeasibleError: the targets cannot be met.
        ValueError: they differ in number from the values, or `passes` is below 1.
    """
    if passes < 1:
        raise ValueError(f"passes is {passes}: it must be a whole number, 1 or more")
    aims = palette(answers, targets).targets
    weights = np.zeros((passes, len(aims)))
    now = np.zeros(len(aims))
    for turn in range(passes):
        for value, aim in enumerate(aims):
            now[value] = 0.0
            now[value] = maximiser(tilted(answers, now, value), np.array([aim]))[0]
        weights[turn] = now
    return weights
