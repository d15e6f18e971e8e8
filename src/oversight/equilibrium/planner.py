"""The planner's optimum: the best outcome that could be dictated under a policy as it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.actors.faults import faults_of
from oversight.arrays import Array
from oversight.distributions import unit_nodes
from oversight.errors import KindError
from oversight.policy import Chances, State
from oversight.scenario import Entry, Experiment
from oversight.welfare import ITEMS, WeightedSum

_LATTICE, _STEP = 1597, 987  # neighbours in the Fibonacci sequence: evenly spread, each margin too
_SHARES = 201
_REFINEMENTS = 3


NOT_COVERED = "not covered: social cost is no weighted sum here"


@dataclass(frozen=True)
class Optimum:
    """Social cost per actor and period, and the misconduct rate, of the planner's best outcome.

    `social_cost` is NaN where it is not defined here, and `note` says why.
    """

    social_cost: float
    misconduct_rate: float
    note: str = ""


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
    their rate (but for suspensions), so the best rate is 0 or 1.
    """
    welfare = experiment.social_cost
    if not isinstance(welfare, WeightedSum):
        return Optimum(np.nan, np.nan, NOT_COVERED)
    if experiment.policy.monitoring.overseer is not None:
        return min((_optimum(experiment, welfare, rate) for rate in (0.0, 1.0)), key=lambda found: found.social_cost)
    return _optimum(experiment, welfare)


def _optimum(experiment: Experiment, welfare: WeightedSum, rate: float | None = None) -> Optimum:
    policy = experiment.policy
    if policy.monitoring.reads_record and policy.detector.false_positive_rate > 0:
        return Optimum(np.nan, np.nan, "inspections follow records, and innocents acquire them by false positives")
    market = _Market(experiment, welfare, None if rate is None else np.full((1, 1), rate))
    if not market.weights["gain"].any() and not market.violating_ever_helps():
        return Optimum(float(market.cost(np.zeros((1, 1)))[0]), 0.0)
    if policy.monitoring.reads_record:
        return Optimum(np.nan, np.nan, "inspections follow records, which the planner's choice would change")
    low, high = 0.0, 1.0
    for _ in range(_REFINEMENTS):
        shares = np.linspace(low, high, _SHARES).reshape(-1, 1)
        costs = market.cost(shares)
        best = int(np.argmin(costs))
        low, high = (float(shares[max(best - 1, 0), 0]), float(shares[min(best + 1, _SHARES - 1), 0]))
    return Optimum(float(costs[best]), float(shares[best, 0]))


