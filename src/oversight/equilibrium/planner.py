"""The planner's optimum: the best outcome that could be dictated under a policy as it stands."""

from __future__ import annotations

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Column, Floats, Vector, arrayed
from oversight.deadline import keep_to_time
from oversight.distributions import unit_nodes
from oversight.equilibrium.block import Block
from oversight.equilibrium.planner_forewarned import optimum_forewarned
from oversight.equilibrium.planner_options import all_alike, optimum_of_options
from oversight.equilibrium.planner_training import with_training
from oversight.equilibrium.sampled import Optimum, capacity_cost, is_random, lattice, marginal, priced, sampled
from oversight.errors import KindError
from oversight.policy import Chances, State
from oversight.response.bribery import alike, as_paid
from oversight.scenario import Entry, Experiment
from oversight.scenario.paid import pays_outcomes
from oversight.scenario.stacked import Scenarios
from oversight.welfare import ITEMS, WeightedSum

_SHARES = 201
_REFINEMENTS = 3


NOT_COVERED = "not covered: social cost is no weighted sum here"


def optimum(experiment: Experiment) -> Optimum:
    """The least social cost when a planner says who violates, and the policy's monitoring and sanctions stay.

    For a total share x of violating actors, the chances of inspection follow, and the planner lets those opportunities
    be taken whose net benefit b is highest:

        b = w g - v h (1 - a d1) - k (d1 - d0) - c (i1 - i0)

    with w and v the weights of gains and of harm, a the harm averted, d1 and d0 the chances of being sanctioned when
    violating and complying, i1 and i0 those of inspection, k and c the weighted costs of a sanction and of an
    inspection; weights may differ by population entry. Whoever is sanctioned sits out the suspension D, so an entry is
    active for a share 1 / (1 + D s) of the time at a sanction rate s. The best x is found on a grid that is refined
    around its minimum. Large-population limit.

    A strategic overseer's inspections are the planner's to say as well. What they cost and avert is proportional to
    their rate (but for suspensions), so the best rate is 0 or 1. What training costs is committed.
    """
    welfare = experiment.social_cost
    if not isinstance(welfare, WeightedSum):
        return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=NOT_COVERED)
    if experiment.principal is not None or experiment.drifts:
        note = "gains drift" if experiment.drifts else "the policy moves"
        return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)
    if pays_outcomes(experiment.policy, experiment.population):
        note = "honest acts go wrong, or outcomes pay"
        return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)
    if experiment.policy.sanction.resample is not None:
        note = "a planner could say which answers are drawn again"
        return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)
    if experiment.policy.inspectors is not None:
        if not alike(experiment.policy):
            note = "who bribes its inspector depends on the opportunity, or on the act"
            return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)
        experiment = experiment.model_copy(update={"policy": as_paid(experiment.policy)})
    return with_training(experiment, welfare, _without_training(experiment, welfare))


def _without_training(experiment: Experiment, welfare: WeightedSum) -> Optimum:
    if experiment.policy.forewarns:
        return optimum_forewarned(experiment, welfare)
    if not all_alike(experiment):
        return optimum_of_options(experiment, welfare)
    if experiment.policy.monitoring.overseer is not None:
        return min((_optimum(experiment, welfare, rate) for rate in (0.0, 1.0)), key=lambda found: found.social_cost)
    return _optimum(experiment, welfare)


def optima(block: Block, stacked: Scenarios) -> list[Optimum]:
    """The optimum of every scenario of a block, `stacked` as they are posed."""
    quick = _nobody_violates(block.base, stacked)
    return [
        optimum(block.experiment(place)) if np.isnan(cost) else Optimum(social_cost=cost, misconduct_rate=0.0)
        for place, cost in enumerate(quick.tolist())
    ]


