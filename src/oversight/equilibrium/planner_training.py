"""What training costs a planner, who says who violates, and leaves training as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oversight.actors.faults import faults_of
from oversight.equilibrium.sampled import Optimum
from oversight.errors import KindError
from oversight.response.outcome import committed_training
from oversight.response.posed import posed
from oversight.scenario import Experiment
from oversight.welfare import WeightedSum

_UNKNOWN = (
    "training is paid by the nat, and inspections that answer what is done, pasts or drift move what that comes to"
)


def with_training(experiment: Experiment, welfare: WeightedSum, found: Optimum) -> Optimum:
    """The optimum with what the policy's training costs: it is committed, as audits are, at the same incentives."""
    policy = experiment.policy
    if policy.training is None or np.isnan(found.social_cost):
        return found
    with faults_of(type(welfare), KindError):
        weight = float(welfare.oversight_weight())
    if not policy.training.priced:
        return replace(found, social_cost=found.social_cost + weight * float(policy.training.upkeep))
    moves = policy.monitoring.responsive or policy.reads_record or policy.sanction.suspension or policy.restarts
    if policy.training.drift or moves:
        return Optimum(social_cost=np.nan, misconduct_rate=np.nan, note=_UNKNOWN)
    spent = float(committed_training(posed([experiment]))[0, 0])
    return replace(found, social_cost=found.social_cost + weight * spent)
