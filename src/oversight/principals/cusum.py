"""An alarm at what adds up beyond a reference."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import model_validator

from oversight.arrays import Column, Number, present
from oversight.errors import Mistake
from oversight.principals.alarm import Alarm, rises
from oversight.principals.principal import Seen
from oversight.quantities import LocatedError, Share, quantity, reads


class Cusum(Alarm):
    """S = max(0, S + found - k x inspections), an alarm at S >= `threshold`: what exceeds a rate of k adds up.

    Page, Biometrika 41 (1954) 100. For a change `from` one rate of findings `to` another, the likelihood ratio says
    k = ln((1 - p0) / (1 - p1)) / ln(p1 (1 - p0) / (p0 (1 - p1))).
    """

    kind: Literal["cusum"] = "cusum"
    from_: Share | None = quantity(
        "From", "Share of inspections that find a violation while all is well.", "share", default=None, alias="from"
    )
    to: Share | None = quantity("To", "The share that is to be noticed.", "share", default=None)
    reference: Share | None = quantity("Reference", "k itself, in place of `from` and `to`.", "share", default=None)

    @model_validator(mode="after")
    @reads("from", "to", "reference")
    def _has_a_reference(self) -> Cusum:
        ends = (self.from_, self.to)
        if self.reference is not None:
            if ends != (None, None):
                remedy = "Leave out `from` and `to`."
                raise LocatedError(("reference",), "says what `from` and `to` say", Mistake.OTHER, remedy)
        elif self.from_ is None or self.to is None:
            remedy = "Say both, or `reference`."
            raise LocatedError(("to" if self.to is None else "from",), "is missing", Mistake.MISSING, remedy)
        else:
            rises(self.from_, self.to)
        return self

    @property
    def slack(self) -> Number:
        """k, what an inspection may find before anything adds up."""
        if self.reference is not None:
            return self.reference
        before, after = present(self.from_), present(self.to)
        ratio = np.log(after * (1 - before) / (before * (1 - after)))
        slack: Number = np.log((1 - before) / (1 - after)) / ratio
        return slack

    def moved(self, level: Column, seen: Seen) -> Column:
        found = self.shown(seen) * seen.inspections if self.unreal else seen.found
        return np.maximum(0.0, level + found - self.slack * seen.inspections)
