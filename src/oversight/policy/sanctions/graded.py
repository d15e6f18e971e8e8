"""The worse the act, the more it costs."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Number
from oversight.policy.sanctions.sanction import Offence, Sanction
from oversight.quantities import Money, quantity


class Graded(Sanction):
    """amounts[severity - 1]: what keeps whoever cannot be deterred from the lesser act from the worse one.

    Marginal deterrence: Stigler, Journal of Political Economy 78 (1970) 526; Shavell, International Review of Law and
    Economics 12 (1992) 345. Whoever is flagged and did nothing pays the lowest amount.
    """

    title: ClassVar[str] = "fines by severity"
    meaning: ClassVar[str] = "The fine goes by how severe the violation is."
    reads: ClassVar[frozenset[str]] = frozenset()
    linear: ClassVar[bool] = True

    kind: Literal["graded"] = "graded"
    amounts: Annotated[tuple[Money, ...], Field(strict=False, min_length=1, max_length=100)] = quantity(
        "Fines by severity", "The fine for acts of severity 1, 2, ...", "money"
    )

    @property
    def severities(self) -> int:
        return int(np.shape(self.amounts)[-1])

    def schedule(self, offence: Offence) -> Number:
        # Stacked, the fines of each run are a row, padded by their last value.
        fines = np.atleast_2d(np.asarray(self.amounts))
        return fines[:, offence.severity - 1 : offence.severity]

    def of_innocents(self, amount: Number) -> Number:
        return np.atleast_2d(np.asarray(self.amounts)).min(axis=1, keepdims=True)
