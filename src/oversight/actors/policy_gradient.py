"""Fine-tuning as it goes, step by step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.actors.actor import Actor
from oversight.actors.situation import Experience, Situation
from oversight.arrays import Column, Flags, Floats, Number, logistic
from oversight.deadline import keep_to_time
from oversight.quantities import LARGEST, NonNegative, Positive, Real, quantity

_LONGEST = 1_000_000
_STILL, _FAR = 1e-16, 800.0


class PolicyGradient(Actor):
    """Policy gradient: the log-odds o of violating move along the gradient of x A - t KL(x | x0), x being their chance.

    A = g - p s is what violating was worth beyond complying at the belief held, x0 the chance that it starts at. A step
    is o' = o + rate (A - t (o - o0)) by the natural gradient, and x (1 - x) times as long by the vanilla one, which is
    the mean of REINFORCE. Williams, Machine Learning 8 (1992) 229; Kakade, Advances in Neural Information Processing
    Systems 14 (2001) 1531. Without `entropy` the natural gradient is Hedge, one step later.
    """

    meaning: ClassVar[str] = "Is fine-tuned by small steps on what its choices earn."
    uses: ClassVar[frozenset[str]] = frozenset({"draw"})
    monotone: ClassVar[bool] = True
    vectorised: ClassVar[bool] = True
    records: ClassVar[tuple[str, ...]] = ("log_odds",)

    rate: Positive = quantity("Learning rate", "Length of a step.", "per unit of money", default=0.1)
    method: Literal["natural", "vanilla"] = quantity(
        "Method", "Whether steps are as long near certainty as elsewhere, or shrink there.", default="natural"
    )
    entropy: NonNegative = quantity(
        "Temperature",
        "What a nat of divergence from the policy that it starts from counts.",
        "money per nat",
        default=0.0,
    )
    start: Annotated[Real, Field(gt=0, lt=1)] = quantity(
        "Initial violation rate", "Probability of violating before any step.", "probability", default=0.5
    )

    def begin(self) -> None:
        self._start = np.zeros(self.shape) + np.log(self.start) - np.log1p(-self.start)
        self.log_odds = self._start

    def violates(self, now: Situation) -> Flags:
        return now.draw < logistic(self.log_odds)

    def learn(self, seen: Experience) -> None:
        # Steps that overshoot ever farther end where no formula can be asked any more.
        moved = self.log_odds + self._step(seen.advantage, self.log_odds) * seen.active
        self.log_odds = np.clip(moved, -LARGEST, LARGEST)

    def _step(self, advantage: Floats, log_odds: Floats) -> Floats:
        slope = advantage - self.entropy * (log_odds - self._start)
        if self.method == "vanilla":
            chance = logistic(log_odds)
            slope = slope * chance * (1.0 - chance)
        step: Floats = self.rate * slope
        return step

    def retrain(self, whom: Flags, size: Number | None) -> None:
        corrected = self._start if size is None else self.log_odds - size
        self.log_odds = np.clip(np.where(whom, corrected, self.log_odds), -LARGEST, LARGEST)

    @classmethod
    def settles(cls, parameters: dict[str, Any], stepwise: bool) -> bool:
        plain = parameters["method"] == "natural" and not np.any(parameters["entropy"])
        return plain or not stepwise

    def retrained_share(self, advantage: Column, caught: Column, innocent: Column, size: Number | None) -> Column:
        """By the balance of the log-odds, or by renewal.

        With steps of size k and a drift of u = rate A it is the x with u = k (p x + q (1 - x)), whatever the rest; of
        resets sum x_n S_n / sum S_n, S_n = prod (1 - p x_i - q (1 - x_i)), where x_0, x_1, ... is what is learned from
        the start on. Derived (renewal reward: Ross, Stochastic Processes, 2nd ed. 1996, ch. 3).
        """
        if size is not None:
            told, drift = caught > innocent, self.rate * advantage / size
            balance = (drift - innocent) / np.where(told, caught - innocent, 1.0)
            return np.clip(np.where(told, balance, drift > innocent), 0.0, 1.0)
        # Whoever is never sanctioned learns all that there is to learn.
        bound = np.asarray(self.entropy) > 0
        goal = self._start + advantage / np.where(bound, self.entropy, 1.0)
        goal = np.where(bound, goal, np.where(advantage == 0, self._start, np.copysign(_FAR, advantage)))
        never = (caught <= 0) & (innocent <= 0)
        renewed = _renewed(partial(self._step, advantage), self._start, np.where(never, 1.0, caught), innocent)
        return np.where(never, logistic(goal), renewed)


def _renewed(step: Callable[[Floats], Floats], start: Floats, caught: Column, innocent: Column) -> Column:
    """Mean chance of violating between two resets, where the log-odds move by `step`."""
    log_odds = start + 0.0 * (caught + innocent)
    lasting, periods, violations = np.ones(log_odds.shape), np.zeros(log_odds.shape), np.zeros(log_odds.shape)
    for _ in range(_LONGEST):
        keep_to_time()
        chance = logistic(log_odds)
        hazard = caught * chance + innocent * (1.0 - chance)
        moved = step(log_odds)
        # Where nothing moves any more, or hardly anyone is left, the rest of the time is alike.
        certain = np.where(moved > 0, 1.0 - chance, chance) < _STILL
        alike = (np.abs(moved) < _STILL) | (lasting < _STILL) | certain
        if alike.all():
            break
        violations += lasting * chance
        periods += lasting
        lasting = lasting * (1.0 - hazard)
        log_odds = log_odds + moved
    never = hazard <= 0.0
    rest = np.where(never, 0.0, lasting / np.where(never, 1.0, hazard))
    found: Column = np.where(never, chance, (violations + rest * chance) / (periods + rest))
    return found
