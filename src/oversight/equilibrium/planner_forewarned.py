"""The planner's optimum where actors may notice inspections, or some opportunities are planted."""

from __future__ import annotations

import numpy as np

from oversight.actors.faults import faults_of
from oversight.equilibrium.sampled import Optimum, capacity_cost, sampled
from oversight.errors import KindError
from oversight.policy import Chances, State
from oversight.response.forewarned import planting_cost, whole
from oversight.scenario import Experiment
from oversight.welfare import WeightedSum


def optimum_forewarned(experiment: Experiment, welfare: WeightedSum) -> Optimum:
    """The least social cost when a planner says who violates, where it is that nobody does.

    That is so where no gain counts, no harm is negative, and a sanction hits violators no less often than innocents:
    then a violation lowers no cost, whatever was noticed. Otherwise the planner could go by the signal as well, and the
    optimum is not covered.
    """
    policy, detector = experiment.policy, experiment.policy.detector.as_one()
    with faults_of(type(welfare), KindError):
        weights = [
            (float(welfare.weight("gain", entry.label)), float(welfare.weight("sanction_cost", entry.label)))
            for entry in experiment.population
        ]
        oversight = float(welfare.oversight_weight())
    if policy.sanction.suspension:
        return _unknown("there is a signal or a honeypot, and suspensions move who meets it")
    useful = any(gain for gain, _ in weights) or any(
        sampled(entry)[1].min() < 0 for entry in experiment.population if not entry.options
    )
    if useful or detector.sensitivity < detector.false_positive_rate:
        return _unknown("some violations may lower social cost, and a planner could go by the signal")
    size = np.full((1, 1), float(experiment.actors))
    state = State(np.zeros((1, 1)), size, experiment.actors, np.zeros((1, 1)))
    looks = whole(policy, policy.monitoring.chances(state).complying)
    cost = oversight * (capacity_cost(policy, state, Chances(looks, looks)) + planting_cost(policy))
    for entry, (_, fined) in zip(experiment.population, weights, strict=True):
        hit = looks * detector.false_positive_rate
        cost = cost + entry.size / experiment.actors * fined * policy.sanction.cost_per_sanction * hit
    return Optimum(social_cost=float(np.ravel(cost)[0]), misconduct_rate=0.0)


def _unknown(note: str) -> Optimum:
    return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=note)
