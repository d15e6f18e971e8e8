"""Whose values count: rules by which groups that value outcomes differently choose among alternatives."""

from oversight.choice.condorcet import Majority, majority
from oversight.choice.lotteries import maximin_lottery, nash_lottery
from oversight.choice.profile import Profile
from oversight.choice.rules import (
    RULES,
    approval,
    borda,
    condorcet,
    leximin,
    nash,
    plurality,
    relative_utilitarian,
    utilitarian,
    weighted_median,
)

__all__ = [
    "RULES",
    "Majority",
    "Profile",
    "approval",
    "borda",
    "condorcet",
    "leximin",
    "majority",
    "maximin_lottery",
    "nash",
    "nash_lottery",
    "plurality",
    "relative_utilitarian",
    "utilitarian",
    "weighted_median",
]
