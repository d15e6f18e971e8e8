"""How often each of several options is taken along one axis: every pair of them is crossed.

Other code than the solver's, which follows switches from stratum to stratum: certificates are made of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from oversight.arrays import Cube, Indices, Table, Vector, Wholes

_HALVINGS = 60
_MOST = 200
"""Crossings in one row at most; where options are alike to rounding, there are any number."""

Options = Callable[[Indices, Table], tuple[Cube, Cube]]
"""Utility and harm of complying and of each option, (options + 1, members, nodes), of these members at these places."""


def best_of(worth: Cube, harm: Cube) -> Wholes:
    """The place of the best, of those that are as good the least harmful, of those the first: (members, nodes)."""
    found: Wholes = np.where(worth == worth.max(axis=0), harm, np.inf).argmin(axis=0)
    return found


def crossed_shares(options: Options, rows: int, nodes: Vector) -> Table | None:
    """Shares of the axis on which each option is taken, (rows, options); None where they cross too often to follow.

    Args:
        options: what each is worth.
        rows: members that are looked at.
        nodes: ascending places in (0, 1), between which no pair crosses twice.
    """
    everyone = np.arange(rows)
    worth, _ = options(everyone, np.broadcast_to(nodes, (rows, len(nodes))))
    one, other = np.triu_indices(len(worth), 1)
    signs = np.sign(worth[one] - worth[other])
    pair, row, cell = np.nonzero(signs[:, :, 1:] != signs[:, :, :-1])
    if np.bincount(row, minlength=1).max(initial=0) > _MOST:
        return None
    place = _closed_in(options, row, one[pair], other[pair], nodes[cell], nodes[cell + 1])
    order = np.lexsort((place, row))
    ends = np.ones((rows, np.bincount(row, minlength=1).max(initial=0) + 2))
    ends[:, 0] = 0.0
    first = np.searchsorted(row[order], everyone)
    ends[row[order], 1 + np.arange(len(order)) - first[row[order]]] = place[order]
    taken = best_of(*options(everyone, 0.5 * (ends[:, 1:] + ends[:, :-1])))
    lengths = np.diff(ends, axis=1)
    return np.stack([(lengths * (taken == option)).sum(axis=1) for option in range(1, len(worth))], axis=1)


def _closed_in(options: Options, row: Indices, one: Indices, other: Indices, low: Vector, high: Vector) -> Vector:
    """Where each pair crosses."""
    if not len(row):
        return low
    each = np.arange(len(row))

    def sign(place: Vector) -> Vector:
        worth, _ = options(row, place[:, None])
        found: Vector = np.sign(worth[one, each, 0] - worth[other, each, 0])
        return found

    before = sign(low)
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = sign(middle) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high
