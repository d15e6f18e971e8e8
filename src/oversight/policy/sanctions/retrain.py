"""Actors that are trained again when they are sanctioned."""

from __future__ import annotations

from typing import ClassVar, Literal

from oversight.quantities import Positive, Section, quantity


class Retrain(Section):
    """Whoever is sanctioned, and learns step by step, is as it was at the start, or takes a step back.

    A step takes `size` off the log-odds of violating.
    """

    meaning: ClassVar[str] = "Whoever is sanctioned is trained again."

    kind: Literal["reset", "step"] = quantity("How", "Back to the start, or a step down.", default="reset")
    size: Positive | None = quantity("Size of a step", "What it takes off the log-odds of violating.", default=None)
