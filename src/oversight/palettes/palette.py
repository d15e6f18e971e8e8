"""Palettes: targets for several values at once, and the model nearest to the base that meets them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import Table, Vector
from oversight.numerals import number
from oversight.palettes.answers import Aligned, Answers
from oversight.palettes.hull import largest_share, slack
from oversight.palettes.maximum import maximiser

_BEYOND = 1e-9
"""How far beyond the targets answers must reach: with less, weights are beyond what numbers can tell from infinite."""
NEAREST = 0.95
"""The share of the feasible way that is taken to an infeasible palette: at its end weights are infinite."""


class InfeasibleError(ValueError):
    """No finite weights meet the targets: `share` of the way to them is feasible, by `slack` they are missed."""

    def __init__(self, share: float, slack: float):
        way = "of the way from the base's levels to them"
        super().__init__(f"the targets cannot be met together: at most {number(share)} {way} is feasible")
        self.share, self.slack = share, slack


@dataclass(frozen=True, eq=False)
class Palette:
    """A palette that is met.

    Args:
        targets: c, what was aimed at, in the units of the values; those of the nearest palette where it was taken.
        aligned: the model, with weights l, levels E_p v and KL.
        slack: by how much every target that was asked for can be exceeded, below 0 where they are infeasible.
        largest_share: how far the way to the targets that were asked for is feasible; infinite if the base meets them.
        sensitivity: dl/dc = V^-1 over the values whose target binds, 0 elsewhere, (values, values).
    """

    targets: Vector
    aligned: Aligned
    slack: float
    largest_share: float
    sensitivity: Table


def palette(answers: Answers, targets: ArrayLike, infeasible: Literal["refuse", "nearest"] = "refuse") -> Palette:
    """The model nearest to the base, by KL(p || p0), of those with E_p v >= c.

    It is p0 exp(l.v) / Z for the unique l >= 0 that maximises l.c - log sum p0 exp(l.v), and that maximum is its KL
    (MAP: Wang et al. 2025, arXiv 2410.19198, theorem 1). The weight of a target is its price, dKL/dc = l, and
    dl/dc = +V^-1 with V the covariance of the values under p; the paper prints a minus.

    Args:
        answers: what the base model does, and what that is worth.
        targets: c, the least level of each value.
        infeasible: whether targets that cannot be met are refused, or the palette at .95 of the feasible way is taken.

    Raises:
        InfeasibleError: they cannot be met, and are refused.
        ValueError: targets differ in number from the values, or are not finite.
    """
    asked = np.asarray(targets, dtype=float)
    if asked.shape != (answers.values.shape[1],):
        raise ValueError(f"there are {asked.size} targets and {answers.values.shape[1]} values")
    if not np.isfinite(asked).all():
        raise ValueError(f"targets[{int(np.argmin(np.isfinite(asked)))}] is not finite")
    share, spare = largest_share(answers, asked), slack(answers, asked)
    aim = asked
    if share <= 1 + _BEYOND:
        if infeasible == "refuse":
            raise InfeasibleError(share, spare)
        aim = answers.base.levels + NEAREST * share * (asked - answers.base.levels)
    aligned = answers.at(maximiser(answers, aim))
    return Palette(aim, aligned, spare, share, _sensitivity(answers, aligned))


def tilted(answers: Answers, weights: Vector, value: int) -> Answers:
    """The answers with one value alone, of the model that the weights make."""
    return replace(answers, values=answers.values[:, [value]], log_base=answers.log_base + answers.values @ weights)


def _sensitivity(answers: Answers, aligned: Aligned) -> Table:
    binding = np.ix_(aligned.weights > 0, aligned.weights > 0)
    found = np.zeros((len(aligned.weights),) * 2)
    found[binding] = np.linalg.pinv(answers.covariance(aligned)[binding], hermitian=True)
    return found
