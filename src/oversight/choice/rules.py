"""Rules of collective choice: a profile in, the alternatives chosen out, several where they tie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.stats import rankdata

from oversight.arrays import Vector
from oversight.choice.condorcet import majority
from oversight.choice.profile import Profile

_DIGITS = 9
"""Of the range of scores: closer ones are a tie."""


def utilitarian(profile: Profile) -> list[int]:
    """Largest weighted sum of utilities, which takes them to be in one unit."""
    return _largest(profile.weights @ profile.utilities)


def relative_utilitarian(profile: Profile) -> list[int]:
    """Largest weighted sum of utilities from 0, a group's worst, to 1, its best (Dhillon and Mertens 1999)."""
    return _largest(profile.weights @ profile.relative)


def leximin(profile: Profile) -> list[int]:
    """Best for the group that is worst off; among equals for the next, and so on (Rawls, Sen). Weights do not count."""
    left = np.arange(profile.utilities.shape[1])
    for place in np.sort(profile.utilities, axis=0):
        left = left[_largest(place[left])]
    return [int(each) for each in left]


def nash(profile: Profile) -> list[int]:
    """Largest product of gains to the power of weights, over what the groups fall back on (Nash 1950, Harsanyi).

    Alternatives that leave a group no better off come into question where every one does: then the fall-back holds.
    Without a status quo nothing is chosen then.
    """
    better = np.flatnonzero((profile.gains > 0).all(axis=0))
    if not len(better):
        return [] if profile.status_quo is None else [profile.status_quo]
    logs = profile.weights @ np.log(profile.gains[:, better])
    return [int(better[each]) for each in _largest(logs)]


def plurality(profile: Profile) -> list[int]:
    """Most weight of groups whose best alternative it is; a group with several splits its weight."""
    return _largest(plurality_scores(profile))


def plurality_scores(profile: Profile) -> Vector:
    """Weight of first places, (alternatives,)."""
    best = profile.relative == profile.relative.max(axis=1, keepdims=True)
    found: Vector = profile.weights @ (best / best.sum(axis=1, keepdims=True))
    return found


def borda(profile: Profile) -> list[int]:
    """Most points: for each group, its weight times the alternatives that it ranks below, and half of those alike."""
    return _largest(borda_scores(profile))


def borda_scores(profile: Profile) -> Vector:
    """Points, (alternatives,)."""
    found: Vector = profile.weights @ (rankdata(profile.relative, axis=1) - 1)
    return found


def condorcet(profile: Profile) -> list[int]:
    """The alternative that beats every other by majority; none where majorities go in circles or tie."""
    winner = majority(profile).winner
    return [] if winner is None else [winner]


def approval(profile: Profile) -> list[int]:
    """Most weight of groups to which it is worth more than the mean of all alternatives."""
    own = profile.relative
    approved = np.round(own - own.mean(axis=1, keepdims=True), _DIGITS) > 0
    return _largest(profile.weights @ approved)


def weighted_median(profile: Profile) -> list[int]:
    """On one lever, the median of what the groups like best, by weight; nothing without a lever.

    Where preferences have one peak it is the Condorcet winner (Black 1948).
    """
    if profile.lever is None:
        return []
    ideals = profile.relative.argmax(axis=1)
    order = np.argsort(profile.lever[ideals], kind="stable")
    reached = np.cumsum(profile.weights[order]) / profile.weights.sum()
    middle = [int(np.searchsorted(np.round(reached, _DIGITS), 0.5, side=side)) for side in ("left", "right")]
    return list(dict.fromkeys(int(ideals[order[each]]) for each in middle))


def _largest(scores: Vector) -> list[int]:
    """Places of the highest scores."""
    span = np.ptp(scores)
    near = np.round((scores.max() - scores) / span, _DIGITS) if span > 0 else np.zeros(len(scores))
    return [int(each) for each in np.flatnonzero(near == 0)]


RULES: dict[str, Callable[[Profile], list[int]]] = {
    rule.__name__: rule
    for rule in (
        utilitarian,
        relative_utilitarian,
        leximin,
        nash,
        plurality,
        borda,
        condorcet,
        approval,
        weighted_median,
    )
}