def _nobody_violates(base: Experiment, stacked: Scenarios) -> Vector:
    """Social cost when nobody violates, where no violation can lower it, (rows,); NaN where more has to be looked at.

    Without suspensions, and with gains that do not count, the least harmful violation is the one to look at.
    """
    unknown = np.full(stacked.rows, np.nan)
    training = stacked.policy.training
    if (
        stacked.chooses
        or stacked.errors is not None
        or stacked.policy.payoffs is not None
        or stacked.policy.forewarns
        or stacked.policy.sanction.resample is not None
        or (training is not None and (training.priced or training.recertify))
    ):
        return unknown
    policy, welfare, overseer = stacked.policy, stacked.welfare, base.policy.monitoring.overseer
    if not isinstance(welfare, WeightedSum) or overseer is not None or base.policy.sanction.suspension:
        return unknown
    if not base.policy.monitoring.continuous or any(entry.gain.scales_with for entry in base.population):
        return unknown
    keep_to_time()
    with faults_of(type(welfare), KindError):
        weights = [{item: welfare.weight(item, entry.label) for item in ITEMS} for entry in stacked.entries]
        oversight = welfare.oversight_weight()
    size = float(stacked.size)
    helps = np.zeros((stacked.rows, 1), dtype=bool)
    for share in _LOOKED_AT if policy.monitoring.responsive else _LOOKED_AT[:1]:
        state = State(np.full((1, 1), share * size), np.full((1, 1), size), stacked.size, np.zeros((1, 1)))
        inspection, sanction = policy.inspected(policy.monitoring.chances(state)), policy.detection_probability(state)
        spared = 1 - policy.detector.harm_averted * sanction.violating
        more = oversight * marginal(policy) * (inspection.violating - inspection.complying)
        for entry, weight in zip(stacked.entries, weights, strict=True):
            fined = weight["sanction_cost"] * policy.sanction.cost_per_sanction
            benefit = -weight["harm"] * _least_harm(entry) * spared - more
            helps = helps | (benefit - fined * (sanction.violating - sanction.complying) > 0)
        if share == 0:
            cost = oversight * capacity_cost(policy, state, inspection)
    for weight, part in zip(weights, stacked.weights, strict=True):
        helps = helps | (np.asarray(weight["gain"]) != 0)
        cost = cost + part * weight["sanction_cost"] * policy.sanction.cost_per_sanction * sanction.complying
    if policy.monitoring.reads_record:
        helps = helps | (policy.detector.false_positive_rate > 0)
    return np.where(np.broadcast_to(helps, (stacked.rows, 1)), np.nan, cost)[:, 0]


_LOOKED_AT = np.concatenate([[0.0], np.geomspace(1e-3, 1, 30)])
"""Shares of violators at which it is looked for a violation that lowers social cost."""


def _optimum(experiment: Experiment, welfare: WeightedSum, rate: float | None = None) -> Optimum:
    policy = experiment.policy
    if policy.monitoring.reads_record and policy.detector.false_positive_rate > 0:
        return Optimum(
            social_cost=np.nan,
            misconduct_rate=np.nan,
            note="inspections follow records, and innocents acquire them by false positives",
        )
    if policy.sanction.suspension and any(
        is_random(entry.drawn(entry.gain.scales_with)) for entry in experiment.population
    ):
        return Optimum(
            social_cost=np.nan, misconduct_rate=np.nan, note="actors whose gains differ for good are suspended"
        )
    market = _Market(experiment, welfare, None if rate is None else np.full((1, 1), rate))
    if not market.weights["gain"].any() and not market.violating_ever_helps():
        return Optimum(social_cost=float(market.cost(np.zeros((1, 1)))[0]), misconduct_rate=0.0)
    if policy.monitoring.reads_record:
        return Optimum(
            social_cost=np.nan,
            misconduct_rate=np.nan,
            note="inspections follow records, which the planner's choice would change",
        )
    low, high = 0.0, 1.0
    for _ in range(_REFINEMENTS):
        shares = np.linspace(low, high, _SHARES).reshape(-1, 1)
        costs = market.cost(shares)
        best = int(np.argmin(costs))
        low, high = (float(shares[max(best - 1, 0), 0]), float(shares[min(best + 1, _SHARES - 1), 0]))
    return Optimum(social_cost=float(costs[best]), misconduct_rate=float(shares[best, 0]))


def _least_harm(entry: Entry) -> Column:
    """The least harm among an entry's opportunities, as they are `sampled`, (rows, 1)."""
    if not entry.harm.reads_gain and entry.harm.noise == "none":
        return arrayed(entry.harm.given(np.zeros((1, 1)), np.zeros((1, 1))))
    if entry.harm.noise != "none" and entry.gain.noise != "none":
        place, at = lattice()
    else:
        place = at = unit_nodes(2, 256)[0]
    harm: Floats = entry.harm.at(entry.gains.quantile(place[None, :]), at[None, :])
    return harm.min(axis=1, keepdims=True)


