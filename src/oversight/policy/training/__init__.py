"""Values that training loads into actors: the policy's fourth part."""

from oversight.policy.training.drift import Drift
from oversight.policy.training.proxy import Proxy
from oversight.policy.training.training import Training

__all__ = ["Drift", "Proxy", "Training"]
