"""Witnesses of a violation, each free to report it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Flags, Floats, Number, logistic
from oversight.errors import Mistake
from oversight.quantities import LocatedError, Money, NonNegative, PositiveCount, Section, quantity, reads

_HALVINGS = 60


class Witnesses(Section):
    """Others who see a violation that shows, and may report it; what is reported is inspected.

    With a `stake` all of them gain it if anyone reports, while whoever reports pays the cost: the volunteer's dilemma,
    in which more witnesses report less (Diekmann 1985, Journal of Conflict Resolution 29, 605). A `bounty` is split
    among those who report. They play the symmetric equilibrium: see `oversight.games.witnesses`.
    """

    meaning: ClassVar[str] = "Each violation that shows is seen by others, who may report it."

    number: Annotated[PositiveCount, Field(le=1_000_000)] = quantity("Witnesses", "Of each violation.", "witnesses")
    cost: Money = quantity("Cost of a report", "What whoever reports pays.", "money per report", default=0.0)
    retaliation: Money = quantity(
        "Retaliation", "What whoever reports is expected to suffer for it.", "money per report", default=0.0
    )
    stake: Money | None = quantity(
        "Stake", "What each witness gains if anyone reports.", "money per violation", default=None
    )
    bounty: Money | None = quantity(
        "Bounty", "What those who report get together.", "money per violation", default=None
    )
    response: Literal["best", "logit"] = quantity(
        "Response of witnesses", "Whether they best respond to one another, or with errors.", default="best"
    )
    precision: NonNegative | None = quantity(
        "Precision of witnesses", "Of a `logit` response.", "per unit of money", default=None
    )

    @model_validator(mode="after")
    @reads("stake", "bounty", "response", "precision")
    def _one_incentive(self) -> Witnesses:
        if self.stake is None and self.bounty is None:
            remedy = "Add `stake: ...` (money per violation), or `bounty`."
            raise LocatedError(("stake",), "is missing, and witnesses gain nothing", Mistake.MISSING, remedy)
        if self.stake is not None and self.bounty is not None:
            raise LocatedError(("bounty",), "cannot stand beside a `stake`", Mistake.IDLE, "Leave one of them out.")
        if self.response == "logit" and self.precision is None:
            remedy = "Add `precision: ...` (per unit of money)."
            raise LocatedError(("precision",), "is missing, and the response `logit` needs it", Mistake.MISSING, remedy)
        if self.response == "best" and self.precision is not None:
            raise LocatedError(
                ("precision",), "does nothing under the response `best`", Mistake.IDLE, "Leave it out, or say `logit`."
            )
        return self

    @property
    def reported(self) -> Number:
        """The probability that a violation which shows is reported by someone.

        1 - (c / b)^(n / (n - 1)) for n witnesses, a stake b and a cost c, retaliation included, that is below it; with
        a bounty each reports with the q at which b (1 - (1 - q)^n) / (n q) = c; a logit of precision l with
        q = 1 / (1 + exp(-l w(q))), for what a report is then worth, w.
        """
        each = self._logit() if self.response == "logit" else self._best()
        return 1 - (1 - each) ** self.number

    def _best(self) -> Floats:
        dear, pays = self._dear, self._pays
        worth = pays > dear
        ratio = np.where(worth, dear, 0.0) / np.where(worth, pays, 1.0)
        if self.bounty is not None:
            each = np.where(ratio * self.number <= 1, 1.0, _from(lambda q: self._share(q) <= ratio, ratio))
        else:
            each = 1 - ratio ** (1 / (self.number - 1)) if self.number > 1 else np.ones_like(ratio)
        return np.where(worth, each, 0.0)

    def _logit(self) -> Floats:
        dear, pays, precision = self._dear, self._pays, np.asarray(self.precision, dtype=float)

        def above(each: Floats) -> Flags:
            part = (1 - each) ** (self.number - 1) if self.bounty is None else self._share(each)
            found: Flags = each >= logistic(precision * (pays * part - dear))
            return found

        return _from(above, dear + pays + precision)

    @property
    def _dear(self) -> Floats:
        return np.asarray(self.cost, dtype=float) + self.retaliation

    @property
    def _pays(self) -> Floats:
        return np.asarray(self.stake if self.bounty is None else self.bounty, dtype=float)

    def _share(self, each: Floats) -> Floats:
        """The share of the bounty that a report is expected to bring, where each other witness reports so often."""
        some = np.where(each > 0, each, 0.5)
        someone = -np.expm1(self.number * np.log1p(-np.minimum(some, _BELOW_ONE)))
        return np.where(each > 0, someone / (self.number * some), 1.0)


_BELOW_ONE = float(np.nextafter(1.0, 0.0))


def _from(above: Callable[[Floats], Flags], like: Floats) -> Floats:
    """The probability from which on a condition holds."""
    low, high = np.zeros(np.shape(like)), np.ones(np.shape(like))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        beyond = above(middle)
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return high
