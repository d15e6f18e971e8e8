"""Who sets the policy while a run goes on. One kind a file."""

from typing import TYPE_CHECKING

from oversight.principals.principal import Principal, Seen, Settings
from oversight.seams import Seam

PRINCIPALS = Seam(
    "principals",
    Principal,
    {
        "schedule": "oversight.principals.schedule:Schedule",
        "feedback": "oversight.principals.feedback:Feedback",
        "threshold": "oversight.principals.threshold:Threshold",
        "cusum": "oversight.principals.cusum:Cusum",
        "ewma": "oversight.principals.ewma:Ewma",
        "shiryaev_roberts": "oversight.principals.shiryaev_roberts:ShiryaevRoberts",
        "thompson": "oversight.principals.thompson:Thompson",
        "ucb": "oversight.principals.ucb:Ucb",
        "exp3": "oversight.principals.exp3:Exp3",
        "halving": "oversight.principals.halving:Halving",
    },
)

if TYPE_CHECKING:
    AnyPrincipal = Principal
else:
    AnyPrincipal = PRINCIPALS.union()

__all__ = ["PRINCIPALS", "AnyPrincipal", "Principal", "Seen", "Settings"]
