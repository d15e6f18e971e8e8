"""The built-in actor classes by the names that files give them."""

from __future__ import annotations

from oversight.actors.actor import Actor
from oversight.seams import Seam

ACTORS = Seam(
    "actors",
    Actor,
    {
        "rational": "oversight.actors.rational:Rational",
        "risk_averse": "oversight.actors.risk_averse:RiskAverse",
        "quantal": "oversight.actors.quantal:Quantal",
        "trained": "oversight.actors.trained:Trained",
        "prospect": "oversight.actors.prospect:Prospect",
        "forward_looking": "oversight.actors.forward_looking:ForwardLooking",
        "conformist": "oversight.actors.conformist:Conformist",
        "threshold": "oversight.actors.threshold:Threshold",
        "policy_gradient": "oversight.actors.policy_gradient:PolicyGradient",
        "hedge": "oversight.actors.hedge:Hedge",
        "imitator": "oversight.actors.imitator:Imitator",
        "unconditional": "oversight.actors.unconditional:Unconditional",
    },
)
