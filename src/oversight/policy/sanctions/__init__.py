"""What a flagged actor pays. One kind a file."""

from typing import TYPE_CHECKING

from oversight.policy.sanctions.sanction import Amounts, Offence, Sanction
from oversight.seams import Seam

SANCTIONS = Seam(
    "sanctions",
    Sanction,
    {
        "fixed": "oversight.policy.sanctions.fixed:Fixed",
        "proportional": "oversight.policy.sanctions.proportional:Proportional",
        "graded": "oversight.policy.sanctions.graded:Graded",
        "escalating": "oversight.policy.sanctions.escalating:Escalating",
        "turnover_cap": "oversight.policy.sanctions.turnover_cap:TurnoverCap",
    },
)

if TYPE_CHECKING:
    AnySanction = Sanction
else:
    AnySanction = SANCTIONS.union()

__all__ = ["SANCTIONS", "Amounts", "AnySanction", "Offence", "Sanction"]
