"""What a policy holds in store for an actor that looks ahead, at given chances of being caught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np

from oversight.arrays import Floats, Number, present
from oversight.distributions import Distribution, Harm
from oversight.foresight.customers import Customers
from oversight.foresight.envelope import Offered, Taken
from oversight.foresight.prospects import AtRecord, Prospects


class Option(Protocol):
    """What looking ahead asks of an option."""

    @property
    def gain(self) -> Number:
        """What it earns, as a multiple of the draw; not negative."""

    @property
    def harm(self) -> Number:
        """The same of the harm that it does."""

    @property
    def cost(self) -> Number:
        """What it costs the actor."""

    @property
    def severity(self) -> int:
        """Its class."""

    @property
    def violation(self) -> bool:
        """False for what only looks like one."""


class _Violation(NamedTuple):
    """The one violation, as an option."""

    gain: Number = 1.0
    harm: Number = 1.0
    cost: Number = 0.0
    severity: int = 1
    violation: bool = True


class Felt(NamedTuple):
    """What acts are worth to actors beside what they earn, in money; numbers or (runs, 1)."""

    complying: Number
    acts: Sequence[Number]
    """Of each act beyond complying: of each option, or of the one violation."""


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

    def line(
        self, harm: Harm, record: int, wealth: Floats | None, turnover: Floats | None, option: Option | None = None
    ) -> tuple[Number, Number]:
        """What is taken at a gain of zero, and more for each unit of a positive gain; of an option if one is named."""

    def of_innocents(self, amount: Number) -> Number:
        """What is taken from a flagged actor that did nothing."""


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
    options: Sequence[Option] = (),
    flagged: Sequence[Sequence[Number]] = (),
    felt: Felt | None = None,
    customers: Customers | None = None,
) -> Prospects:
    """The prospects of actors with these chances of being sanctioned, one for each record 0, 1, ...

    The last of the `chances` stands for all longer records too: `policy.records` of them tell all apart. Chances,
    traits and the numbers of `sanction`, `gain` and `harm` broadcast to (runs, members). `Prospects.at` puts actors at
    their records, or, where `Prospects.lifetime` is not None, at their histories. Of `options`, if there are any,
    `flagged` are the chances of a sanction, by record and option. `felt` is what acts are worth to
    actors beside what they earn, `customers` what these do who notice a violation.
    """
    amounts = [sanction.line(harm, record, wealth, turnover) for record in range(len(chances))]
    bare = not options
    apart = any(np.any(np.not_equal(sanction.of_innocents(amount), amount)) for amount, _ in amounts)
    if bare and (felt or customers or apart):
        options, flagged = [_Violation()], [[chance.violating] for chance in chances]
    capped = {"wealth": np.maximum(present(wealth), 0.0)} if sanction.limited_liability else {}
    cap = capped.get("wealth")

    worth = felt.acts if felt else [0.0] * len(options)

    def offered(option: Option, record: int, chance: Number, more: Number) -> Offered:
        amount, rate = sanction.line(harm, record, wealth, turnover, option)
        forfeit = option.gain if sanction.forfeit_gain else 0.0
        return Offered(chance, Taken(amount, rate + forfeit, cap), option.gain, option.cost - more, option.violation)

    offers = tuple(
        tuple(
            offered(option, record, chance, more)
            for option, chance, more in zip(options, flagged[record], worth, strict=True)
        )
        for record in range(len(chances) if options else 0)
    )
    return Prospects(
        tuple(
            AtRecord(chance.violating, chance.complying, *_of_who_complies(sanction, amount, bool(options)), **capped)
            for chance, amount in zip(chances, amounts, strict=True)
        ),
        gain,
        sanction.suspension,
        sanction.record_lifetime if len(chances) > 1 else None,
        not sanction.depends_on.isdisjoint({"gain", "harm"}),
        sanction.forfeit_gain,
        income + felt.complying if felt else income,
        options=offers,
        customers=customers,
    )


def _of_who_complies(sanction: Sanction, line: tuple[Number, Number], options: bool) -> tuple[Number, Number]:
    """What is taken from an innocent, where that is not what is taken for the one violation."""
    return (sanction.of_innocents(line[0]), line[1]) if options else line
