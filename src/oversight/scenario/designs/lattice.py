"""The places that a grid can grow to: those of the grid, and those that halving its steps leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from oversight.arrays import Indices


@dataclass(frozen=True)
class Lattice:
    """A grid whose steps can be halved `depth` times. Places are numbered with the last part of the grid fastest."""

    lengths: tuple[int, ...]
    """Settings of each part of the grid."""
    halved: tuple[bool, ...]
    """Whether the steps of each part can be halved."""
    depth: int

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Settings of each part at the finest."""
        apart = 2**self.depth
        pairs = zip(self.lengths, self.halved, strict=True)
        return tuple((length - 1) * apart + 1 if halved else length for length, halved in pairs)

    @property
    def size(self) -> int:
        """Number of places."""
        return prod(self.shape)

    def grid(self) -> Indices:
        """The places of the grid itself, in its order."""
        steps = [2**self.depth if halved else 1 for halved in self.halved]
        inside = np.ix_(*(np.arange(0, length, step) for length, step in zip(self.shape, steps, strict=True)))
        found: Indices = np.ravel_multi_index(inside, self.shape).ravel()
        return found

    def settings(self, places: Indices) -> Indices:
        """Which setting of each part a place has, (places, parts)."""
        return np.stack(np.unravel_index(places, self.shape), axis=1)

    def places(self, settings: Indices) -> Indices:
        """The place of each row of settings, (rows, parts)."""
        found: Indices = np.ravel_multi_index(tuple(settings.T), self.shape)
        return found


def between(values: Sequence[Any], depth: int) -> list[Any]:
    """Numbers with those that halving their steps `depth` times puts between them; whole ones stay whole."""
    ends = np.arange(len(values)) * 2**depth
    fine = np.interp(np.arange(ends[-1] + 1), ends, np.asarray(values, dtype=float))
    found: list[Any] = [float(f"{value:.12g}") for value in fine.tolist()]
    if all(type(value) is int for value in values):
        found = [int(value) if value.is_integer() else value for value in found]
    found[:: 2**depth] = values
    return found
