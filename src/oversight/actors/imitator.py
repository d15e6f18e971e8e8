"""Copying those who are better paid."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Flags, Floats, present
from oversight.quantities import Count, PositiveShare, Probability, quantity


class Imitator(Actor):
    """Goes on as before, until it copies another member of its entry that is better paid.

    Each period a share `revision` of the actors meets one other each, drawn at random. One that did otherwise and is
    better paid is copied with probability (payoff difference) / (largest possible payoff difference); the difference is
    g - p s at the belief held. In large populations that is the replicator dynamic: Schlag, Journal of Economic Theory
    78 (1998) 130. With `one_at_a_time` that many revisions are made in a period, each seeing the one before, as in
    Ishikawa and Fontanari, arXiv 2510.24905; the members of the entry are then taken as alike.
    """

    meaning: ClassVar[str] = "Copies actors that are better paid."
    uses: ClassVar[frozenset[str]] = frozenset({"draw", "peers"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True
    drifts: ClassVar[bool] = True

    revision: PositiveShare = quantity(
        "Revision", "Share of the actors that look at another in a period.", "share per period", default=0.1
    )
    one_at_a_time: Annotated[Count, Field(le=1_000_000)] = quantity(
        "Revisions one at a time",
        "Made one after another in a period, in the place of `revision`; 0: all at once.",
        "revisions per period",
        default=0,
    )
    start: Probability = quantity(
        "Initial violators", "Share that violated in the period before the first.", "share", default=0.5
    )

    @classmethod
    def turns(cls, parameters: dict[str, Any]) -> int:
        return int(parameters["one_at_a_time"])

    def advantage(self, now: Situation) -> Floats:
        return now.gain - now.expected_sanction

    def violates(self, now: Situation) -> Flags:
        habit = present(now.habit)
        if self.one_at_a_time:  # the model has made them
            return habit
        worth = np.where(habit, -1.0, 1.0) * self.advantage(now)
        copies = np.clip(worth / present(now.largest), 0.0, 1.0)
        return habit ^ (now.draw < self.revision * present(now.opposite) * copies)
