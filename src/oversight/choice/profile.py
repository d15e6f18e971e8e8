"""What alternatives are worth to groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import Table, Vector

_DIGITS = 9
"""Of a group's range of utilities: closer ones are a tie."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Groups and what each alternative is worth to them.

    Args:
        utilities: (groups, alternatives), each group in its own unit.
        weights: the size of each group, (groups,), above 0.
        lever: where each alternative lies on the one lever that they differ by, (alternatives,); None if they do not.
        status_quo: the alternative that there is if nothing is chosen; None without one.
    """

    utilities: Table
    weights: Vector
    lever: Vector | None = None
    status_quo: int | None = None

    @classmethod
    def of(
        cls,
        utilities: ArrayLike,
        weights: ArrayLike | None = None,
        lever: ArrayLike | None = None,
        status_quo: int | None = None,
    ) -> Self:
        """A profile, of groups that are equally large unless weights say otherwise.

        Raises:
            ValueError: utilities are no table of finite numbers, weights are not above 0, or numbers do not fit.
        """
        table = np.asarray(utilities, dtype=float)
        if table.ndim != 2 or not table.size or not np.isfinite(table).all():
            raise ValueError("utilities must be a table of finite numbers: a row a group, a column an alternative")
        groups, alternatives = table.shape
        sizes = np.ones(groups) if weights is None else np.asarray(weights, dtype=float)
        if sizes.shape != (groups,) or not (np.isfinite(sizes) & (sizes > 0)).all():
            raise ValueError(f"weights must be {groups} numbers above 0, one a group")
        places = None if lever is None else np.asarray(lever, dtype=float)
        if places is not None and (places.shape != (alternatives,) or not np.isfinite(places).all()):
            raise ValueError(f"lever must be {alternatives} numbers, one an alternative")
        if status_quo is not None and not 0 <= status_quo < alternatives:
            raise ValueError(f"status_quo is {status_quo}: there are {alternatives} alternatives, counted from 0")
        return cls(table, sizes, places, status_quo)

    @cached_property
    def relative(self) -> Table:
        """Utilities from 0, a group's worst alternative, to 1, its best; 1 throughout for one that does not care."""
        worst = self.utilities.min(axis=1, keepdims=True)
        span = np.ptp(self.utilities, axis=1)[:, None]
        found: Table = np.round(
            np.where(span > 0, (self.utilities - worst) / np.where(span > 0, span, 1.0), 1.0), _DIGITS
        )
        return found

    @cached_property
    def gains(self) -> Table:
        """What each is worth beyond what a group falls back on, as a part of its range, (groups, alternatives).

        That is the status quo, or without one its own worst alternative. Of a group that does not care it is 1.
        """
        own = self.relative
        base = own.min(axis=1) if self.status_quo is None else own[:, self.status_quo]
        return own - np.where(np.ptp(own, axis=1) > 0, base, 0.0)[:, None]
