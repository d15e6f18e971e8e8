"""A multiple of the gain or of the harm."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from oversight.arrays import Number
from oversight.policy.sanctions.sanction import Offence, Sanction
from oversight.quantities import NonNegative, quantity


class Proportional(Sanction):
    """factor x gain or factor x harm of the opportunity, never below zero."""

    title: ClassVar[str] = "proportional fine"
    meaning: ClassVar[str] = "The fine is a multiple of the gain or of the harm."
    reads: ClassVar[frozenset[str]] = frozenset({"gain", "harm"})
    linear: ClassVar[bool] = True

    kind: Literal["proportional"] = "proportional"
    factor: NonNegative = quantity("Multiple", "The fine is this multiple of the base.", "multiple of the base")
    base: Literal["gain", "harm"] = quantity("Base", "What the fine is measured by.", default="gain")

    @property
    def measured_by(self) -> frozenset[str]:
        return frozenset({self.base})

    def schedule(self, offence: Offence) -> Number:
        return self.factor * np.maximum(offence.gain if self.base == "gain" else offence.harm, 0.0)
