"""Panels of reviewers who want something else than their principal, and still may guard it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from oversight.games.numbers import finite, whole

_ZERO = 1e-9
"""Relative to the largest utility, what a linear programme may miss zero by."""


@dataclass(frozen=True)
class Proposal:
    """Weights of the outcomes, each from 0 to 1, and what they are worth to the principal."""

    weights: tuple[float, ...]
    worth: float


@dataclass(frozen=True)
class ReviewerPanel:
    """Reviewers who approve of a proposal iff it is worth at least nothing to them.

    A proposal gives each outcome a weight x from 0 to 1, against a baseline of utility 0, and is worth the sum of
    utility x weight. It harms if it is worth less than nothing to the principal. Reviewers protect the principal if its
    utility is at least some combination of theirs, with no negative weight, in every outcome (Farkas' lemma); none of
    them need share its aims (after Collina, Goel, Roth and Sengupta).

    Args:
        principal: utility of each outcome to the principal.
        reviewers: those of each reviewer, one or more.

    Raises:
        ValueError: there is no outcome or reviewer, utilities differ in number, or one is not finite.
    """

    principal: tuple[float, ...]
    reviewers: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        whole(1, number_of_outcomes=len(self.principal), number_of_reviewers=len(self.reviewers))
        for place, reviewer in enumerate(self.reviewers):
            if len(reviewer) != len(self.principal):
                raise ValueError(
                    f"reviewers[{place}] has {len(reviewer)} utilities: there are {len(self.principal)} outcomes"
                )
        for name, utilities in self._named():
            finite(**{f"{name}[{outcome}]": utility for outcome, utility in enumerate(utilities)})

    def worst_approved(self, dissenters: int = 0) -> Proposal:
        """The proposal that is worst for the principal among those that at most so many reviewers disapprove of.

        By a linear programme for each set of reviewers that may be overruled.

        Raises:
            ValueError: `dissenters` is negative, or there are not so many reviewers.
        """
        whole(0, dissenters=dissenters)
        if dissenters > len(self.reviewers):
            raise ValueError(f"dissenters is {dissenters}: there are {len(self.reviewers)} reviewers")
        approving = combinations(self.reviewers, len(self.reviewers) - dissenters)
        return min((self._worst(those) for those in approving), key=lambda proposal: proposal.worth)

    def rejection_depth(self) -> int:
        """The least number of reviewers who disapprove of a harmful proposal; one more than there are if none harms."""
        harmful = -_ZERO * max(map(abs, self.principal))
        depths = range(len(self.reviewers) + 1)
        return next((depth for depth in depths if self.worst_approved(depth).worth < harmful), len(self.reviewers) + 1)

    def is_sound(self, dissenters: int = 0) -> bool:
        """Whether nothing harmful passes where so many reviewers may be overruled: below the rejection depth.

        Raises:
            ValueError: `dissenters` is negative.
        """
        whole(0, dissenters=dissenters)
        return dissenters < self.rejection_depth()

    def _worst(self, approving: tuple[tuple[float, ...], ...]) -> Proposal:
        limits = {"A_ub": -np.array(approving, dtype=float), "b_ub": np.zeros(len(approving))} if approving else {}
        found = linprog(np.array(self.principal, dtype=float), bounds=(0, 1), method="highs", **limits)
        return Proposal(tuple(found.x.tolist()), float(found.fun))

    def _named(self) -> list[tuple[str, tuple[float, ...]]]:
        reviewers = [(f"reviewers[{place}]", reviewer) for place, reviewer in enumerate(self.reviewers)]
        return [("principal", self.principal), *reviewers]
