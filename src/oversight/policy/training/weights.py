"""Training that says what a unit of each value is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from oversight.arrays import Number
from oversight.policy.training.proxy import Proxy
from oversight.policy.training.training import Training
from oversight.quantities import Name, Real, quantity


class Weights(Training):
    """A unit of each value is worth so much to an actor, beside what an act earns."""

    unnamed: ClassVar[bool] = True
    meaning: ClassVar[str] = "Says what a unit of each value is worth to an actor."

    kind: Literal["weights"] = "weights"
    weights: Annotated[dict[Name, Real], Field(min_length=1)] = quantity(
        "Weight", "What a unit of the value is worth to an actor.", "money per unit of value"
    )
    proxy: Proxy | None = quantity("Proxy", "What training saw of the scores; absent: all of them.", default=None)

    # A class that compares by value has no hash but its own.
    __hash__ = Training.__hash__

    @property
    def names(self) -> Sequence[str]:
        return sorted(self.weights)

    @property
    def named_in(self) -> str:
        return "weights"

    @property
    def loads(self) -> Mapping[str, Number]:
        return self.weights

    @property
    def saw(self) -> Proxy | None:
        return self.proxy

    def loading(self, weights: Mapping[str, Number]) -> Self:
        return self.model_copy(update={"weights": weights})
