"""Learning from what came of the neighbours' violations."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oversight.actors.beliefs.belief import Belief, PublicHistory
from oversight.arrays import Floats, Values
from oversight.quantities import Positive, PositiveCount, quantity


class Neighbourhood(Belief):
    """(prior_caught + caught) / (both priors + violations) of the neighbours in the last `window` periods.

    Before the first period nobody has seen anything. One's own violations do not count.
    """

    reads_announced: ClassVar[bool] = False
    of_neighbours: ClassVar[bool] = True

    kind: Literal["neighbourhood"] = "neighbourhood"
    window: Annotated[PositiveCount, Field(le=1_000)] = quantity("Window", "Periods that are remembered.", "periods")
    prior_caught: Positive = quantity("Prior caught", "Pseudo-count of caught violations.", "violations")
    prior_missed: Positive = quantity("Prior missed", "Pseudo-count of violations that went uncaught.", "violations")

    @property
    def remembers(self) -> int:
        return self.window

    def perceived(self, state: Values | None, announced: Floats, history: PublicHistory) -> Floats:
        return (self.prior_caught + history.caught) / (self.prior_caught + self.prior_missed + history.violations)
