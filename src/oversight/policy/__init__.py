"""What the principal sets."""

from oversight.policy.chances import Chances, Stance, State
from oversight.policy.detector import Detector
from oversight.policy.policy import Policy, Units
from oversight.policy.sanctions import Amounts, Offence

__all__ = ["Amounts", "Chances", "Detector", "Offence", "Policy", "Stance", "State", "Units"]
