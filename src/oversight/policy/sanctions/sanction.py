"""The sanction seam: what a flagged actor pays."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import BeforeValidator, Field

from oversight.arrays import Floats, Number, present
from oversight.distributions import Harm
from oversight.foresight import FOREVER
from oversight.foresight.payoff import Option
from oversight.policy.sanctions.retrain import Retrain
from oversight.policy.sanctions.self_report import SelfReport
from oversight.quantities import Count, Money, PositiveCount, Section, declared, quantity

MOST_ANSWERS = 100
"""Answers that may be drawn of an actor in a period."""


def _for_ever(value: Any) -> Any:
    return FOREVER if value == "forever" else value


_Periods = Annotated[Count, Field(le=FOREVER)]
Suspension = Annotated[_Periods, BeforeValidator(_for_ever, json_schema_input_type=_Periods | Literal["forever"])]


@dataclass(slots=True)
class Offence:
    """What a sanction may be measured by. Each array broadcasts to (runs, members).

    `gain` and `harm` are of the opportunity, in money; `record` counts standing past sanctions; `wealth` and
    `turnover` are None where the population has no such trait. `severity` is the class of the act, from 1.
    """

    gain: Floats
    harm: Floats
    record: Floats | None = None
    wealth: Floats | None = None
    turnover: Floats | None = None
    severity: int = 1


class Amounts(NamedTuple):
    """Money taken from a flagged actor that violated, and from one that complied."""

    violating: Number
    complying: Number


class Sanction(Section):
    """What a flagged actor pays, and the options that every kind of sanction shares.

    An innocent actor that is flagged pays what a violator would, since the overseer cannot tell them apart; but
    there is no gain to forfeit.
    """

    reads: ClassVar[frozenset[str]] = frozenset({"gain", "harm", "record", "wealth", "turnover"})
    """Which parts of an `Offence` the kind's `schedule` is measured by. Theory follows the parts named here, and the
    certificate looks whether others matter; a kind that does not say is taken to read them all."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Traits that a population entry must state for it."""
    linear: ClassVar[bool] = False
    """Whether `schedule` is linear in a positive gain and harm; if not, looking ahead is not covered."""

    limited_liability: bool = quantity(
        "Limited liability", "The actor's wealth caps what is taken in a period.", default=False
    )
    suspension: Suspension = quantity(
        "Suspension", "Whole periods out of play after a sanction, or `forever`.", "periods", default=0
    )
    forfeit_gain: bool = quantity("Gain forfeited", "A caught violator loses the gain as well.", default=False)
    cost_per_sanction: Money = quantity(
        "Cost per sanction", "What society spends to impose one sanction.", "money per sanction", default=0.0
    )
    record_lifetime: Annotated[PositiveCount, Field(le=10_000)] | None = quantity(
        "Record lifetime", "Periods after which a record entry lapses; absent: never.", "periods", default=None
    )
    resample: Annotated[PositiveCount, Field(le=MOST_ANSWERS)] | None = quantity(
        "Answers at most",
        "A flagged answer is drawn again, and looked at again, until so many are drawn; absent: none is.",
        "answers",
        default=None,
    )
    withhold: bool = quantity(
        "Last answer withheld", "If the last answer is flagged too, nothing is done.", default=False
    )
    retrain: Retrain | None = quantity(
        "Retraining", "What a sanction does to actors that learn step by step; absent: nothing.", default=None
    )
    self_report: SelfReport | None = quantity(
        "Self-reports", "What is taken from violators that report themselves; absent: they cannot.", default=None
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **given: Any) -> None:
        super().__pydantic_init_subclass__(**given)
        declared(cls, "reads", Sanction.reads)
        declared(cls, "needs", frozenset({"wealth", "turnover"}))

    @property
    def records(self) -> int:
        """How many records tell actors apart: from `records - 1` on, one more changes nothing.

        Theory covers a kind that reads records only if it says so.
        """
        return 1

    @property
    def measured_by(self) -> frozenset[str]:
        """The parts of `reads` that matter with these parameters."""
        return self.reads

    @property
    def depends_on(self) -> frozenset[str]:
        """The parts of an offence that what is taken depends on, the shared options included."""
        gain = {"gain"} if self.forfeit_gain else set()
        wealth = {"wealth"} if self.limited_liability else set()
        return self.measured_by | gain | wealth

    @property
    def reads_record(self) -> bool:
        """Whether an actor's past sanctions matter."""
        return "record" in self.measured_by

    @abstractmethod
    def schedule(self, offence: Offence) -> Number:
        """The kind's own amount, in money, before the shared options."""

    def line(
        self,
        harm: Harm,
        record: int,
        wealth: Floats | None = None,
        turnover: Floats | None = None,
        option: Option | None = None,
    ) -> tuple[Number, Number]:
        """What a `linear` schedule takes at a gain of zero, and more for each unit of a positive gain.

        Of the one violation, or of an `option`, which is a multiple of what is drawn.
        """

        def scheduled(gain: float) -> Number:
            one, standing = np.full((1, 1), gain), np.full((1, 1), float(record))
            caused = harm.given(one, np.zeros((1, 1)))
            if option is None:
                return self.schedule(Offence(one, caused, standing, wealth, turnover))
            earned, done = option.gain * one, option.harm * caused
            return self.schedule(Offence(earned, done, standing, wealth, turnover, option.severity))

        amount = np.asarray(scheduled(0.0))
        return amount, scheduled(1.0) - amount

    @property
    def severities(self) -> int | None:
        """The highest severity class that it has an amount for; None of one that has an amount for all."""
        return None

    def of_innocents(self, amount: Number) -> Number:
        """What a flagged actor that did nothing would be taken, where the opportunity's schedule is this `amount`."""
        return amount

    def suits(self, trait: str) -> float | None:
        """A value of a trait that the sanction is made for, for the page to start from; None where it has none."""
        return None

    def taken(self, offence: Offence) -> Amounts:
        """What is taken, the shared options included: min(wealth, schedule + gain if forfeited)."""
        amount = self.schedule(offence)
        innocent = self.of_innocents(amount)
        guilty = amount + np.maximum(offence.gain, 0.0) if self.forfeit_gain else amount
        if self.limited_liability:
            wealth = np.maximum(present(offence.wealth), 0.0)
            return Amounts(np.minimum(guilty, wealth), np.minimum(innocent, wealth))
        return Amounts(guilty, innocent)