class _Market:
    """Social cost as a function of the share of active actors that violate, shape (shares, 1)."""

    def __init__(self, experiment: Experiment, welfare: WeightedSum, rate: Column | None):
        self.experiment = experiment
        self.rate = rate
        self.size = float(experiment.actors)
        samples = [sampled(entry) for entry in experiment.population]
        # Of options that are inspected alike the planner lets the best be taken, or none.
        each = [priced(entry, sample) for entry, sample in zip(experiment.population, samples, strict=True)]
        most = max(map(len, each))
        self.acts = [
            tuple(np.concatenate([own[min(place, len(own) - 1)][part] for own in each]) for part in (0, 1))
            for place in range(most)
        ]
        self.entry = np.concatenate([np.full(len(weight), index) for index, (_, _, weight) in enumerate(samples)])
        self.chance = np.concatenate([weight for _, _, weight in samples])
        self.weight = self.chance * np.array([entry.size / self.size for entry in experiment.population])[self.entry]
        labels = [entry.label for entry in experiment.population]
        with faults_of(type(welfare), KindError):
            weights = {item: np.array([welfare.weight(item, label) for label in labels]) for item in ITEMS}
            self.oversight_weight = welfare.oversight_weight()
        self.weights = {item: each[self.entry] for item, each in weights.items()}

    def violating_ever_helps(self) -> bool:
        """Whether violations could lower social cost although gains do not count.

        One alone may: it has a benefit. With suspensions or a crackdown many may, though none has.
        """
        shares = _LOOKED_AT.reshape(-1, 1)
        benefit = self.benefit(*self.chances(shares, np.ones_like(shares)))
        if self.experiment.policy.monitoring.continuous and not self.experiment.policy.sanction.suspension:
            return bool((benefit > 0).any())
        none, *some = self.cost(shares)
        return bool((benefit > 0).any() or min(some) < none - 1e-9 * max(1.0, abs(none)))

    def chances(self, share: Column, active: Column) -> tuple[Chances, Chances]:
        """Chances of inspection and of a sanction, each (shares, 1)."""
        policy = self.experiment.policy
        state = State(share * active * self.size, active * self.size, int(self.size), np.zeros((1, 1)), rate=self.rate)
        shape = share.shape
        inspection = Chances(
            *(np.broadcast_to(chance, shape) for chance in policy.inspected(policy.monitoring.chances(state)))
        )
        sanction = Chances(*(np.broadcast_to(chance, shape) for chance in policy.detection_probability(state)))
        return inspection, sanction

    def benefit(self, inspection: Chances, sanction: Chances) -> Floats:
        """Net social benefit b of each sampled violation, or of the best option, (shares, sample)."""
        policy = self.experiment.policy
        price = marginal(policy)
        per_sanction = self.weights["sanction_cost"] * policy.sanction.cost_per_sanction
        benefits = [
            self.weights["gain"] * gain
            - self.weights["harm"] * harm * (1 - policy.detector.harm_averted * sanction.violating)
            - per_sanction * (sanction.violating - sanction.complying)
            - self.oversight_weight * price * (inspection.violating - inspection.complying)
            for gain, harm in self.acts
        ]
        best: Floats = np.maximum.reduce(benefits)
        return best

    def cost(self, share: Column) -> Vector:
        """Least social cost per actor and period at each share of violators among the active, shape (shares,)."""
        policy = self.experiment.policy
        active = np.ones_like(share)
        for _ in range(50 if policy.sanction.suspension else 1):
            keep_to_time()
            inspection, sanction = self.chances(share, active)
            benefit = self.benefit(inspection, sanction)
            taken = _best(benefit, self.weight, share)
            present = self._present(taken, sanction)
            before, active = active, (present * self.weight).sum(axis=1, keepdims=True)
            if np.allclose(before, active, rtol=0, atol=1e-12):
                break
        innocent = self.weights["sanction_cost"] * policy.sanction.cost_per_sanction * sanction.complying
        state = State(share * active * self.size, active * self.size, int(self.size))
        capacity = self.oversight_weight * np.broadcast_to(capacity_cost(policy, state, inspection), share.shape)
        work = np.array([entry.value for entry in self.experiment.population])[self.entry]
        idle = self.weights["value_lost"] * work * (1 - present)
        terms = present * (innocent - taken * benefit) + idle
        costs: Vector = (terms * self.weight).sum(axis=1) + capacity[:, 0]
        return costs

    def _present(self, taken: Floats, sanction: Chances) -> Floats:
        """Share of periods in which the entry behind each sampled opportunity is not suspended."""
        days = self.experiment.policy.sanction.suspension
        rate = np.zeros((len(taken), len(self.experiment.population)))
        for index in range(rate.shape[1]):
            mine = self.entry == index
            violating = (taken[:, mine] * self.chance[mine]).sum(axis=1, keepdims=True)
            rate[:, index] = (violating * sanction.violating + (1 - violating) * sanction.complying)[:, 0]
        present: Floats = (1 / (1 + days * rate))[:, self.entry]
        return present


def _best(benefit: Floats, weight: Vector, share: Column) -> Floats:
    """How much of each sampled opportunity is taken, 0 to 1, when the best `share` of all are."""
    order = np.argsort(-benefit, axis=1, kind="stable")
    ordered = weight[order]
    before = np.cumsum(ordered, axis=1) - ordered
    taken = np.empty_like(benefit)
    np.put_along_axis(taken, order, np.clip((share - before) / ordered, 0.0, 1.0), axis=1)
    return taken
