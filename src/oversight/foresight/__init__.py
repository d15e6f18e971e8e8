"""Looking ahead: what a sanction costs in later periods."""

from oversight.foresight.payoff import prospects_of
from oversight.foresight.prospects import MAX_LIFETIME, Prospects

__all__ = ["MAX_LIFETIME", "Prospects", "prospects_of"]
