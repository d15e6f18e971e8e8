"""Numbers that a game can be made of, and those near which something changes."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, isfinite, log1p
from struct import pack, unpack


def finite(**numbers: float) -> None:
    """Refuse what is no finite number.

    Raises:
        ValueError: with the name of the first that is none.
    """
    for name, number in numbers.items():
        if not isfinite(number):
            raise ValueError(f"{name} is {number}: a game is made of finite numbers")


def at_least(least: float, **numbers: float) -> None:
    """Refuse numbers below the least, and NaN; infinity may pass.

    Raises:
        ValueError: with the name of the first.
    """
    for name, number in numbers.items():
        if not number >= least:
            raise ValueError(f"{name} is {number}: it must be {least:g} or more")


def above(least: float, **numbers: float) -> None:
    """Refuse numbers that do not exceed the least, and NaN; infinity may pass.

    Raises:
        ValueError: with the name of the first.
    """
    for name, number in numbers.items():
        if not number > least:
            raise ValueError(f"{name} is {number}: it must be above {least:g}")


def shares(**numbers: float) -> None:
    """Refuse what is neither a share nor a probability.

    Raises:
        ValueError: with the name of the first that is none.
    """
    for name, number in numbers.items():
        if not 0 <= number <= 1:
            raise ValueError(f"{name} is {number}: it is a share, from 0 to 1")


def whole(least: int, **numbers: float) -> None:
    """Refuse what is no whole number of at least this many.

    Raises:
        ValueError: with the name of the first that is none.
    """
    for name, number in numbers.items():
        if not (number >= least and isfinite(number) and number == int(number)):
            raise ValueError(f"{name} is {number}: it must be a whole number, {least} or more")


def logistic(odds: float) -> float:
    """s(z) = 1 / (1 + exp(-z)), to every digit near 0."""
    return 1 / (1 + exp(-odds)) if odds >= 0 else exp(odds) / (1 + exp(odds))


def log_slope(odds: float) -> float:
    """Logarithm of s'(z) = s(z) s(-z)."""
    return -abs(odds) - 2 * log1p(exp(-abs(odds)))


def switch(beyond: Callable[[float], bool], low: float, high: float) -> tuple[float, float]:
    """Neighbouring numbers between which `beyond` becomes true, as it does from `low` to `high`."""
    while low < (middle := _halfway(low, high)) < high:
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return low, high


def _halfway(low: float, high: float) -> float:
    """As many numbers lie below it, down to `low`, as above: bits of positive numbers are ordered as they are."""
    if low < 0 < high:
        return 0.0
    if low < 0:
        return -_halfway(-high, -low)
    first, last = (unpack("<q", pack("<d", end + 0.0))[0] for end in (low, high))
    middle: float = unpack("<d", pack("<q", (first + last) // 2))[0]
    return middle
