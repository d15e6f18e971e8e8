"""How fast training by policy gradients changes what an actor does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p
from typing import Literal

import numpy as np

from oversight.games.numbers import above, at_least, finite, logistic, shares, switch

Method = Literal["natural", "vanilla"]


@dataclass(frozen=True)
class PolicyGradient:
    """A learner with one thing to do, whose log odds of doing it follow the gradient of what it pays.

    The natural gradient, Hedge and the replicator dynamics are one: the log odds move by rate x advantage. The vanilla
    one (REINFORCE in the mean) moves them by rate x advantage x (1 - x), x the chance of the act, and so gets slow near
    0 and 1: F(x) = 2 log(x / (1 - x)) - 1 / x + 1 / (1 - x) grows by rate x advantage per unit of time.

    Args:
        advantage: of the act, g - p s, in money.
        rate: of learning, per unit of money and time, above 0.
        method: `natural` or `vanilla`.
        logits: 1, or 2 where the act and its absence have one each, which doubles the vanilla speed.

    Raises:
        ValueError: a number is out of its range.
    """

    advantage: float
    rate: float
    method: Method = "natural"
    logits: Literal[1, 2] = 1

    def __post_init__(self) -> None:
        finite(advantage=self.advantage, rate=self.rate)
        above(0, rate=self.rate)
        if self.method not in ("natural", "vanilla"):
            raise ValueError(f"method is {self.method!r}: it is 'natural' or 'vanilla'")
        if self.logits not in (1, 2):
            raise ValueError(f"logits is {self.logits}: it is 1 or 2")

    @property
    def speed(self) -> float:
        """By which `clock` runs, per unit of time."""
        return self.rate * self.advantage * (self.logits if self.method == "vanilla" else 1)

    def clock(self, share: float) -> float:
        """What grows evenly: the log odds, or F of the vanilla gradient."""
        odds = log(share) - log1p(-share)
        return odds if self.method == "natural" else 2 * odds - 1 / share + 1 / (1 - share)

    def time(self, start: float, end: float) -> float:
        """How long the chance of the act takes from one to another, in continuous time; infinite if it goes elsewhere.

        Raises:
            ValueError: one is not above 0 and below 1.
        """
        _inner(start=start, end=end)
        way = self.clock(end) - self.clock(start)
        if way == 0:
            return 0.0
        return way / self.speed if way * self.speed > 0 else inf

    def after(self, start: float, time: float) -> float:
        """The chance of the act after some time.

        Raises:
            ValueError: the start is not above 0 and below 1, or the time is below 0.
        """
        _inner(start=start)
        at_least(0, time=time)
        now = self.clock(start) + self.speed * time
        if self.method == "natural":
            return logistic(now)
        _, share = switch(lambda share: self.clock(share) >= now, 1e-300, 1 - 1e-16)
        return share


def regularised(
    advantage: float, rate: float, temperature: float, start: float, steps: int, log_odds: float = 0.0
) -> float:
    """The chance of an act after steps of the natural gradient with an entropy term, KL to a base, at a temperature t.

    The log odds go to b + advantage / t, the logit of precision 1 / t, by (1 - rate t) a step (Cen et al. 2022, arXiv
    2007.06558, for one state).

    Raises:
        ValueError: a number is out of its range, or rate x temperature is above 1.
    """
    finite(advantage=advantage, log_odds=log_odds)
    above(0, rate=rate, temperature=temperature)
    at_least(0, steps=steps)
    _inner(start=start)
    if rate * temperature > 1:
        raise ValueError(f"rate x temperature is {rate * temperature:g}: above 1 steps go beyond their aim")
    rest = log_odds + advantage / temperature
    begun = log(start) - log1p(-start)
    return logistic(rest + (begun - rest) * (1 - rate * temperature) ** steps)


def natural_step(logits: Sequence[float], payoffs: Sequence[float], rate: float) -> tuple[float, ...]:
    """Chances after a step of the natural gradient on several options.

    It is a step of Hedge: logits move by rate x payoff (Kakade 2001; Agarwal et al. 2021).

    Raises:
        ValueError: the two differ in number, there is none, or a number is not finite.
    """
    if len(logits) != len(payoffs) or not logits:
        raise ValueError(f"there are {len(logits)} logits and {len(payoffs)} payoffs")
    finite(rate=rate, **{f"logits[{k}]": each for k, each in enumerate(logits)})
    finite(**{f"payoffs[{k}]": each for k, each in enumerate(payoffs)})
    moved = np.array(logits, dtype=float) + rate * np.array(payoffs, dtype=float)
    odds = np.array([exp(each) for each in moved - moved.max()])
    return tuple((odds / odds.sum()).tolist())


def _inner(**chances: float) -> None:
    shares(**chances)
    for name, chance in chances.items():
        if chance in (0, 1):
            raise ValueError(f"{name} is {chance}: it must be above 0 and below 1")
