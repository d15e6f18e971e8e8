"""Several reviewers look at what is inspected; being copies of one monitor, they miss together."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from oversight.quantities import LocatedError, PositiveCount, Section, Share, quantity, reads


class Panel(Section):
    """An inspected actor is flagged if `needed` of the `reviewers` flag it, each of whom does as the detector says.

    One normal factor a case moves all of them: at correlation 1 a panel sees what one reviewer sees. See
    `oversight.common_factor`.
    """

    reviewers: Annotated[PositiveCount, Field(le=1_000)] = quantity("Reviewers", "Of each case.", "reviewers")
    needed: PositiveCount = quantity("Needed", "How many of them must flag a case.", "reviewers", default=1)
    correlation: Share = quantity("Correlation", "Between what moves two reviewers of a case.", default=0.0)

    @model_validator(mode="after")
    @reads("reviewers", "needed")
    def _can_flag(self) -> Panel:
        if self.needed > self.reviewers:
            raise LocatedError(("needed",), f"{self.needed} is more than the {self.reviewers} reviewers that there are")
        return self

    def flags(self, alone: Any) -> Any:
        """Probability that the panel flags what one reviewer flags with probability `alone`; a number, or an array."""
        if self.reviewers == 1:
            return alone
        from oversight.common_factor import at_least  # heavy, and only needed here

        each, correlation = np.broadcast_arrays(np.asarray(alone, dtype=float), self.correlation)
        pairs, place = np.unique(np.stack([each.ravel(), correlation.ravel()], axis=1), axis=0, return_inverse=True)
        found = np.array([at_least(self.needed, self.reviewers, *pair) for pair in pairs.tolist()])
        together = np.clip(found, 0.0, 1.0)[place.ravel()].reshape(each.shape)
        return together if together.ndim else float(together)
