"""What bribes make of a policy in which all that are flagged would pay the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from oversight.arrays import Flags, Number
from oversight.policy import Offence, Policy


def alike(policy: Policy) -> bool:
    """Whether whoever is flagged would pay the same, whatever its opportunity, its record and its act."""
    return not policy.sanction.depends_on and policy.sanction.severities is None


def bribed(policy: Policy) -> Flags:
    """Whether it is a bribe that they pay, (rows, 1) or (1, 1)."""
    return np.atleast_2d(policy.settled(ANY).bribed)


def as_paid(policy: Policy) -> Policy:
    """The policy with what bribes leave of it, where all pay the same: a bribe imposes nothing and averts nothing.

    A strategic overseer looks for what it is left with by the bargain, and its bounty is the reward there.
    """
    if policy.inspectors is None or not alike(policy):
        return policy
    inspectors, monitoring = policy.inspectors, policy.monitoring
    if monitoring.overseer is not None:
        inspectors = inspectors.model_copy(update={"reward": policy.reward})
        income = inspectors.income(policy.sanction.taken(ANY).violating, policy.reward)
        monitoring = monitoring.overseer.rewarded(_as_held(income, policy))
    kept = _as_held(1.0 - bribed(policy), policy)
    detector = policy.detector.model_copy(update={"harm_averted": kept * policy.detector.harm_averted})
    sanction = policy.sanction.model_copy(update={"cost_per_sanction": kept * policy.sanction.cost_per_sanction})
    parts = {"inspectors": inspectors, "monitoring": monitoring, "detector": detector, "sanction": sanction}
    return policy.model_copy(update=parts)


def _as_held(value: Any, policy: Policy) -> Number:
    """A number as the policy holds its own: one policy has plain ones, many have columns."""
    plain = isinstance(policy.detector.harm_averted, float)
    held: Number = float(np.ravel(value)[0]) if plain else np.atleast_2d(np.asarray(value, dtype=float))
    return held


_ONE = np.ones((1, 1))
ANY = Offence(_ONE, _ONE, np.zeros((1, 1)), _ONE, _ONE)
"""Any offence: what is taken does not depend on it."""
