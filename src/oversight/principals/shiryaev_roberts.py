"""An alarm at the summed likelihood ratios of a change at each past period."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Column
from oversight.principals.alarm import Alarm, rises
from oversight.principals.principal import Seen
from oversight.quantities import Share, quantity, reads

_MOST = 700.0
"""The logarithm of about the largest number that there is: no level beyond it is told apart."""


class ShiryaevRoberts(Alarm):
    """R = (1 + R) (p1 / p0)^found ((1 - p1) / (1 - p0))^(inspections - found), an alarm at R >= `threshold`.

    The likelihood ratios of a change `from` p0 `to` p1 before each period so far, summed. Until the change R less the
    periods is a martingale, so that a false alarm takes at least `threshold` periods on average. Shiryaev, Theory of
    Probability and its Applications 8 (1963) 22; Roberts, Technometrics 8 (1966) 411; Pollak, Annals of Statistics 13
    (1985) 206.
    """

    kind: Literal["shiryaev_roberts"] = "shiryaev_roberts"
    from_: Share = quantity(
        "From", "Share of inspections that find a violation while all is well, p0.", "share", alias="from"
    )
    to: Share = quantity("To", "The share that is to be noticed, p1.", "share")

    @model_validator(mode="after")
    @reads("from", "to")
    def _rises(self) -> ShiryaevRoberts:
        rises(self.from_, self.to)
        return self

    def moved(self, level: Column, seen: Seen) -> Column:
        found = self.shown(seen) * seen.inspections if self.unreal else seen.found
        before, after = np.asarray(self.from_), np.asarray(self.to)
        ratio = found * np.log(after / before)
        ratio = ratio + (seen.inspections - found) * np.log((1 - after) / (1 - before))
        moved: Column = np.exp(np.minimum(np.log1p(level) + ratio, _MOST))
        return moved
