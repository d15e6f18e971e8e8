"""The one shape of the package: (runs, members), C-ordered."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any
"""A numpy array of shape (runs, members), or one that broadcasts to it: (runs, 1), (1, members), (1, 1).

The same formulas serve a file's plain numbers and the arrays that many design points are stacked into, which
numpy's types cannot say: hence `Any`.
"""


def count(mask: Array) -> Array:
    """True entries in each row of a boolean (runs, members) array, shape (runs, 1)."""
    # uint8 into uint32 is twice as fast as numpy's own sum of booleans, and as exact.
    return np.add.reduce(mask.view(np.uint8), axis=1, dtype=np.uint32, keepdims=True).astype(np.float64)


def total(amount: Array, mask: Array) -> Array:
    """Sum of `amount` over the true entries of each row of `mask`, shape (runs, 1)."""
    return np.add.reduce(amount * mask, axis=1, keepdims=True)


def weighted(amount: Array, mask: Array, counted: Array) -> Array:
    """Sum of `amount` over `mask`, of which `counted` is the row count; one amount a run needs no pass."""
    return amount * counted if amount.shape[1] == 1 else total(amount, mask)


def columns_of(array: Array, columns: slice) -> Array:
    """The columns of an array that may hold one value for all of them."""
    return array if array.shape[1] == 1 else array[:, columns]


def logistic(log_odds: Array) -> Array:
    """1 / (1 + exp(-log_odds))."""
    with np.errstate(over="ignore"):  # exp(inf) gives the right limit, probability 0
        return 1.0 / (1.0 + np.exp(-log_odds))


def read_only(array: Array) -> Array:
    """A view that nobody can write to, since others read the same array."""
    view = array.view()
    view.flags.writeable = False
    return view
