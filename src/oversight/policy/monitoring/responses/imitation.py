"""Overseers who copy one another."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Column, Floats, Number, count
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses.response import Response
from oversight.quantities import Count, PositiveShare, Probability, quantity


class Imitation(Response):
    """Finitely many overseers, each inspecting or not, who copy one another as `imitator` actors do.

    An actor meets one of them at random, so that the inspection rate is the share of those who inspect.
    """

    maximises: ClassVar[bool] = True
    copies: ClassVar[bool] = True

    kind: Literal["imitation"] = "imitation"
    revision: PositiveShare = quantity(
        "Revision of the overseers",
        "Share of the overseers that look at another in a period.",
        "share per period",
        default=0.1,
    )
    one_at_a_time: Annotated[Count, Field(le=1_000_000)] = quantity(
        "Overseers' revisions one at a time",
        "Made one after another in a period, in the place of `revision`; 0: all at once.",
        "revisions per period",
        default=0,
    )
    start: Probability = quantity(
        "Initial inspectors", "Share that inspected in the period before the first.", "share", default=0.5
    )

    def begins(self, benefit: Column) -> Stance:
        return Stance(self.start + np.zeros_like(benefit))

    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        raise AssertionError("copying is a matter of draws: see `copied`")

    @property
    def turns(self) -> int:
        return self.one_at_a_time

    def copied(self, rate: Column, size: int, worth: Column, draw: Floats) -> Column:
        inspecting = np.arange(size) < np.rint(rate * size)
        opposite = np.where(inspecting, 1.0 - rate, rate) * size / max(size - 1, 1)
        copies = np.clip(np.where(inspecting, -worth, worth), 0.0, 1.0)
        return count(inspecting ^ (draw < self.revision * opposite * copies)) / size
