"""The absence of oversight, which other policies are measured against."""

from __future__ import annotations

from oversight.policy.detector import Detector
from oversight.policy.monitoring.random_audit import RandomAudit
from oversight.policy.policy import Policy
from oversight.policy.sanctions.fixed import Fixed


def without_oversight(policy: Policy) -> Policy:
    """`policy` with nobody inspected, sanctioned or trained, and no customers who leave; units and name stay.

    It is what policies/no_oversight says.
    """
    nothing = {
        "monitoring": RandomAudit(rate=0.0),
        "detector": Detector(),
        "sanction": Fixed(amount=0.0),
        "honeypots": None,
        "witnesses": None,
        "inspectors": None,
        "market": None,
        "payoffs": None,
        "training": None,
    }
    return policy.model_copy(update=nothing)
