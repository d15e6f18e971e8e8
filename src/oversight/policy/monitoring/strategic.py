"""The overseer inspects because it pays."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Column, FlagVector, Floats, Number, Vector, present
from oversight.documents.schema import kind_of
from oversight.errors import Mistake
from oversight.policy.chances import Stance, State
from oversight.policy.detector import Detector
from oversight.policy.monitoring.overseer import Overseer
from oversight.policy.monitoring.responses import AnyResponse
from oversight.policy.payoffs import Payoffs
from oversight.quantities import LocatedError, Money, PositiveCount, PositiveShare, Real, Section, quantity

_ROUNDING = 1e-12
"""Of what an inspection is worth, relative to the sums of money it is made of."""


class Overseers(Section):
    """Overseers who each look on their own: an actor may be looked at by several, or by none."""

    size: Annotated[PositiveCount, Field(le=1_000_000)] = quantity("Overseers", "How many there are.", "overseers")
    share_bounty: bool = quantity(
        "Bounty shared",
        "Those who looked share one bounty, and what a false flag costs; otherwise each gets the whole.",
        default=True,
    )


class Strategic(Overseer):
    """An overseer that inspects as far as inspecting pays, every actor at one rate.

    At a share x of violations, a detector of sensitivity q and false positive rate e, an inspection is worth

        n(x) = x q (bounty + stake) - (1 - x) e false_flag_cost - inspection_cost

    more than none, and `response` says what the overseer makes of last period's x. Actors and overseer move at the same
    time, each on last period's state. Inspection game: Tsebelis, American Political Science Review 83 (1989) 77.

    m overseers look independently, each with probability y; the rate D = 1 - (1 - y)^m is the chance that at least one
    does. The bounty is shared by those who looked, so that a look expects D / (m y) of it, and a look spares its
    overseer the stake only where nobody else looks, with probability (1 - y)^(m - 1). Of overseers who imitate, an
    actor meets a single one.
    """

    meaning: ClassVar[str] = "The overseer inspects as far as inspecting pays for itself."

    kind: Literal["strategic"] = "strategic"
    inspection_cost: Money = quantity(
        "Inspection cost", "What one inspection costs its overseer, and society.", "money per inspection"
    )
    bounty: Money = quantity("Bounty", "What the overseer earns for each violator it catches.", "money per violator")
    stake: Money = quantity(
        "Stake", "What the overseer loses for each violator it misses.", "money per violator", default=0.0
    )
    false_flag_cost: Real = quantity(
        "Cost of a false flag",
        "What the overseer loses for each innocent it flags; negative: what it is paid for one.",
        "money per false flag",
        default=0.0,
    )
    response: AnyResponse = quantity("Response", "How inspections follow what they pay.")
    adjustment: PositiveShare = quantity(
        "Adjustment of the overseer",
        "Share of the way to its response that the overseer moves in a period.",
        "share",
        default=1.0,
    )
    overseers: Overseers | None = quantity("Overseers", "Several of them; absent: one.", default=None)

    @model_validator(mode="after")
    def _fits_the_response(self) -> Strategic:
        kind = kind_of(type(self.response))
        if self.adjustment != 1 and not self.response.gradual:
            message = f"does nothing under the response `{kind}`; leave it out"
            raise LocatedError(("adjustment",), message, Mistake.IDLE)
        if self.overseers is None and self.response.copies:
            message = f"is missing: the response `{kind}` needs overseers to copy"
            raise LocatedError(("overseers",), message, Mistake.MISSING)
        if self.overseers and self.response.leads:
            raise LocatedError(("overseers",), f"do nothing under the response `{kind}`; leave them out", Mistake.IDLE)
        return self

    @property
    def marginal_cost(self) -> float:
        return self.inspection_cost

    @property
    def reward(self) -> Number:
        return self.bounty

    def rewarded(self, reward: Number) -> Self:
        return self.model_copy(update={"bounty": reward})

    def net_benefit(self, share: Column, rate: Column | None, detector: Detector) -> Column:
        part: Number = 1.0
        alone: Number = 1.0
        if self._size > 1:
            each = self.each(present(rate))
            alone = (1.0 - each) ** (self._size - 1)
            if self.overseers and self.overseers.share_bounty:
                part = 1.0 / self.looks(present(rate))
        reward = detector.sensitivity * (self.bounty * part + self.stake * alone)
        blame = detector.false_positive_rate * self.false_flag_cost * part
        return share * reward - (1.0 - share) * blame - self.inspection_cost

    @property
    def _size(self) -> int:
        # Imitating overseers are met one at a time, each inspecting or not.
        return self.overseers.size if self.overseers and not self.response.copies else 1

    def each(self, rate: Column) -> Column:
        """Probability y that one overseer looks at an actor, where at least one does with probability `rate`."""
        if self._size == 1:
            return rate
        with np.errstate(divide="ignore"):  # log 0 = -inf is the right limit at a rate of 1
            return -np.expm1(np.log1p(-rate) / self._size)

    def looks(self, rate: Column) -> Column:
        """Expected looks m y / D at an actor that is looked at; 1 in the limit of no inspections."""
        some = np.where(rate > 0, rate, 1.0)
        return np.where(rate > 0, self._size * self.each(some) / some, 1.0)

    def excess(self, state: State, detector: Detector) -> Column:
        rate = present(state.rate)
        worth = self._worth(state, rate, detector)
        if self.maximises:
            return worth
        return self._together(Stance(present(self.response.rests_at(worth)))).rate - rate

    def slack(self, state: State, detector: Detector) -> Column:
        if self.maximises:
            return np.zeros((1, 1))
        worth, least = self._worth(state, present(state.rate), detector), _ROUNDING * self.scale
        below, above = (
            self._together(Stance(present(self.response.rests_at(worth + step)))).rate for step in (-least, least)
        )
        return np.abs(above - below)

    def holds_at(self, rate: float, excess: Vector) -> FlagVector:
        if not self.maximises:
            return super().holds_at(rate, excess)
        return excess <= 0 if rate == 0 else excess >= 0

    @property
    def takes_payoffs(self) -> bool:
        return not self.leads and not self._copying

    @property
    def answers(self) -> str:
        return str(kind_of(type(self.response)))

    @property
    def leads(self) -> bool:
        return self.response.leads

    @property
    def maximises(self) -> bool:
        return self.response.maximises

    @property
    def jumps(self) -> bool:
        return self.response.jumps

    @property
    def rests(self) -> bool:
        return self.leads or self.maximises or self.response.rests_at(np.zeros((1, 1))) is not None

    @property
    def memoryless(self) -> bool:
        return self.response.memoryless

    @property
    def scale(self) -> Number:
        size: Number = self.bounty + self.stake + self.inspection_cost + np.abs(self.false_flag_cost)
        return size

    def begins(self, state: State, detector: Detector) -> Stance:
        if self._copying:
            share = self.response.begins(np.zeros_like(state.violations)).rate
            return Stance(np.rint(share * self._copying) / self._copying)
        return self._together(self.response.begins(self._worth(state, np.zeros_like(state.violations), detector)))

    def follows(
        self, state: State, detector: Detector, draw: Floats | None = None, largest: Floats | None = None
    ) -> Stance:
        rate = present(state.rate)
        worth = self._worth(state, rate, detector)
        if self._copying:
            return Stance(self.response.copied(rate, self._copying, worth / present(largest), present(draw)))
        return self._together(self.response.follows(Stance(self.each(rate), state.private), worth, self.adjustment))

    def resumes(self, state: State, detector: Detector) -> Stance:
        if state.rate is None or (self.response.keeps and state.private is None):
            return self.begins(state, detector)
        if self._copying:
            return Stance(np.rint(state.rate * self._copying) / self._copying)
        return Stance(state.rate, state.private)

    def stands(self, rate: Column) -> Stance:
        return Stance(rate, self.response.kept(rate))

    @property
    def number(self) -> int:
        return self.overseers.size if self.overseers else 1

    @property
    def overseer_draws(self) -> int:
        return self._copying

    @property
    def turns(self) -> int:
        return self.response.turns

    @property
    def _copying(self) -> int:
        """Overseers who copy one another; 0 where they do not."""
        return self.overseers.size if self.overseers and self.response.copies else 0

    def largest_difference(self, detector: Detector, payoffs: Payoffs | None) -> Column:
        idle = np.zeros((1, 1))
        met = payoffs.of_one_look(detector) if payoffs else [(0.0, 0.0), (1.0, 0.0)]
        ends = [self.net_benefit(np.full((1, 1), share), idle, detector) + besides for share, besides in met]
        found: Column = np.maximum.reduce(np.broadcast_arrays(*map(np.abs, ends)))
        return found

    def _worth(self, state: State, rate: Column, detector: Detector) -> Column:
        worth = self.net_benefit(state.violations / np.where(state.active > 0, state.active, 1.0), rate, detector)
        return worth if state.besides is None else worth + state.besides

    def _together(self, one: Stance) -> Stance:
        if self._size == 1:
            return one
        with np.errstate(divide="ignore"):
            return Stance(-np.expm1(self._size * np.log1p(-one.rate)), one.private)

    def cost(self, inspections: Column, state: State, last: State) -> Number:
        return self.inspection_cost * inspections * self.looks(present(state.rate))

    def expected_cost(self, state: State) -> Number:
        return self.inspection_cost * state.active * self._size * self.each(present(state.rate))
