"""How a strategic overseer's inspections follow what inspecting pays."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from oversight.arrays import Array, count, logistic
from oversight.policy.chances import Stance
from oversight.quantities import Count, NonNegative, Positive, Probability, Section, quantity


class Response(Section):
    """A rule for one overseer: from the net benefit of an inspection to the probability that it looks.

    A kind writes `begins` and `follows`. A `Stance` is here that of one overseer; its rate is of shape (runs, 1).
    Theory covers a kind that maximises, or says where it rests, in `rests_at`.
    """

    gradual: ClassVar[bool] = False
    """Whether `adjustment` slows the rule down."""
    maximises: ClassVar[bool] = False
    """Whether it rests only where no other rate would earn more."""
    jumps: ClassVar[bool] = False
    """Whether the next rate jumps where the overseer is indifferent."""
    leads: ClassVar[bool] = False
    """Whether the overseer commits to a rate instead of responding."""
    copies: ClassVar[bool] = False
    """Whether overseers copy one another, by `copied`, in the place of `follows`."""
    keeps: ClassVar[bool] = False
    """Whether the stance has a private part."""
    memoryless: ClassVar[bool] = False
    """Whether the private part, if any, follows from the rate, by `kept`."""

    @property
    def turns(self) -> int:
        """Revisions that are made one at a time in a period, of a kind that `copies`; 0: all at once."""
        return 0

    @abstractmethod
    def begins(self, benefit: Array) -> Stance:
        """The stance in the period before the first, whose net benefit is `benefit`."""

    @abstractmethod
    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        """The stance after a period in which it was `stance` and an inspection was worth `benefit`."""

    def rests_at(self, benefit: Array) -> Array | None:
        """The rate it comes to if an inspection is worth `benefit` for ever, of a kind that does not maximise.

        None of one that does not say.
        """
        return None

    def kept(self, rate: Array) -> Any:
        """The private part of an overseer that rests at `rate`, of a `memoryless` kind."""
        return None

    def copied(self, rate: Array, size: int, worth: Array, draw: Array) -> Array:
        """The share of `size` overseers that inspect after a period in which `rate` did, of a kind that `copies`.

        An inspection was `worth` that share of the largest payoff difference; `draw` is (runs, size).
        """
        raise AssertionError("this response does not copy")


class Best(Response):
    """Inspects everyone if an inspection pays, nobody if it does not, and goes on as before if it breaks even."""

    gradual: ClassVar[bool] = True
    maximises: ClassVar[bool] = True
    jumps: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["best"] = "best"

    def begins(self, benefit: Array) -> Stance:
        return Stance((benefit > 0).astype(float))

    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        target = np.where(benefit == 0, stance.rate, benefit > 0)
        return Stance(stance.rate + adjustment * (target - stance.rate))


class Logit(Response):
    """Inspects with probability 1 / (1 + exp(-precision n)), n the net benefit of an inspection.

    Logit quantal response: McKelvey and Palfrey, Games and Economic Behavior 10 (1995) 6.
    """

    gradual: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["logit"] = "logit"
    precision: NonNegative = quantity(
        "Precision of the overseer", "How sharply inspections follow their net benefit.", "per unit of money"
    )

    def begins(self, benefit: Array) -> Stance:
        return Stance(logistic(self.precision * benefit))

    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        return Stance(stance.rate + adjustment * (logistic(self.precision * benefit) - stance.rate))

    def rests_at(self, benefit: Array) -> Array:
        return logistic(self.precision * benefit)


class HedgeResponse(Response):
    """Hedge: the log-odds of inspecting move by `rate` times the net benefit of an inspection.

    Freund and Schapire, Journal of Computer and System Sciences 55 (1997) 119.
    """

    maximises: ClassVar[bool] = True
    keeps: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["hedge"] = "hedge"
    rate: Positive = quantity("Learning rate of the overseer", "Step of the log-odds.", "per unit of money")
    start: Annotated[float, Field(gt=0, lt=1)] = quantity(
        "Initial inspection rate",
        "Probability that an overseer looks in the period before the first.",
        "probability",
        default=0.5,
    )

    def begins(self, benefit: Array) -> Stance:
        log_odds = np.log(self.start) - np.log1p(-np.asarray(self.start)) + np.zeros_like(benefit)
        return Stance(logistic(log_odds), log_odds)

    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        log_odds = stance.private + self.rate * benefit
        return Stance(logistic(log_odds), log_odds)

    def kept(self, rate: Array) -> Array:
        with np.errstate(divide="ignore"):  # log 0 = -inf is the right limit at rates 0 and 1
            return np.log(rate) - np.log1p(-rate)


class Imitation(Response):
    """Finitely many overseers, each inspecting or not, who copy one another as `imitator` actors do.

    An actor meets one of them at random, so that the inspection rate is the share of those who inspect.
    """

    maximises: ClassVar[bool] = True
    copies: ClassVar[bool] = True

    kind: Literal["imitation"] = "imitation"
    revision: Annotated[float, Field(gt=0, le=1)] = quantity(
        "Revision of the overseers",
        "Share of the overseers that look at another in a period.",
        "share per period",
        default=0.1,
    )
    one_at_a_time: Annotated[Count, Field(le=1_000_000)] = quantity(
        "Overseers' revisions one at a time",
        "Made one after another in a period, in the place of `revision`; 0: all at once.",
        "revisions per period",
        default=0,
    )
    start: Probability = quantity(
        "Initial inspectors", "Share that inspected in the period before the first.", "share", default=0.5
    )

    def begins(self, benefit: Array) -> Stance:
        return Stance(self.start + np.zeros_like(benefit))

    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        raise AssertionError("copying is a matter of draws: see `copied`")

    @property
    def turns(self) -> int:
        return self.one_at_a_time

    def copied(self, rate: Array, size: int, worth: Array, draw: Array) -> Array:
        inspecting = np.arange(size) < np.rint(rate * size)
        opposite = np.where(inspecting, 1.0 - rate, rate) * size / max(size - 1, 1)
        copies = np.clip(np.where(inspecting, -worth, worth), 0.0, 1.0)
        return count(inspecting ^ (draw < self.revision * opposite * copies)) / size


class Leadership(Response):
    """Commits to the inspection rate that minimises social cost when actors respond to it (Stackelberg)."""

    leads: ClassVar[bool] = True

    kind: Literal["leadership"] = "leadership"

    def begins(self, benefit: Array) -> Stance:
        raise AssertionError("a leader commits to its rate: see `response.leadership`")

    def follows(self, stance: Stance, benefit: Array, adjustment: Array) -> Stance:
        raise AssertionError("a leader commits to its rate: see `response.leadership`")


def _worded(value: Any) -> Any:
    if value in ("logit", "hedge", "imitation"):
        raise ValueError(f"`{value}` has parameters: write {{kind: {value}, ...}}")
    return {"kind": value} if isinstance(value, str) else value


Responses = Annotated[Best | Logit | HedgeResponse | Imitation | Leadership, Field(discriminator="kind")]
AnyResponse = Annotated[
    Responses,
    BeforeValidator(_worded, json_schema_input_type=Responses | Literal["best", "leadership"]),
]
"""A response by its `kind`; one without parameters may be written as the bare word."""
