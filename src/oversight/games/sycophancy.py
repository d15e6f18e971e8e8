"""Reporters who like to be approved of."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from oversight.games.numbers import above, finite, logistic, shares, whole


@dataclass(frozen=True)
class Sycophancy:
    """What a taste for approval does to reports, all shares but the last three, which are where things change.

    Attributes:
        falsifies: probability that one who thinks otherwise reports what is approved of.
        public: share of reports of what the majority thinks.
        gap: how far that falls short of the share that thinks it.
        wins: probability that most of the reports say what most think.
        flips_at: share falsifying above which the public majority is the other one.
        flipping_weight: weight on approval at which that share is reached; outside [0, 1] if it never is.
        rational_weight: weight on approval above which one who does not err falsifies.
    """

    falsifies: float
    public: float
    gap: float
    wins: float
    flips_at: float
    flipping_weight: float
    rational_weight: float


def sycophantic_reports(
    weight: float, approval: float, accuracy: float, precision: float, reports: int, majority: float
) -> Sycophancy:
    """Reporters of whom a majority thinks one thing, while the other is approved of.

    With a weight w on approval, one of the majority gains w approval - (1 - w) accuracy by a false report, and makes it
    with s(precision x gain), s(z) = 1 / (1 + exp(-z)): Becker's offender with approval for loot. Those who think what
    is approved of say so. Reports are independent, and the larger number of them decides.

    Args:
        weight: w, from 0 to 1.
        approval: worth of a report that is approved of, above 0.
        accuracy: worth of a true report, above 0.
        precision: above 0, per unit of those.
        reports: an odd number of them.
        majority: share that thinks what is not approved of, above 1/2.

    Raises:
        ValueError: a number is out of its range.
    """
    from scipy.stats import binom  # heavy, and only needed here

    finite(approval=approval, accuracy=accuracy, precision=precision)
    above(0, approval=approval, accuracy=accuracy, precision=precision)
    shares(weight=weight, majority=majority)
    above(0.5, majority=majority)
    whole(1, reports=reports)
    if reports % 2 == 0:
        raise ValueError(f"reports is {reports}: an odd number has no ties")
    falsifies = logistic(precision * (weight * approval - (1 - weight) * accuracy))
    public = majority * (1 - falsifies)
    flips_at = 1 - 1 / (2 * majority)
    return Sycophancy(
        falsifies=falsifies,
        public=public,
        gap=majority - public,
        wins=float(binom.sf(reports // 2, reports, public)),
        flips_at=flips_at,
        flipping_weight=(log(flips_at / (1 - flips_at)) / precision + accuracy) / (approval + accuracy),
        rational_weight=accuracy / (approval + accuracy),
    )
