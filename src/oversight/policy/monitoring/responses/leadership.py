"""Commitment instead of response."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.arrays import Column, Number
from oversight.policy.chances import Stance
from oversight.policy.monitoring.responses.response import Response


class Leadership(Response):
    """Commits to the inspection rate that minimises social cost when actors respond to it (Stackelberg)."""

    leads: ClassVar[bool] = True

    kind: Literal["leadership"] = "leadership"

    def begins(self, benefit: Column) -> Stance:
        raise AssertionError("a leader commits to its rate: see `response.leadership`")

    def follows(self, stance: Stance, benefit: Column, adjustment: Number) -> Stance:
        raise AssertionError("a leader commits to its rate: see `response.leadership`")
