"""What a policy holds in store for an actor that looks ahead, at given chances of being caught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from oversight.arrays import Floats, Number, present
from oversight.distributions import Distribution, Harm
from oversight.foresight.prospects import AtRecord, Prospects


class Sanction(Protocol):
    """What looking ahead asks of a sanction."""

    @property
    def limited_liability(self) -> bool:
        """Whether wealth caps what is taken."""

    @property
    def suspension(self) -> int:
        """Periods out of play."""

    @property
    def record_lifetime(self) -> int | None:
        """Periods after which a record entry lapses."""

    @property
    def forfeit_gain(self) -> bool:
        """Whether a violator loses the gain as well."""

    @property
    def depends_on(self) -> frozenset[str]:
        """What is taken is measured by these."""

    def line(self, harm: Harm, record: int, wealth: Floats | None, turnover: Floats | None) -> tuple[Number, Number]:
        """What is taken at a gain of zero, and more for each unit of a positive gain."""


class Chances(Protocol):
    """Probabilities of a sanction."""

    @property
    def violating(self) -> Number:
        """Of an actor that violates."""

    @property
    def complying(self) -> Number:
        """Of one that complies."""


def prospects_of(
    sanction: Sanction,
    gain: Distribution,
    harm: Harm,
    chances: Sequence[Chances],
    wealth: Floats | None = None,
    turnover: Floats | None = None,
    income: Number = 0.0,
) -> Prospects:
    """The prospects of actors with these chances of being sanctioned, one for each record 0, 1, ...

    The last of the `chances` stands for all longer records too: `policy.records` of them tell all apart. Chances,
    traits and the numbers of `sanction`, `gain` and `harm` broadcast to (runs, members). `Prospects.at` puts actors at
    their records, or, where `Prospects.lifetime` is not None, at their histories.
    """
    amounts = [sanction.line(harm, record, wealth, turnover) for record in range(len(chances))]
    capped = {"wealth": np.maximum(present(wealth), 0.0)} if sanction.limited_liability else {}
    return Prospects(
        tuple(
            AtRecord(chance.violating, chance.complying, *amount, **capped)
            for chance, amount in zip(chances, amounts, strict=True)
        ),
        gain,
        sanction.suspension,
        sanction.record_lifetime if len(chances) > 1 else None,
        not sanction.depends_on.isdisjoint({"gain", "harm"}),
        sanction.forfeit_gain,
        income,
    )
