"""What outcomes are worth: the one definition that simulation, theory, planner and prices share. One kind a file."""

from typing import TYPE_CHECKING

from oversight.seams import Seam
from oversight.welfare.accounts import ITEMS, Account, Accounts, no_account
from oversight.welfare.welfare import WeightedSum, Welfare

WELFARE = Seam(
    "welfare",
    Welfare,
    {"standard": "oversight.welfare.standard:Standard", "weights": "oversight.welfare.weights:Weights"},
)

if TYPE_CHECKING:
    AnyWelfare = Welfare
else:
    AnyWelfare = WELFARE.union()

__all__ = ["ITEMS", "WELFARE", "Account", "Accounts", "AnyWelfare", "WeightedSum", "Welfare", "no_account"]
