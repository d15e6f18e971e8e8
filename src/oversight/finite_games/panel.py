"""Reviewers who want something else than their principal, and whose approval a proposal needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from math import comb, nan
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import FlagVector, Table, Vector
from oversight.finite_games.chance import Chance
from oversight.finite_games.game import Game, Played, Solved
from oversight.games.panels import Proposal, ReviewerPanel
from oversight.measures import Words
from oversight.quantities import Count, LocatedError, PositiveCount, Real, quantity, reads

_UTILITY = "utility"
_ROUNDING = 1e-7
"""Relative to the largest utility of each."""
_ZERO = 1e-9
"""What a linear programme may miss zero by, likewise."""
_VERTICES = 50_000
"""Candidates for vertices that are tried one by one in the blink of an eye."""
MOST_PROGRAMMES = 20_000
"""Linear programmes of one solution: one for each set of reviewers that may be overruled."""
_NONE = "no proposal was approved"

Utilities = Annotated[tuple[Real, ...], Field(strict=False, min_length=1, max_length=50)]


class PanelGame(Game):
    """Someone proposes, and it passes if all reviewers approve but for at most so many dissenters.

    A proposal gives each outcome a weight from 0 to 1; reviewers approve of what is worth at least nothing to them, and
    it harms if it is worth less than nothing to the principal. The panel is sound up to k dissenters iff k is below its
    rejection depth, the least number of reviewers who disapprove of a harmful proposal (Collina, Goel, Roth and
    Sengupta, Corollaries 1 and 2). Theory is of a proposer who means harm, runs of one who proposes at random.
    """

    title: ClassVar[str] = "a panel of reviewers"
    main = "largest_harm"
    subject = "the largest harm that passes"
    ranked = ("largest_harm", "rejected_good", "approved")
    price = "rejected_good"
    words: ClassVar[Mapping[str, Words]] = {
        "largest_harm": Words(
            "Largest harm that passes", _UTILITY, "To the principal, of any proposal; exact in every run.", least=0
        ),
        "found_harm": Words("Largest harm found", _UTILITY, "To the principal, among proposals that passed.", least=0),
        "approved": Words("Approved", "% of proposals", "Proposals that pass.", percent=True, least=0, most=1),
        "approved_harm": Words(
            "Harmful approvals", "% of proposals", "Proposals that pass and harm.", percent=True, least=0, most=1
        ),
        "harmful": Words(
            "Harmful among approved",
            "% of approved",
            "Approved proposals that harm.",
            missing=_NONE,
            percent=True,
            least=0,
            most=1,
        ),
        "rejected_good": Words(
            "Good proposals rejected",
            "% of proposals",
            "Proposals that would not harm, and do not pass.",
            percent=True,
            least=0,
            most=1,
        ),
        "worst_found": Words(
            "Worst approved proposal found", _UTILITY, "What it is worth to the principal.", missing=_NONE
        ),
        "worst_approved": Words(
            "Worst approved proposal", _UTILITY, "What it is worth to the principal; exact in every run.", most=0
        ),
    }
    facts: ClassVar[Mapping[str, Words]] = {
        "depth": Words("Rejection depth", "reviewers", "The fewest who disapprove of a proposal that harms."),
        "sound_up_to": Words(
            "Sound up to", "dissenters", "The most that may be overruled without letting harm pass; -1: not even none."
        ),
        "sound": Words("Sound here", "", "1 where nothing that harms passes."),
    }

    kind: Literal["panel"] = "panel"
    principal: Utilities = quantity("Principal", "What each outcome is worth to the principal.", _UTILITY)
    reviewers: Annotated[tuple[Utilities, ...], Field(strict=False, min_length=1, max_length=50)] = quantity(
        "Reviewers", "By reviewer, what each outcome is worth to it.", _UTILITY
    )
    dissenters: Count = quantity("Dissenters", "Reviewers who may be overruled.", "reviewers", default=0)
    proposals: Annotated[PositiveCount, Field(le=1_000_000)] = quantity(
        "Proposals", "Drawn in a run, each weight from 0 to 1.", "proposals", default=1_000
    )

    @model_validator(mode="after")
    @reads("principal", "reviewers")
    def _same_outcomes(self) -> PanelGame:
        for place, reviewer in enumerate(self.reviewers):
            if len(reviewer) != len(self.principal):
                message = f"has {len(reviewer)} outcomes, and the principal {len(self.principal)}"
                raise LocatedError(("reviewers", place), message, remedy="Give each outcome a number.")
        return self

    @model_validator(mode="after")
    @reads("reviewers", "dissenters")
    def _so_many(self) -> PanelGame:
        number = len(self.reviewers)
        if self.dissenters > number:
            message = f"is {self.dissenters}, and there are {number} reviewers"
            raise LocatedError(("dissenters",), message, remedy=f"Say {number} or fewer.")
        if comb(number, self.dissenters) > MOST_PROGRAMMES:
            message = f"may be chosen in {comb(number, self.dissenters):,} ways; at most {MOST_PROGRAMMES:,} are tried"
            raise LocatedError(("dissenters",), message, remedy="Say fewer, or fewer reviewers.")
        return self

    @property
    def work(self) -> int:
        return self.proposals * len(self.principal) + 100_000 * comb(len(self.reviewers), self.dissenters)

    @property
    def horizon(self) -> str:
        return f"{self.proposals:,} proposals"

    def play(self, chance: Chance, start: str) -> Played:
        proposals = chance.of("proposals").random((self.proposals, len(self.principal)))
        worth, passed = proposals @ np.array(self.principal), self._passed(proposals)
        harms, worst = worth < 0, self._worst().worth
        found = float(worth[passed].min()) if passed.any() else nan
        measures = {
            "largest_harm": -worst + 0.0,
            "found_harm": max(0.0, -found) if passed.any() else 0.0,
            "approved": float(passed.mean()),
            "approved_harm": float((passed & harms).mean()),
            "harmful": float(harms[passed].mean()) if passed.any() else nan,
            "rejected_good": float((~passed & ~harms).mean()),
            "worst_found": found,
            "worst_approved": worst,
        }
        return Played(measures=measures)

    def solved(self) -> Solved:
        panel = self.panel
        worst, facts = self._worst(), {}
        if sum(comb(len(self.reviewers), each) for each in range(len(self.reviewers) + 1)) <= MOST_PROGRAMMES:
            depth = panel.rejection_depth()
            facts = {"depth": float(depth), "sound_up_to": depth - 1.0, "sound": float(depth > self.dissenters)}
        shares = ", ".join(f"{weight:.6g}" for weight in worst.weights)
        return Solved(
            equilibria=[{"largest_harm": -worst.worth + 0.0, "worst_approved": worst.worth}],
            facts=facts,
            witness=[f"The worst proposal that passes has the weights {shares}."],
            certified=self._certified(worst.worth),
        )

    @property
    def panel(self) -> ReviewerPanel:
        """The same as numbers."""
        return ReviewerPanel(self.principal, self.reviewers)

    def _worst(self) -> Proposal:
        """The worst that passes; to propose nothing always does."""
        found = self.panel.worst_approved(self.dissenters)
        harms = found.worth < -_ZERO * max(map(abs, self.principal))
        return found if harms else Proposal((0.0,) * len(self.principal), 0.0)

    def _passed(self, proposals: Table) -> FlagVector:
        against = (proposals @ np.array(self.reviewers).T < 0).sum(axis=1)
        passed: FlagVector = against <= self.dissenters
        return passed

    def _certified(self, worth: float) -> bool | None:
        """Whether no vertex of what passes is worse, each found from the equations that meet in it."""
        outcomes = len(self.principal)
        if comb(2 * outcomes + len(self.reviewers), outcomes) > _VERTICES:
            return None
        # Approval does not depend on the size of a reviewer's utilities.
        reviewers, principal = (_scaled(np.array(each)) for each in (self.reviewers, [self.principal]))
        size = max(map(abs, self.principal)) or 1.0
        worst = 0.0
        for point in _corners(reviewers):
            against = np.count_nonzero(reviewers @ point < -_ROUNDING)
            if against <= self.dissenters:
                worst = min(worst, float(principal[0] @ point))
        return abs(worst - worth / size) <= _ROUNDING * outcomes


def _scaled(utilities: Table) -> Table:
    """Rows whose largest number is 1."""
    largest = np.abs(utilities).max(axis=1, keepdims=True)
    found: Table = utilities / np.where(largest > 0, largest, 1.0)
    return found


def _corners(reviewers: Table) -> Iterator[Vector]:
    """Points of the box in which weights at 0 or 1 and indifferent reviewers leave nothing open."""
    number, outcomes = reviewers.shape
    for indifferent in range(min(number, outcomes) + 1):
        for those in combinations(range(number), indifferent):
            for free in combinations(range(outcomes), indifferent):
                held = [outcome for outcome in range(outcomes) if outcome not in free]
                square = reviewers[np.ix_(those, free)]
                if indifferent and abs(np.linalg.det(square)) < _ROUNDING:
                    continue
                for ends in product((0.0, 1.0), repeat=len(held)):
                    point = np.zeros(outcomes)
                    point[held] = ends
                    if indifferent:
                        point[list(free)] = np.linalg.solve(square, -reviewers[list(those)] @ point)
                    if (point >= -_ROUNDING).all() and (point <= 1 + _ROUNDING).all():
                        yield point