class _Market:
    """Social cost as a function of the share of active actors that violate, shape (shares, 1)."""

    def __init__(self, experiment: Experiment, welfare: WeightedSum, rate: Array | None):
        self.experiment = experiment
        self.rate = rate
        self.size = float(experiment.actors)
        samples = [_opportunities(entry) for entry in experiment.population]
        self.gain, self.harm = (np.concatenate([sample[part] for sample in samples]) for part in (0, 1))
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
        shares = np.concatenate([[0.0], np.geomspace(1e-3, 1, 30)]).reshape(-1, 1)
        benefit = self.benefit(*self.chances(shares, np.ones_like(shares)))
        if self.experiment.policy.monitoring.continuous and not self.experiment.policy.sanction.suspension:
            return bool((benefit > 0).any())
        none, *some = self.cost(shares)
        return bool((benefit > 0).any() or min(some) < none - 1e-9 * max(1.0, abs(none)))

    def chances(self, share: Array, active: Array) -> tuple[Chances, Chances]:
        """Chances of inspection and of a sanction, each (shares, 1)."""
        policy = self.experiment.policy
        state = State(share * active * self.size, active * self.size, int(self.size), np.zeros((1, 1)), rate=self.rate)
        shape = share.shape
        inspection = Chances(*(np.broadcast_to(chance, shape) for chance in policy.monitoring.chances(state)))
        sanction = Chances(*(np.broadcast_to(chance, shape) for chance in policy.detection_probability(state)))
        return inspection, sanction

    def benefit(self, inspection: Chances, sanction: Chances) -> Array:
        """Net social benefit b of each sampled violation, (shares, sample)."""
        policy = self.experiment.policy
        marginal = policy.monitoring.marginal_cost or 0.0
        per_sanction = self.weights["sanction_cost"] * policy.sanction.cost_per_sanction
        return (
            self.weights["gain"] * self.gain
            - self.weights["harm"] * self.harm * (1 - policy.detector.harm_averted * sanction.violating)
            - per_sanction * (sanction.violating - sanction.complying)
            - self.oversight_weight * marginal * (inspection.violating - inspection.complying)
        )

    def cost(self, share: Array) -> Array:
        """Least social cost per actor and period at each share of violators among the active, shape (shares,)."""
        policy = self.experiment.policy
        active = np.ones_like(share)
        for _ in range(50 if policy.sanction.suspension else 1):
            inspection, sanction = self.chances(share, active)
            benefit = self.benefit(inspection, sanction)
            taken = _best(benefit, self.weight, share)
            present = self._present(taken, sanction)
            before, active = active, (present * self.weight).sum(axis=1, keepdims=True)
            if np.allclose(before, active, rtol=0, atol=1e-12):
                break
        innocent = self.weights["sanction_cost"] * policy.sanction.cost_per_sanction * sanction.complying
        capacity = self.oversight_weight * self._capacity_cost(share, active, inspection)
        work = np.array([entry.value for entry in self.experiment.population])[self.entry]
        idle = self.weights["value_lost"] * work * (1 - present)
        terms = present * (innocent - taken * benefit) + idle
        return (terms * self.weight).sum(axis=1) + capacity[:, 0]

    def _present(self, taken: Array, sanction: Chances) -> Array:
        """Share of periods in which the entry behind each sampled opportunity is not suspended."""
        days = self.experiment.policy.sanction.suspension
        rate = np.zeros((len(taken), len(self.experiment.population)))
        for index in range(rate.shape[1]):
            mine = self.entry == index
            violating = (taken[:, mine] * self.chance[mine]).sum(axis=1, keepdims=True)
            rate[:, index] = (violating * sanction.violating + (1 - violating) * sanction.complying)[:, 0]
        present: Array = (1 / (1 + days * rate))[:, self.entry]
        return present

    def _capacity_cost(self, share: Array, active: Array, inspection: Chances) -> Array:
        """Cost of monitoring per actor and period if all complied; violators' extra inspections are in `benefit`."""
        per_inspection = self.experiment.policy.monitoring.marginal_cost
        if per_inspection is None:
            state = State(share * active * self.size, active * self.size, int(self.size))
            total = self.experiment.policy.monitoring.expected_cost(state)
        else:
            total = per_inspection * inspection.complying * active * self.size
        return np.broadcast_to(total / self.size, share.shape)


def _best(benefit: Array, weight: Array, share: Array) -> Array:
    """How much of each sampled opportunity is taken, 0 to 1, when the best `share` of all are."""
    order = np.argsort(-benefit, axis=1, kind="stable")
    ordered = weight[order]
    before = np.cumsum(ordered, axis=1) - ordered
    taken = np.empty_like(benefit)
    np.put_along_axis(taken, order, np.clip((share - before) / ordered, 0.0, 1.0), axis=1)
    return taken


def _opportunities(entry: Entry) -> tuple[Array, Array, Array]:
    """Gains and harms of an entry's opportunities, and their chances: quadrature nodes, or a lattice if both vary."""
    harm = entry.harm
    if harm.noise != "none" and entry.gain.noise != "none":
        middle = (np.arange(_LATTICE) + 0.5) / _LATTICE
        place = middle[np.arange(_LATTICE) * _STEP % _LATTICE]
        gain = entry.gain.quantile(middle)
        return gain, harm.at(gain, place), np.full(_LATTICE, 1 / _LATTICE)
    nodes, chance = unit_nodes(2, 256)
    gain = np.broadcast_to(np.ravel(entry.gain.quantile(nodes)), nodes.shape).astype(float)
    return gain, np.broadcast_to(np.ravel(harm.at(gain, nodes)), nodes.shape).astype(float), chance
