"""Training to levels of values, whatever weights that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from oversight.arrays import Number
from oversight.errors import Mistake
from oversight.policy.training.training import Training
from oversight.quantities import LocatedError, Name, Real, quantity, reads


class Palette(Training):
    """The model nearest to the untrained one of those in which each value has its target or more, on average.

    Its weights are the unique maximiser of w . c - sum of s t E log Z(w) over w >= 0, with the targets c, the shares s
    of entries and their temperatures t, and Z(w) the sum of b exp((g + w . v - p s) / t) over what there is to do. MAP,
    arXiv 2410.19198, theorem 1, in its conditional reading; see docs/model.md.
    """

    meaning: ClassVar[str] = "Says what level each value is to reach, and finds the weights that do it."

    kind: Literal["palette"] = "palette"
    targets: Annotated[dict[Name, Real], Field(min_length=1)] = quantity(
        "Target", "Least mean level of the value in opportunities like those of training.", "units of the value"
    )
    at: Literal["policy", "no_audits"] = quantity(
        "Trained at", "The incentives of training: those of the policy, or none but gains.", default="policy"
    )
    when: Literal["once", "each_period"] = quantity(
        "When", "Before the first period, or in each to the detection that is expected in it.", default="once"
    )
    infeasible: Literal["refuse", "nearest"] = quantity(
        "Infeasible", "Whether targets out of reach are refused, or .95 of the feasible way is gone.", default="refuse"
    )

    __hash__ = Training.__hash__

    @model_validator(mode="after")
    @reads()
    def _stays_trained(self) -> Palette:
        if self.when == "each_period" and self.drift:
            message = "nothing drifts where weights are trained anew in each period"
            raise LocatedError(("drift",), message, Mistake.IDLE, "Leave it out, or say `when: once`.")
        return self

    @property
    def names(self) -> Sequence[str]:
        return sorted(self.targets)

    @property
    def named_in(self) -> str:
        return "targets"

    @property
    def loads(self) -> Mapping[str, Number]:
        raise AssertionError("a palette has weights once they are found for its policy and its population")

    @property
    def aims(self) -> Mapping[str, Number]:
        return self.targets

    @property
    def sought(self) -> Sequence[str]:
        return self.names

    @property
    def audited(self) -> bool:
        return self.at == "policy"

    @property
    def again(self) -> bool:
        return self.when == "each_period"

    @property
    def nearest(self) -> bool:
        return self.infeasible == "nearest"

    def loading(self, weights: Mapping[str, Number]) -> Reached:
        found: Any = weights
        shared = {name: getattr(self, name) for name in Training.model_fields}
        return Reached.model_construct(kind="reached", weights=found, palette=self, **shared)


class Reached(Training):
    """A palette with the weights that were found for it. No file has it."""

    kind: Literal["reached"] = "reached"
    weights: dict[Name, Real]
    palette: Palette

    __hash__ = Training.__hash__

    @property
    def names(self) -> Sequence[str]:
        return self.palette.names

    @property
    def named_in(self) -> str:
        return self.palette.named_in

    @property
    def loads(self) -> Mapping[str, Number]:
        return self.weights

    @property
    def sought(self) -> Sequence[str]:
        return self.names

    @property
    def reached(self) -> Training:
        return self.palette

    @property
    def stands_for(self) -> Training:
        return self if self.palette.again else self.palette

    def loading(self, weights: Mapping[str, Number]) -> Reached:
        return self.model_copy(update={"weights": weights})
