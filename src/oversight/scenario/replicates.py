"""How many runs a design point gets: a number, or as many as it takes to know a measure well enough."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from oversight.quantities import LocatedError, Positive, PositiveCount, Section, quantity, reads

Many = Annotated[PositiveCount, Field(le=10_000_000)]


class Until(Section):
    """Rounds of runs, each as many as all before it, at the design points where a measure is not known well enough.

    A point is done once the 95 % confidence interval of the measure's mean reaches no farther than `half_width` to
    either side, from each start. As it is looked at after every round, somewhat fewer than 95 of 100 such intervals
    hold the mean.
    """

    metric: str = quantity("Measure", "The measure whose mean is to be known.", default="misconduct_rate")
    half_width: Positive = quantity("Half-width", "Of the 95\u00a0% confidence interval, in units of the measure.")
    max: Many = quantity("Most", "Replicates that no design point exceeds.", "runs")
    first: Annotated[Many, Field(ge=2)] = quantity("First", "Replicates of the first round.", "runs", default=10)

    @model_validator(mode="after")
    @reads("first", "max")
    def _in_order(self) -> Until:
        if self.max < self.first:
            raise LocatedError(("max",), f"{self.max} is fewer than the {self.first} of the first round")
        return self


class Rounds(Section):
    """Replicates in rounds."""

    until: Until = quantity("Until", "When a design point has enough.")


def _way(value: Any) -> str:
    return "in_rounds" if isinstance(value, dict | Rounds) else "counted"


Replicates = Annotated[Annotated[Many, Tag("counted")] | Annotated[Rounds, Tag("in_rounds")], Discriminator(_way)]
