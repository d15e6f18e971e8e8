"""What a batch's runs have come to so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Flags, Floats, Table, Vector, arrayed, count
from oversight.errors import KindError
from oversight.measures.built_in import BRIBES, CUSTOMERS, ERRORS, PAYOFFS, REPORTS, RESAMPLED, WITNESSED, of_totals
from oversight.measures.totals import Totals, add, nothing, ratio
from oversight.measures.watched import apparent, watched
from oversight.principals import Principal
from oversight.scenario.counted import counted
from oversight.scenario.levels import levels, values_of
from oversight.simulation.asked import Answers
from oversight.simulation.batch import Batch
from oversight.simulation.dynamics import Dynamics
from oversight.simulation.menu import Done
from oversight.simulation.population import Group
from oversight.simulation.series import Series
from oversight.simulation.tails import Tails
from oversight.simulation.training import Tally
from oversight.welfare import Account, Accounts


class Ledger:
    """Running sums over the measured periods: never a log of every actor."""

    def __init__(self, stacked: Batch, groups: Sequence[Group], principal: Principal | None = None, whole: bool = True):
        """Of the phases of a `principal` there is one each, which is no `whole` course and so has no dynamics."""
        self.stacked = stacked
        self.groups = groups
        self.periods = 0
        self.sums = nothing(stacked.runs)
        self.answers = Answers()
        self.entry_active = np.zeros((stacked.runs, len(groups)))
        self.entry_violations = np.zeros((stacked.runs, len(groups)))
        self.done: Done | None = None
        self.tally: Tally | None = None
        self.ever_sanctioned = np.zeros((stacked.runs, stacked.size), dtype=bool)
        self.dynamics = (
            Dynamics(stacked.runs, stacked.window, stacked.near, stacked.within)
            if whole and stacked.window is not None
            else None
        )
        measured = stacked.periods - stacked.burn_in
        self.tails = Tails(measured, stacked.edge, stacked.persistent) if whole and stacked.copied else None
        self.series = Series(stacked.kept) if whole and stacked.kept else None
        starts = principal.starts if principal else ()
        self.phases = [Ledger(stacked, groups, whole=False) for _ in starts]

    def enter(
        self,
        totals: Totals,
        answers: Answers,
        offending: Flags,
        sanctioned: Flags,
        exposed: Flags | None,
        done: Done | None,
        tally: Tally | None,
        phase: int = 0,
        period: int = 0,
    ) -> None:
        """Add a period: its totals, and its boolean (runs, population) arrays; `exposed` is None where all are.

        `done` is what became of options, None where there are none; `tally` what is done in opportunities like those of
        training, and in others, None where nothing has a value. `phase` is that of the principal, where it has some;
        `period` is counted from 0.
        """
        if self.series is not None:
            self.series.enter(period, measured(self.stacked, totals, answers, 1))
        if self.phases:
            self.phases[phase].enter(totals, answers, offending, sanctioned, exposed, done, tally)
        self.periods += 1
        add(self.sums, totals)
        self.answers.add(answers)
        self.ever_sanctioned |= sanctioned
        if self.dynamics is not None:
            self.dynamics.enter(totals)
        if self.tails is not None:
            self.tails.enter(totals)
        if done is not None:
            self.done = done if self.done is None else self.done.plus(done)
        if tally is not None:
            self.tally = tally if self.tally is None else self.tally.plus(tally)
        if len(self.groups) > 1:
            for index, group in enumerate(self.groups):
                self.entry_violations[:, index] += count(offending[:, group.columns])[:, 0]
                members = group.members if exposed is None else count(exposed[:, group.columns])[:, 0]
                self.entry_active[:, index] += members

    @property
    def paths(self) -> dict[str, Table]:
        """What is kept of every measured period, (runs, periods) each."""
        series = {} if self.series is None else self.series.paths
        return series if self.tails is None else {"path.misconduct_rate": self.tails.path, **series}

    def measures(self) -> dict[str, Vector]:
        """Measures over the periods entered, one at least, each of shape (runs,)."""
        table = measured(self.stacked, self.sums, self.answers, self.periods)
        table["ever_sanctioned_share"] = count(self.ever_sanctioned)[:, 0] / self.stacked.size
        if len(self.groups) > 1:
            rates = ratio(self.entry_violations, self.entry_active)
            for index, group in enumerate(self.groups):
                table[f"misconduct_rate.{group.entry.label}"] = rates[:, index]
        if self.done is not None:
            active = self.entry_active if len(self.groups) > 1 else self.sums.active
            table |= by_option(self.stacked, self.done, active, self.periods)
        if self.tally is not None:
            table |= by_value(self.stacked, self.tally, self.periods)
        if self.dynamics is not None:
            table |= self.dynamics.measures()
        if self.tails is not None:
            table |= self.tails.measures()
        for index, phase in enumerate(self.phases):
            if phase.periods:
                table |= {f"{name}.phase_{index}": values for name, values in phase.measures().items()}
        return table


def by_option(stacked: Batch, done: Done, active: Floats, periods: int) -> dict[str, Vector]:
    """How often each option was taken, and the harm of it, each of shape (runs,).

    Args:
        stacked: whose options.
        done: what became of them in all `periods`.
        active: opportunities of each entry in them, (runs, entries).
        periods: how many.
    """
    everyone, table = float(stacked.size) * periods, {}
    for each in counted(stacked.entries):
        table[each.rate] = ratio(each.of(done.counts)[:, 0], active[:, each.entry])
        table[each.harm] = each.of(done.harm)[:, 0] / everyone
    return table


def by_value(stacked: Batch, tally: Tally, periods: int) -> dict[str, Vector]:
    """Levels of values, (runs,) each, of what is done in so many periods; as training saw it, where it saw errors.

    With them the mean weights, where they were found.
    """
    training = stacked.policy.training
    found = levels(stacked.entries, tally.inside, None if training is None else tally.outside)
    if training is not None and training.saw is not None:
        met = tally.inside.met.sum(axis=1, keepdims=True)
        for place, name in enumerate(training.names):
            found[f"value_measured.{name}"] = found[f"value.{name}.in"] + ratio(tally.errors[:, place : place + 1], met)
    for place, name in enumerate(() if training is None else training.sought):
        found[f"weight.{name}"] = tally.weights[:, place : place + 1] / periods
    return {name: np.broadcast_to(level, (stacked.runs, 1))[:, 0] for name, level in found.items()}


def measured(stacked: Batch, totals: Totals, answers: Answers, periods: int) -> dict[str, Vector]:
    """Measures of sums over `periods`, each of shape (runs,): those that one period has as well.

    Raises:
        KindError: a welfare of one's own raised.
    """
    everyone = float(stacked.size) * periods
    costs = stacked.policy.sanction.cost_per_sanction * totals.sanctions
    all_alike = {stacked.labels[0]: Account(totals.harm, totals.gain, costs, totals.value_lost)}
    accounts = Accounts(answers.accounts or all_alike, totals.oversight_cost + totals.training_cost)
    table = of_totals(totals, everyone)
    policy, detector = stacked.policy, stacked.policy.detector
    if policy.monitoring.signal is not None:
        seen, inspected = totals.watched_violations, totals.inspections - totals.planted
        table |= watched(seen, inspected, totals.misconduct - seen, totals.opportunities - inspected)
    if policy.forewarns:
        table |= apparent(totals.sanctions, totals.inspections, detector.sensitivity, detector.false_positive_rate)
    if policy.sanction.self_report is not None:
        table |= dict.fromkeys(REPORTS, ratio(totals.reported, totals.misconduct))
    if policy.witnesses is not None:
        table |= dict.fromkeys(WITNESSED, ratio(totals.witnessed, totals.misconduct))
    if policy.inspectors is not None:
        table |= dict(
            zip(BRIBES, (ratio(totals.bribed, totals.misconduct), totals.bribes_paid / everyone), strict=True)
        )
    if policy.market is not None:
        income = sum((entry.size * arrayed(entry.income) for entry in stacked.population), np.zeros((1, 1))) * periods
        parts = (ratio(totals.noticed, totals.misconduct), ratio(totals.income_lost, income))
        table |= dict(zip(CUSTOMERS, parts, strict=True))
    if any(entry.errors for entry in stacked.population):
        parts = (ratio(totals.errors, totals.honest), ratio(totals.errors_found, totals.errors))
        table |= dict(zip(ERRORS, parts, strict=True))
    if policy.payoffs is not None:
        parts = (totals.paid_to_actors / everyone, totals.paid_to_overseers / everyone)
        table |= dict(zip(PAYOFFS, parts, strict=True))
    if policy.sanction.resample is not None:
        each = (totals.active + totals.redrawn, totals.withheld)
        table |= dict(zip(RESAMPLED, (ratio(part, totals.active) for part in each), strict=True))
    if policy.training is not None or values_of(stacked.entries):
        table["nats"] = ratio(totals.nats, totals.active)
        table["training_cost"] = totals.training_cost / everyone
    with faults_of(type(stacked.welfare), KindError):
        table["social_cost"] = stacked.welfare.mean_cost(accounts, everyone)
    table |= {name: part.value for name, part in answers.parts.items()}
    return {name: np.broadcast_to(values, (stacked.runs, 1))[:, 0] for name, values in table.items()}
