"""What the principal sets."""

from oversight.policy.acts import OPEN, Act, Acts, Deeds
from oversight.policy.chances import Chances, Stance, State
from oversight.policy.detector import Detector
from oversight.policy.honeypots import Honeypots
from oversight.policy.market import Market
from oversight.policy.payoffs import Looks, Outcomes, Payoffs
from oversight.policy.policy import Bargained, Policy, Units
from oversight.policy.sanctions import Amounts, Offence
from oversight.policy.signal import Notice, Signal
from oversight.policy.training import Training

__all__ = [
    "OPEN",
    "Act",
    "Acts",
    "Amounts",
    "Bargained",
    "Chances",
    "Deeds",
    "Detector",
    "Honeypots",
    "Looks",
    "Market",
    "Notice",
    "Offence",
    "Outcomes",
    "Payoffs",
    "Policy",
    "Signal",
    "Stance",
    "State",
    "Training",
    "Units",
]
