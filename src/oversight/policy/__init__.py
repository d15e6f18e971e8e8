"""What the principal sets."""

from oversight.policy.acts import OPEN, Act, Acts, Deeds
from oversight.policy.chances import Chances, Stance, State
from oversight.policy.detector import Detector
from oversight.policy.policy import Policy, Units
from oversight.policy.sanctions import Amounts, Offence

__all__ = [
    "OPEN",
    "Act",
    "Acts",
    "Amounts",
    "Chances",
    "Deeds",
    "Detector",
    "Offence",
    "Policy",
    "Stance",
    "State",
    "Units",
]
