"""The policy: monitoring, detector, sanction and training, and what they deliver together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, NamedTuple

import numpy as np
from pydantic import model_validator

from oversight.arrays import NOBODY, Flags, Floats, Number, arrayed, present
from oversight.documents.paths import value_at
from oversight.errors import Mistake
from oversight.foresight import FOREVER, Customers
from oversight.policy.acts import Act
from oversight.policy.chances import Chances, State
from oversight.policy.detector import Detector
from oversight.policy.honeypots import Honeypots
from oversight.policy.inspectors import Inspectors
from oversight.policy.market import Market
from oversight.policy.monitoring import AnyMonitoring, Monitoring
from oversight.policy.payoffs import Payoffs
from oversight.policy.sanctions import Amounts, AnySanction, Offence, Sanction
from oversight.policy.sanctions.fixed import Fixed
from oversight.policy.signal import Notice, noticed
from oversight.policy.training import AnyTraining
from oversight.policy.witnesses import Witnesses
from oversight.quantities import Citation, LocatedError, Name, Section, quantity, reads


class Units(Section):
    """Local names of the units, shown wherever a number is."""

    money: str = quantity("Unit of money", default="money")
    period: str = quantity("Length of a period", default="period")


class Bargained(NamedTuple):
    """What is paid by a flagged actor that violated and by one that complied, and whether that is a bribe."""

    amounts: Amounts
    bribed: Flags = NOBODY
    falsely_bribed: Flags = NOBODY


class Policy(Section):
    """What the principal sets: who is inspected, what an inspection finds, what follows."""

    unread: ClassVar[frozenset[str]] = frozenset({"name", "title", "description", "units", "sources"})

    name: Name = quantity("Name", "Short name, as in file names and tables.")
    title: str = quantity("Title", "What a reader sees.", default="")
    description: str = quantity("Description", default="")
    units: Units = Units()
    sources: dict[str, Citation] = quantity("Sources", "Dotted path of a number to its source.", default={})
    monitoring: AnyMonitoring = quantity("Monitoring", "Who is inspected.")
    detector: Detector = quantity("Detector", "What an inspection finds.", default=Detector())
    sanction: AnySanction = quantity("Sanction", "What a flagged actor pays.", default=Fixed(amount=0.0))
    honeypots: Honeypots | None = quantity("Honeypots", "Planted opportunities; absent: none.", default=None)
    witnesses: Witnesses | None = quantity("Witnesses", "Who sees violations and may report them.", default=None)
    inspectors: Inspectors | None = quantity(
        "Inspectors", "Whether whoever is flagged may bribe its inspector; absent: nobody may.", default=None
    )
    market: Market | None = quantity(
        "Market", "Whether customers leave who notice violations; absent: none do.", default=None
    )
    payoffs: Payoffs | None = quantity(
        "Payoffs", "What actors and overseers get for each joint outcome; absent: nothing.", default=None
    )
    training: AnyTraining | None = quantity("Training", "Values loaded into actors; absent: none.", default=None)

    @model_validator(mode="after")
    @reads("sources")
    def _sources_name_numbers(self) -> Policy:
        for path in self.sources:
            if isinstance(value_at(self, path), Section | dict | None):
                raise LocatedError(("sources", path), "names no number of this policy")
        return self

    @model_validator(mode="after")
    @reads("inspectors", "monitoring")
    def _inspectors_are_rewarded(self) -> Policy:
        if self.inspectors and self.inspectors.reward is None and self.monitoring.overseer is None:
            remedy = "Say what an inspector gets for each report: `reward: ...`."
            raise LocatedError(("inspectors", "reward"), "is missing", Mistake.MISSING, remedy)
        return self

    @model_validator(mode="after")
    @reads("sanction")
    def _an_answer_is_withheld(self) -> Policy:
        if self.sanction.withhold and self.sanction.resample is None:
            message = "is about the last answer that `resample` lets be drawn"
            remedy = "Say how many may be: `resample: 1` withholds the first if it is flagged."
            raise LocatedError(("sanction", "withhold"), message, Mistake.OTHER, remedy)
        return self

    @model_validator(mode="after")
    @reads("sanction")
    def _steps_back_have_a_size(self) -> Policy:
        retrain, where = self.sanction.retrain, ("sanction", "retrain", "size")
        if retrain and retrain.kind == "step" and retrain.size is None:
            raise LocatedError(where, "is missing", Mistake.MISSING, "Say what a step takes off the log-odds.")
        if retrain and retrain.kind == "reset" and retrain.size is not None:
            raise LocatedError(where, "is of a step, and a reset has none", Mistake.OTHER, "Leave it out.")
        return self

    @model_validator(mode="after")
    @reads("sanction.suspension", "monitoring")
    def _somebody_is_left_to_lead(self) -> Policy:
        overseer = self.monitoring.overseer
        if overseer is not None and overseer.leads and self.sanction.suspension >= FOREVER:
            message = "the response `leadership` commits to what costs least in the long run, where nobody is in play"
            remedy = "Say a number of periods, or choose another response."
            raise LocatedError(("sanction", "suspension"), message, Mistake.OTHER, remedy)
        return self

    @property
    def heading(self) -> str:
        """Title, or the name made readable."""
        return self.title or self.name.replace("_", " ").capitalize()

    @property
    def reads_record(self) -> bool:
        """Whether any part depends on past sanctions."""
        return self.monitoring.reads_record or self.sanction.reads_record

    @property
    def records(self) -> int:
        """How many records tell actors apart: from `records - 1` on, one more changes nothing."""
        told_apart = max(self.monitoring.records, self.sanction.records)
        lifetime = self.sanction.record_lifetime
        # Nobody has a longer record than one entry for each period after which the oldest lapses.
        return told_apart if lifetime is None else min(told_apart, lifetime + 1)

    @property
    def standings(self) -> int:
        """How many pasts tell actors apart: their records, or how many periods are left of a loss of customers."""
        return self.market.periods + 1 if self.market and self.restarts else self.records

    def customers(self, income: Number) -> Customers | None:
        """The customers of an actor with this income, in money per period; None where they do nothing."""
        return None if self.market is None else self.market.customers(income)

    @property
    def restarts(self) -> bool:
        """Whether a new notice starts a loss of customers anew, so that actors are told apart by what is left of it."""
        return self.market is not None and self.market.restarts

    @property
    def open_ended(self) -> bool:
        """Whether a part reads records and does not say how many of them it tells apart."""
        says = (
            type(self.monitoring).records is not Monitoring.records,
            type(self.sanction).records is not Sanction.records,
        )
        reads = self.monitoring.reads_record, self.sanction.reads_record
        return any(read and not said for read, said in zip(reads, says, strict=True))

    def detection_probability(self, state: State) -> Chances:
        """Probability of a sanction: inspection x sensitivity for a violator, x false positive rate for an innocent."""
        return self.sanctioned(self.inspected(self.monitoring.chances(state)))

    def inspected(self, inspection: Chances) -> Chances:
        """The chances of inspection, what witnesses report included, given those by monitoring alone."""
        if self.witnesses is None:
            return inspection
        return Chances(
            self.monitoring.with_reports(inspection.violating, self.witnesses.reported), inspection.complying
        )

    def sanctioned(self, inspection: Chances) -> Chances:
        """The same, given the chances of inspection."""
        detector = self.detector.as_one()
        return Chances(inspection.violating * detector.sensitivity, inspection.complying * detector.false_positive_rate)

    def flagging(self, state: State, act: Act) -> Number:
        """Probability of a sanction for an act: v x sensitivity + (1 - v) x false positive rate of its inspections."""
        return self.flagged(self.inspected(self.monitoring.chances_of(state, act)), act)

    def flagged(self, inspection: Chances, act: Act) -> Number:
        """The same, given the chances that it is inspected where it shows and where it does not."""
        if act.reported:
            return 1.0
        detector = self.detector.as_one()
        seen = act.visibility * inspection.violating * detector.sensitivity
        return seen + (1 - act.visibility) * inspection.complying * detector.false_positive_rate

    def looked_at(self, inspection: Chances, act: Act) -> Number:
        """Probability that an act is inspected, given the same."""
        if act.reported:
            return 0.0
        return act.visibility * inspection.violating + (1 - act.visibility) * inspection.complying

    # What is paid

    def paying(self, state: State) -> State:
        """The state with what a look is worth by the payoffs of the overseer, where there are any."""
        if self.payoffs is None:
            return state
        return replace(state, besides=self.payoffs.of_looking(state, self.detector.as_one()))

    def settled(self, offence: Offence) -> Bargained:
        """What a flagged actor pays, a bribe or the sanction."""
        guilty, innocent = self.sanction.taken(offence)
        if self.inspectors is None:
            return Bargained(Amounts(guilty, innocent))
        of_guilty, of_innocent = (self.inspectors.settle(amount, self.reward) for amount in (guilty, innocent))
        return Bargained(Amounts(of_guilty.paid, of_innocent.paid), of_guilty.bribed, of_innocent.bribed)

    @property
    def reward(self) -> Number:
        """What an inspector gets for each actor it reports."""
        stated: Number | None = present(self.inspectors).reward
        if stated is None:
            stated = present(self.monitoring.overseer).reward
        assert stated is not None, "an overseer without a reward is refused"
        return stated

    def rewards(
        self, acts: Sequence[tuple[Act, bool]], looks: Sequence[Chances], believed: Sequence[Floats], erring: Number
    ) -> list[Floats]:
        """What outcomes pay actors for each act beyond complying, (1 - e) E[right] + e E[error], in money.

        Who believes in another chance of a sanction than is announced takes inspections to be as many times more.

        Args:
            acts: each, and whether it is a violation.
            looks: the announced chances of an inspection for each, and last those of complying.
            believed: the chances of a sanction for each that members believe in.
            erring: e, the chance that an act which complies goes wrong.
        """
        detector, own = self.detector.as_one(), present(self.payoffs).actor
        seen, hidden = looks[-1]
        right = own.right.expected(hidden, hidden * detector.false_positive_rate)
        error = own.error.expected(seen, seen * detector.sensitivity)
        complying = (1 - erring) * right + erring * error
        found = []
        for (act, wrong), look, chance in zip(acts, looks, believed, strict=False):
            row = own.violation if wrong else own.abstention if act.abstains else own.right
            found.append(arrayed(row.expected(self._looked_at(act, look, chance), chance)) - complying)
        return found

    def _looked_at(self, act: Act, looks: Chances, believed: Floats) -> Floats:
        """The chance of an inspection that goes with a believed chance of a sanction."""
        looked, flagged = arrayed(self.looked_at(looks, act)), arrayed(self.flagged(looks, act))
        # A detector that hardly ever flags says of a sanction that is expected that everybody is looked at.
        with np.errstate(over="ignore", invalid="ignore"):
            held = np.where(believed > 0, believed * (looked / np.where(flagged > 0, flagged, 1.0)), 0.0)
        held = np.where(flagged > 0, np.minimum(held, 1.0), looked)
        found: Floats = np.where(believed == flagged, looked, np.maximum(held, believed))
        return found

    # What is known before the act

    @property
    def forewarns(self) -> bool:
        """Whether inspections are drawn before actors decide: there are signals of them, or honeypots among them."""
        return self.monitoring.signal is not None or self.honeypots is not None

    def notices(self, inspection: Number) -> tuple[Notice, ...]:
        """What actors may be told, given the chance that a real opportunity is inspected: no signal, and a signal.

        It is one thing, nothing, where there is no signal.
        """
        planted = self.honeypots.rate if self.honeypots else 0.0
        whole = planted + (1 - planted) * inspection if self.honeypots else inspection
        signal = self.monitoring.signal
        if signal is None:
            return (Notice(1.0, whole, 1 - planted),)
        hit, alarm = signal.hit_rate, signal.false_alarm_rate
        return noticed(whole, planted, 1 - hit, 1 - alarm), noticed(whole, planted, hit, alarm)
