"""Harm that grows with the gain."""

from __future__ import annotations

from typing import Literal

from oversight.quantities import NonNegative, Section, quantity


class ProportionalHarm(Section):
    """Harm as a multiple of the opportunity's gain, never below zero."""

    kind: Literal["proportional"] = "proportional"
    factor: NonNegative = quantity("Multiple of the gain")
