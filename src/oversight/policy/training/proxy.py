"""What training saw in the place of what is valued, and how it chose by that."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from oversight.distributions import AnyDistribution
from oversight.documents.schema import kind_of
from oversight.quantities import LocatedError, PositiveCount, Section, quantity, reads

MOST_ANSWERS = 1_000_000


class Selection(Section):
    """Of so many answers that an actor would give without the values, the one that scores highest is given."""

    meaning: ClassVar[str] = "Of several answers the one that scores highest is given."

    best_of: Annotated[PositiveCount, Field(le=MOST_ANSWERS)] = quantity(
        "Best of", "How many answers are drawn to choose from.", "answers"
    )


class Proxy(Section):
    """Training saw each score with an error."""

    meaning: ClassVar[str] = "Training saw the scores with errors."

    error: AnyDistribution = quantity("Error", "What training saw beyond each score.", "units of the value")
    drawn: Literal["once", "each_opportunity"] = quantity(
        "Drawn", "Whether errors are those of a whole run, or of each opportunity.", default="each_opportunity"
    )
    selection: Selection | None = quantity(
        "Selection", "Choose among answers by the scores; absent: tilt the choice by them.", default=None
    )

    @model_validator(mode="after")
    @reads()
    def _tilts(self) -> Proxy:
        if self.drawn == "each_opportunity" and self.selection is None and self.error.heavy_tailed:
            message = f"kind {kind_of(type(self.error))} has a tail so heavy that no exponential tilt by it has a mean"
            raise LocatedError(("error", "kind"), message, remedy="Say `selection: {best_of: 16}`, or another kind.")
        return self
