"""The inspection rate that an overseer would commit to, if it could."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from oversight.arrays import Column, Vector
from oversight.policy import Detector, Market, Policy, Training
from oversight.policy.inspectors import Inspectors
from oversight.policy.monitoring.random_audit import RandomAudit
from oversight.policy.sanctions import Sanction
from oversight.response.bribery import as_paid
from oversight.response.outcome import deeds, outcome
from oversight.response.standing import standing
from oversight.scenario import Entry, Experiment
from oversight.scenario.stacked import Scenarios
from oversight.scenario.stacking import stack
from oversight.welfare import Welfare

_RATES = 401
_ZOOMS = 16
"""Each makes the bracket ten times narrower, down to neighbouring numbers."""


class Commitment(NamedTuple):
    """An inspection rate, and social cost per actor and period when actors respond to it."""

    rate: float
    social_cost: float


def committed(experiment: Experiment) -> Experiment:
    """The experiment, an overseer that leads replaced by the random audits that it commits to."""
    overseer = experiment.policy.monitoring.overseer
    if overseer is None or not overseer.leads:
        return experiment
    audits = RandomAudit(rate=best_commitment(experiment).rate, cost_per_inspection=overseer.marginal_cost or 0.0)
    return experiment.model_copy(update={"policy": experiment.policy.model_copy(update={"monitoring": audits})})


def best_commitment(experiment: Experiment) -> Commitment:
    """The rate of a strategic overseer that minimises social cost per actor when actors respond to it; ties comply.

    Von Stackelberg's leader: the least cost on a grid of rates that closes in on its minimum, which may lie just behind
    a jump.
    """
    policy = as_paid(experiment.policy)
    return _best(
        policy.monitoring.marginal_cost or 0.0,
        policy.detector.as_one(),
        policy.sanction,
        policy.inspectors,
        policy.market,
        policy.training,
        experiment.population,
        experiment.social_cost,
    )


@lru_cache(maxsize=10_000)
def _best(
    price: float,
    detector: Detector,
    sanction: Sanction,
    inspectors: Inspectors | None,
    market: Market | None,
    training: Training | None,
    population: tuple[Entry, ...],
    welfare: Welfare,
) -> Commitment:
    def cost(rates: Column) -> Vector:
        looks: Any = rates  # in the place of a file's one number, as in a stack
        policy = Policy.model_construct(
            name="commitment",
            monitoring=RandomAudit.model_construct(rate=looks, cost_per_inspection=price),
            detector=stack([detector]),
            sanction=stack([sanction]),
            inspectors=None if inspectors is None else stack([inspectors]),
            market=None if market is None else stack([market]),
            training=stack([training]) if training else None,
        )
        entries = tuple(stack([entry]) for entry in population)
        led = Scenarios(policy=policy, population=entries, welfare=stack([welfare]), rows=len(rates))
        done = deeds(led, rates)
        shares = [np.concatenate([deed.share for deed in entry], axis=1) for entry in done]
        return outcome(led, rates, standing(led, rates, shares), done).social_cost[:, 0]

    low, high = 0.0, 1.0
    for zoom in range(_ZOOMS):
        rates = np.linspace(low, high, 21 if zoom else _RATES).reshape(-1, 1)
        costs = cost(rates)
        best = int(np.argmin(costs))
        low, high = float(rates[max(best - 1, 0), 0]), float(rates[min(best + 1, len(rates) - 1), 0])
    return Commitment(float(rates[best, 0]), float(costs[best]))
