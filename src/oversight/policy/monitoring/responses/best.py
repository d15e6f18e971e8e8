"""All or nothing."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Column, Number
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses.response import Response


class Best(Response):
    """Inspects everyone if an inspection pays, nobody if it does not, and goes on as before if it breaks even."""

    gradual: ClassVar[bool] = True
    maximises: ClassVar[bool] = True
    jumps: ClassVar[bool] = True
    memoryless: ClassVar[bool] = True

    kind: Literal["best"] = "best"

    def begins(self, benefit: Column) -> Stance:
        return Stance((benefit > 0).astype(float))

    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        target = np.where(benefit == 0, stance.rate, benefit > 0)
        return Stance(stance.rate + adjustment * (target - stance.rate))
