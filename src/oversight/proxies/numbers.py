"""What the functions of proxies take."""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import Vector


def whole(least: int, **numbers: float) -> None:
    """Refuse what is no whole number of at least this many.

    Raises:
        ValueError: with the name of the first.
    """
    for name, number in numbers.items():
        if not (isfinite(number) and number >= least and number == int(number)):
            raise ValueError(f"{name} is {number}: it must be a whole number, {least} or more")


def positive(**numbers: float) -> None:
    """Refuse what is not a finite number above 0.

    Raises:
        ValueError: with the name of the first.
    """
    for name, number in numbers.items():
        if not (isfinite(number) and number > 0):
            raise ValueError(f"{name} is {number}: it must be above 0")


def shares(base: ArrayLike) -> Vector:
    """The shares of options, above 0 in any unit, as parts of 1.

    Raises:
        ValueError: there is none, or one is not above 0.
    """
    given = np.asarray(base, dtype=float)
    if given.ndim != 1 or not given.size:
        raise ValueError("base must be a list of shares")
    for place, share in enumerate(given.tolist()):
        positive(**{f"base[{place}]": share})
    found: Vector = given / given.sum()
    return found
