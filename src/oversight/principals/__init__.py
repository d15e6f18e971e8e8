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
    },
)

if TYPE_CHECKING:
    AnyPrincipal = Principal
else:
    AnyPrincipal = PRINCIPALS.union()

__all__ = ["PRINCIPALS", "AnyPrincipal", "Principal", "Seen", "Settings"]
