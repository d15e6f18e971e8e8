"""Answers of a base model with what each is worth in each value, and the models that weights of the values make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from oversight.arrays import FlagVector, Indices, Table, Vector

_BLOCK = 1 << 16
"""Answers that are worked on at once: products of them stay in the cache, however many answers there are."""

_VARIES = 1e-12
"""Relative to its size, how much a value has to vary to be more than a constant with rounding."""


@dataclass(frozen=True)
class Aligned:
    """The model p(y) = p0(y) exp(l.v(y)) / Z that weights l of the values make of the base p0.

    Args:
        weights: l, nats per unit of each value.
        shares: p of each answer, summing to 1.
        levels: E_p v, the mean of each value.
        kl: KL(p || p0), in nats.
        log_partition: log Z; of several contexts, its mean.
    """

    weights: Vector
    shares: Vector
    levels: Vector
    kl: float
    log_partition: float


@dataclass(frozen=True, eq=False)
class Answers:
    """Sampled answers, or an actor's options.

    With contexts, weights act within each: p(y | x) = p0(y | x) exp(l.v(x, y)) / Z(x), contexts keeping their shares.
    That is the *conditional* model, what an actor does. Without, all answers are one context: the *joint* model, in
    which contexts that are worth more come up more often.

    Args:
        values: what each answer is worth, (answers, values).
        log_base: logarithm of each answer's share under the base model, up to a constant, (answers,).
        context: which context each answer belongs to, counted from 0, (answers,).
        occurrence: the share of each context, summing to 1.
    """

    values: Table
    log_base: Vector
    context: Indices
    occurrence: Vector

    @classmethod
    def of(cls, values: ArrayLike, base: ArrayLike | None = None, context: ArrayLike | None = None) -> Self:
        """Answers with shares under the base model in any unit, equal ones by default.

        Raises:
            ValueError: there is no answer or value, one is not finite, or a share is not above 0.
        """
        table = np.asarray(values, dtype=float)
        if table.ndim != 2 or not table.size:
            raise ValueError("values must be a table: a row an answer, a column a value")
        if not np.isfinite(table).all():
            raise ValueError(f"values[{int(np.argmin(np.isfinite(table).all(axis=1)))}] has a value that is not finite")
        shares = np.ones(len(table)) if base is None else _matching("base", np.asarray(base, dtype=float), table)
        if not (wrong := np.isfinite(shares) & (shares > 0)).all():
            place = int(np.argmin(wrong))
            raise ValueError(f"base[{place}] is {shares[place]}: shares of answers are above 0")
        codes = np.zeros(len(table), dtype=np.int64)
        if context is not None:
            codes = np.unique(_matching("context", np.asarray(context), table), return_inverse=True)[1].astype(np.int64)
        shares = shares / shares.sum()
        return cls(table, np.log(shares), codes, np.bincount(codes, shares))

    def at(self, weights: ArrayLike) -> Aligned:
        """The model that these weights make."""
        chosen = np.asarray(weights, dtype=float)
        logs = self.log_base + self.values @ chosen
        highest = np.full(len(self.occurrence), -np.inf)
        np.maximum.at(highest, self.context, logs)
        shares = np.exp(logs - highest[self.context])
        sums = np.bincount(self.context, shares)
        shares *= (self.occurrence / sums)[self.context]
        log_partition = float(self.occurrence @ (highest + np.log(sums) - np.log(self.occurrence)))
        levels = shares @ self.values
        return Aligned(chosen, shares, levels, max(0.0, float(chosen @ levels) - log_partition), log_partition)

    def covariance(self, aligned: Aligned) -> Table:
        """V, that of the values within contexts, in an aligned model: the slope of its levels in its weights."""
        means = np.stack([np.bincount(self.context, aligned.shares * value) for value in self.values.T], axis=1)
        means /= self.occurrence[:, None]
        found = np.zeros((self.values.shape[1],) * 2)
        for start in range(0, len(self.values), _BLOCK):
            block = slice(start, start + _BLOCK)
            away = self.values[block] - means[self.context[block]]
            found += (away * aligned.shares[block, None]).T @ away
        return found

    @cached_property
    def base(self) -> Aligned:
        """The base model, which has no weights."""
        return self.at(np.zeros(self.values.shape[1]))

    @cached_property
    def varies(self) -> FlagVector:
        """Whether answers differ in a value by more than rounding."""
        lowest, highest = self.values.min(axis=0), self.values.max(axis=0)
        return highest - lowest > _VARIES * np.maximum(np.abs(lowest), np.abs(highest))

    @cached_property
    def scale(self) -> Vector:
        """The range of each value, its size where it has none: what differences of levels are compared with."""
        size = np.abs(self.values[0])
        return np.where(self.varies, np.ptp(self.values, axis=0), np.where(size > 0, size, 1.0))

    def summit(self, direction: Vector) -> Vector:
        """The levels, of all that the answers can make, which are furthest in a direction."""
        heights = self.values @ direction
        highest = np.full(len(self.occurrence), -np.inf)
        np.maximum.at(highest, self.context, heights)
        first = np.full(len(self.occurrence), len(heights))
        places = np.flatnonzero(heights == highest[self.context])
        np.minimum.at(first, self.context[places], places)
        found: Vector = self.occurrence @ self.values[first]
        return found


def _matching(name: str, given: np.ndarray[Any, Any], table: Table) -> np.ndarray[Any, Any]:
    if given.shape != (len(table),):
        raise ValueError(f"{name} has the shape {given.shape}: there are {len(table)} answers")
    return given
