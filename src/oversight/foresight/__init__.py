"""Looking ahead: what a sanction costs in later periods."""

from oversight.foresight.payoff import Felt, prospects_of
from oversight.foresight.prospects import FOREVER, MAX_LIFETIME, Prospects

__all__ = ["FOREVER", "MAX_LIFETIME", "Felt", "Prospects", "prospects_of"]
