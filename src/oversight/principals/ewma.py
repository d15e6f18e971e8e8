"""An alarm at a moving average."""

from __future__ import annotations

from typing import Literal

from oversight.arrays import Column, Number
from oversight.principals.alarm import Alarm
from oversight.principals.principal import Seen
from oversight.quantities import PositiveShare, Share, quantity


class Ewma(Alarm):
    """z = (1 - w) z + w x (misconduct that a period shows), an alarm at z >= `threshold`.

    Roberts, Technometrics 1 (1959) 239.
    """

    kind: Literal["ewma"] = "ewma"
    weight: PositiveShare = quantity("Weight", "w, what the last period counts.", "share", default=0.2)
    from_: Share = quantity(
        "From", "The average that it begins with, and begins anew with.", "share", default=0.0, alias="from"
    )

    @property
    def initial(self) -> Number:
        return self.from_

    def moved(self, level: Column, seen: Seen) -> Column:
        return (1 - self.weight) * level + self.weight * self.shown(seen)
