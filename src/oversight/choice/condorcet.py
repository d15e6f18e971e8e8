"""Majorities between two alternatives at a time, and the cycles that they can make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, shortest_path

from oversight.arrays import FlagTable, Table
from oversight.choice.profile import Profile


@dataclass(frozen=True, eq=False)
class Majority:
    """Alternatives compared two by two.

    Args:
        margins: by how much weight more prefers the row's alternative to the column's, (alternatives, alternatives).
        winner: the one that beats every other (Condorcet winner); None where there is none.
        top: the smallest set of which each beats all outside it (Smith set).
        cycle: a shortest one of alternatives that each beat the next, and the last the first; empty without one.
    """

    margins: Table
    winner: int | None
    top: list[int]
    cycle: list[int]


def majority(profile: Profile) -> Majority:
    """Majorities of a profile. With preferences that have one peak on a lever there is no cycle (Black 1948)."""
    own = profile.relative
    prefers = own[:, :, None] > own[:, None, :]
    margins: Table = np.tensordot(profile.weights, prefers.astype(float) - prefers.transpose(0, 2, 1), axes=1)
    beats = margins > 0
    others = ~np.eye(len(margins), dtype=bool)
    winners = np.flatnonzero((beats | ~others).all(axis=1))
    if len(winners):
        return Majority(margins, int(winners[0]), [int(winners[0])], [])
    # Of any two at least one is not beaten by the other, so that of the strong components one is above all others, and
    # holds whoever is beaten least.
    unbeaten = ~beats.T & others
    _, component = connected_components(csr_array(unbeaten), connection="strong")
    top = np.flatnonzero(component == component[unbeaten.sum(axis=1).argmax()])
    return Majority(margins, None, top.tolist(), top[_cycle(beats[np.ix_(top, top)])].tolist())


def _cycle(beats: FlagTable) -> list[int]:
    """A shortest cycle: of three where there is one, as there always is where no two tie."""
    steps = beats.astype(float)
    closed = np.argwhere(beats.T & (steps @ steps > 0))
    if len(closed):
        first, last = closed[0]
        return [int(first), int(np.argmax(beats[first] & beats[:, last])), int(last)]
    away, before = shortest_path(csr_array(steps), unweighted=True, return_predecessors=True)
    back = np.where(beats.T, away, np.inf)  # from the row to the column, which beats it
    start, each = divmod(int(back.argmin()), len(beats))
    found: list[int] = []
    if not np.isfinite(back[start, each]):
        return []
    while each != start:
        found, each = [each, *found], int(before[start, each])
    return [start, *found]
