"""What training makes of the things that there are to do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from oversight.arrays import Column, Number
from oversight.policy.training.drift import Drift, Recertify
from oversight.policy.training.proxy import Proxy
from oversight.quantities import Money, Section, Share, quantity


class Training(Section):
    """Values loaded into actors: an act that scores v on them is worth w . v more to its actor, whatever it earns.

    The weights w are those of the reward that a fine-tuned model was trained on; see docs/model.md. A kind states them,
    or what they are to reach.
    """

    meaning: ClassVar[str] = "Values are trained into the actors: to them an act is worth its score on each, too."

    coverage: Share = quantity(
        "Coverage",
        "Share of opportunities that are like those of training; elsewhere the values have no say.",
        "share",
        default=1.0,
    )
    drift: Drift | None = quantity("Drift", "How the weights change by themselves; absent: they stay.", default=None)
    recertify: Recertify | None = quantity(
        "Recertification", "What restores the weights; absent: nothing.", default=None
    )
    price_per_nat: Money = quantity(
        "Price of a nat",
        "What society spends for each nat by which the values move an actor's choice, per opportunity.",
        "money per nat",
        default=0.0,
    )

    # A mapping has no hash of its own.
    def __hash__(self) -> int:
        return hash(repr(self))

    @property
    @abstractmethod
    def names(self) -> Sequence[str]:
        """The values that it loads, in alphabetical order."""

    @property
    @abstractmethod
    def named_in(self) -> str:
        """The key of a file that names them."""

    @property
    @abstractmethod
    def loads(self) -> Mapping[str, Number]:
        """The weights, numbers or (rows, 1), money per unit of each value.

        Of a kind that states what they are to reach they have to be found first, with `loading` as what is found.
        """

    @abstractmethod
    def loading(self, weights: Mapping[str, Number]) -> Training:
        """The same with these weights, numbers or arrays."""

    @property
    def aims(self) -> Mapping[str, Number]:
        """The least level of each value for which weights have still to be found; none where there are weights."""
        return {}

    @property
    def sought(self) -> Sequence[str]:
        """The values whose weights are found, rather than stated."""
        return ()

    @property
    def reached(self) -> Training | None:
        """What the weights were found for; None where they are stated, or have still to be found."""
        return None

    @property
    def audited(self) -> bool:
        """Whether weights are found under the policy's incentives, rather than where nobody is sanctioned."""
        return False

    @property
    def again(self) -> bool:
        """Whether they are found anew in each period, rather than once."""
        return False

    @property
    def nearest(self) -> bool:
        """Whether levels that no weights reach are made for, as far as they go."""
        return False

    @property
    def stands_for(self) -> Training:
        """What has to stay as it is for weights to stay, in a policy that changes."""
        return self

    @property
    def saw(self) -> Proxy | None:
        """What training saw of the scores; None: all of them."""
        return None

    @property
    def partial(self) -> bool:
        """Whether some opportunities are unlike those of training."""
        return bool(np.any(np.not_equal(self.coverage, 1)))

    @property
    def errs_anew(self) -> bool:
        """Whether training saw another error at each opportunity."""
        return self.saw is not None and self.saw.drawn == "each_opportunity"

    @property
    def steady(self) -> bool:
        """Whether it makes the same of an act at every opportunity."""
        return not (self.partial or self.drift or self.saw)

    @property
    def answers(self) -> int | None:
        """Of how many answers the best is given; None where choices are tilted."""
        return self.saw.selection.best_of if self.saw and self.saw.selection else None

    @property
    def upkeep(self) -> Number:
        """What certifications cost per actor and period in the long run."""
        return self.recertify.cost / self.recertify.every if self.recertify else 0.0

    @property
    def priced(self) -> bool:
        """Whether society pays for nats."""
        return bool(np.any(np.not_equal(self.price_per_nat, 0)))

    def cost(self, nats: Column) -> Column:
        """What society spends where values move choices by so many nats, in money; 0 where a nat costs nothing."""
        priced = np.not_equal(self.price_per_nat, 0)
        return np.where(priced, self.price_per_nat * np.where(priced, nats, 0.0), 0.0)

    def after(self, periods: float) -> Training:
        """How it stands so many periods after it was certified: the means of weights, and what they are spread by."""
        if self.drift is None:
            return self
        kept = (1 - self.drift.decay) ** periods
        left = self.loading({name: weight * kept for name, weight in self.loads.items()})
        return left.model_copy(update={"drift": self.drift.after(periods)})

    @property
    def spread(self) -> Number | None:
        """What weights are spread by, of training as it stands at some time: see `after`."""
        return self.drift.walk if self.drift else None

    def worth(self, scores: Mapping[str, Number]) -> Number:
        """What these scores are worth to an actor, w . v, in money; a number or (runs, 1)."""
        parts = [weight * scores[name] for name, weight in self.loads.items() if name in scores]
        return sum(parts[1:], parts[0]) if parts else 0.0
