"""Looking ahead: what a sanction costs in later periods."""

from oversight.foresight.customers import Customers
from oversight.foresight.payoff import Felt, prospects_of
from oversight.foresight.prospects import FOREVER, MAX_LIFETIME, Prospects

__all__ = ["FOREVER", "MAX_LIFETIME", "Customers", "Felt", "Prospects", "prospects_of"]
