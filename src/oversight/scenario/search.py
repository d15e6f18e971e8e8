"""What a search looks for: the levers of a principal, what is to be least, and what must hold."""

from __future__ import annotations

from math import floor
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from oversight.quantities import LocatedError, Positive, Real, Section, quantity
from oversight.scenario.designs.swept import Values

MAX_STEPS = 1_000_000


class Between(Section):
    """A lever by its least and its greatest value."""

    low: Real = quantity("Lowest value")
    high: Real = quantity("Highest value")
    step: Positive | None = quantity(
        "Step",
        "Between one value and the next, from the lowest on: 1 for whole numbers. Any number without it.",
        default=None,
    )

    @property
    def steps(self) -> int | None:
        """How many values it takes; None where it takes any."""
        # A step that ends at the highest value but for rounding includes it.
        return None if self.step is None else floor((self.high - self.low) / self.step * (1 + 1e-12)) + 1

    @model_validator(mode="after")
    def _has_room(self) -> Between:
        if self.high <= self.low:
            raise LocatedError(("high",), f"{self.high:g} is not above the lowest value, {self.low:g}")
        if self.steps is not None and not 2 <= self.steps <= MAX_STEPS:
            message = f"{self.step:g} makes {self.steps:,} values; there are to be 2 to {MAX_STEPS:,}"
            raise LocatedError(("step",), message)
        return self


class Bound(Section):
    """What a measure must keep to."""

    at_most: Real | None = quantity("At most", "In units of the measure.", default=None)
    at_least: Real | None = quantity("At least", "In units of the measure.", default=None)

    @model_validator(mode="after")
    def _binds(self) -> Bound:
        if self.at_most is None and self.at_least is None:
            raise LocatedError((), "bounds nothing", remedy="Write at_most, at_least or both.")
        if self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            raise LocatedError(("at_least",), f"{self.at_least:g} lies above at_most, {self.at_most:g}")
        return self

    def excess(self, value: float) -> float:
        """How far a value lies beyond the bound; 0 where it keeps to it, NaN of NaN."""
        return max(
            value - self.at_most if self.at_most is not None else 0.0,
            self.at_least - value if self.at_least is not None else 0.0,
            0.0 * value,
        )


def _lever(value: Any) -> str:
    steps = isinstance(value, dict) and "values" not in value and {"low", "high", "step"} & set(value)
    return "Between" if steps or isinstance(value, Between) else "Values"


Lever = Annotated[Annotated[Between, Tag("Between")] | Annotated[Values, Tag("Values")], Discriminator(_lever)]


class Search(Section):
    """The principal's problem: which setting of the levers makes a measure least, among those that meet the bounds."""

    levers: Annotated[dict[str, Lever], Field(min_length=1)] = quantity(
        "Levers", "Dotted path of each value that the principal sets, or `policy` for whole policy files."
    )
    minimise: str = quantity("Minimise", "The measure that is to be least.", default="social_cost")
    subject_to: dict[str, Bound] = quantity("Subject to", "Bounds of measures, by name.", default={})
    by: Literal["theory", "simulation"] = quantity(
        "By",
        "What judges a setting: theory, or the means of its runs, for levers with few values.",
        default="theory",
    )
    within: str = quantity(
        "In",
        "Which of several equilibria a setting is judged by: the `worst`, the `best`, or where a start leads.",
        default="worst",
        alias="in",
    )
