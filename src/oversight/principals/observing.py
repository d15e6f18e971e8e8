"""What a principal goes by: what inspections find, or the truth that nobody can see."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from oversight.arrays import Column, present
from oversight.principals.principal import Principal, Seen
from oversight.quantities import quantity


def worded(value: Any) -> Any:
    """Files write `observes: true`, which is no text there."""
    return "true" if value is True else value


Observed = Annotated[Literal["apparent", "true"], BeforeValidator(worded)]


class Observing(Principal):
    """A principal that goes by one number of each period."""

    observes: Observed = quantity(
        "Observes",
        "`apparent`: misconduct as the inspections alone show it. `true`: misconduct itself, which nobody can see.",
        default="apparent",
    )

    @property
    def unreal(self) -> bool:
        return self.observes == "true"

    def shown(self, seen: Seen) -> Column:
        """The misconduct rate that it goes by, (runs, 1); NaN where nothing was inspected, or nobody is in play."""
        return present(seen.truth) if self.unreal else seen.apparent
