"""Repeat offenders pay by their record."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Floats, Number, present
from oversight.policy.sanctions.sanction import Offence, Sanction
from oversight.quantities import Money, quantity


class Escalating(Sanction):
    """amounts[record], the last amount repeating."""

    title: ClassVar[str] = "escalating fines"
    meaning: ClassVar[str] = "The fine rises with past sanctions."
    reads: ClassVar[frozenset[str]] = frozenset({"record"})
    linear: ClassVar[bool] = True

    kind: Literal["escalating"] = "escalating"
    amounts: Annotated[tuple[Money, ...], Field(strict=False, min_length=1, max_length=100)] = quantity(
        "Fines by record", "The fine at no, one, two, ... standing past sanctions; the last one repeats.", "money"
    )

    @property
    def records(self) -> int:
        return int(np.shape(self.amounts)[-1])

    def schedule(self, offence: Offence) -> Number:
        # Stacked, the fines of each run are a row, padded by their last value.
        fines = np.atleast_2d(np.asarray(self.amounts))
        step = np.asarray(present(offence.record)).astype(np.intp)
        if len(fines) == 1:
            shared: Floats = np.take(fines[0], step, mode="clip")
            return shared
        own: Floats = fines[np.arange(len(fines))[:, None], np.minimum(step, fines.shape[1] - 1)]
        return own
