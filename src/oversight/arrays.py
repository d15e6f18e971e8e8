"""The one shape of the package: (runs, members), C-ordered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING or "jaxtyping" in sys.modules:  # as where the tests check shapes
    from jaxtyping import Bool, Float64, Int8, Int64
else:
    # Importing it takes a fifth of the time that a small run takes, which never looks at a shape.

    class _Unchecked:
        def __class_getitem__(cls, given: tuple[Any, str]) -> Any:
            return given[0]

    Bool = Float64 = Int8 = Int64 = _Unchecked

_Floats = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
_Flags = np.ndarray[tuple[Any, ...], np.dtype[np.bool_]]
_Wholes = np.ndarray[tuple[Any, ...], np.dtype[np.int64]]
_Choices = np.ndarray[tuple[Any, ...], np.dtype[np.int8]]

Floats = Float64[_Floats, "#runs #members"]
"""Numbers of shape (runs, members), or one that broadcasts to it: (runs, 1), (1, members), (1, 1)."""
Flags = Bool[_Flags, "#runs #members"]
"""Booleans of that shape."""
Wholes = Int64[_Wholes, "#runs #members"]
"""Whole numbers of that shape."""
Choices = Int8[_Choices, "#runs #members"]
"""Which option is taken, counted from 1, and 0 where none is: small whole numbers of that shape."""
Column = Float64[_Floats, "#runs 1"]
"""A number a run, (runs, 1), or one for all of them, (1, 1)."""
Vector = Float64[_Floats, "_"]
"""Numbers on one axis: nodes and weights, records, or runs."""
FlagVector = Bool[_Flags, "_"]
"""Booleans on one axis."""
Indices = Int64[_Wholes, "_"]
"""Places on one axis, or whole numbers that count along it."""
WholeTable = Int64[_Wholes, "_ _"]
"""Whole numbers on two axes, which their user names."""
Table = Float64[_Floats, "_ _"]
"""Numbers on two axes, which their user names."""
FlagTable = Bool[_Flags, "_ _"]
"""Booleans on two axes."""
Cube = Float64[_Floats, "_ _ _"]
"""Numbers on three axes, which their user names."""
FlagCube = Bool[_Flags, "_ _ _"]
"""Booleans on three axes."""
ChoiceCube = Int8[_Choices, "_ _ _"]
"""Options taken on three axes."""
Values = Float64[_Floats, "*#shape"]
"""Numbers of any shape; those of one call broadcast together. With more than two axes, (runs, members) come last."""
Number = float | Values
"""What a formula takes that serves a file's plain numbers as well as the arrays that design points are stacked into."""


def count(mask: Flags) -> Column:
    """True entries in each row of a boolean (runs, members) array, shape (runs, 1)."""
    # uint8 into uint32 is twice as fast as numpy's own sum of booleans, and as exact.
    return np.add.reduce(mask.view(np.uint8), axis=1, dtype=np.uint32, keepdims=True).astype(np.float64)


def total(amount: Floats, mask: Flags) -> Column:
    """Sum of `amount` over the true entries of each row of `mask`, shape (runs, 1)."""
    return np.add.reduce(amount * mask, axis=1, keepdims=True)


def weighted(amount: Floats, mask: Flags, counted: Column) -> Column:
    """Sum of `amount` over `mask`, of which `counted` is the row count; one amount a run needs no pass."""
    return amount * counted if amount.shape[1] == 1 else total(amount, mask)


def columns_of[T: (Floats, Flags, Wholes, Choices)](array: T, columns: slice) -> T:
    """The columns of an array that may hold one value for all of them."""
    return array if array.shape[1] == 1 else array[:, columns]


def spread[T: (Floats, Flags)](array: T, shape: tuple[int, ...]) -> T:
    """`np.broadcast_to`, which costs more than small arrays do, where there is something to do."""
    return array if array.shape == shape else np.broadcast_to(array, shape)


def arrayed(number: Number) -> Floats:
    """A formula's result as an array: that of a stacked policy is one already, whatever its files' types say."""
    return number if isinstance(number, np.ndarray) else np.full((1, 1), number)


def present[T](value: T | None) -> T:
    """What is None only where nobody reads it, for one that says that it does."""
    assert value is not None
    return value


def logistic(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-log_odds))."""
    with np.errstate(over="ignore"):  # exp(inf) gives the right limit, probability 0
        return 1.0 / (1.0 + np.exp(-log_odds))


def read_only[T: np.ndarray[Any, Any]](array: T) -> T:
    """A view that nobody can write to, since others read the same array."""
    view = array.view()
    view.flags.writeable = False
    return view


NOBODY: Flags = read_only(np.zeros((1, 1), dtype=bool))
"""Flags of nobody in any run."""
