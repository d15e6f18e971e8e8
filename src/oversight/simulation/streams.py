"""Random streams: one for each (seed, replicate, purpose, entry, name of a trait), never for a design point or a start.

Runs that share a replicate share its draws (common random numbers), whatever batch or worker they are in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from hashlib import sha256

import numpy as np

from oversight.arrays import Floats, Indices
from oversight.distributions import Noise
from oversight.simulation.seeding import States, generator, states

BLOCK = 4_000
"""Draws that one call should make at least: below that, the call itself costs as much as they do."""


class Purpose(IntEnum):
    """What a stream is for. The numbers are part of every result: append, never renumber."""

    GAIN = 0
    HARM = 1
    WEALTH = 2
    TURNOVER = 3
    DECISION = 4
    INSPECTION = 5
    ROUNDING = 6
    DETECTION = 7
    OVERSEER = 8
    TURN = 9
    TRAIT = 10
    VISIBILITY = 11
    COMMON_GAIN = 12
    COMMON_DRAW = 13
    SIGNAL = 14
    HONEYPOT = 15
    NETWORK = 16
    WITNESS = 17
    COVERAGE = 18
    DRIFT = 19
    PROXY = 20
    RESAMPLE = 21
    MARKET = 22
    PRINCIPAL = 23
    ERROR = 24


class Streams:
    """Makes the draws of a batch. `replicates` holds the replicate of each run."""

    def __init__(self, seed: int, replicates: Sequence[int], periods: int):
        self.seed = seed
        self.periods = periods
        self.distinct, rows = np.unique(np.asarray(replicates), return_inverse=True)
        one_each = len(self.distinct) == len(rows) and (rows == np.arange(len(rows))).all()
        self.rows = None if len(self.distinct) == 1 or one_each else rows

    def draws(
        self,
        noise: Noise,
        purpose: Purpose,
        width: int,
        entry: int = 0,
        periods: int | None = None,
        first: int = 0,
        name: str = "",
    ) -> Draws:
        """Standard draws, `width` for each run and period, from the period `first` on; `name` tells traits apart."""
        key = (purpose, entry, *(_words(name) if name else ()))
        made = Draws(noise, states(self.seed, self.distinct, key), width, self.rows, periods or self.periods)
        for _ in range(first):
            made.next()
        return made

    def generator(self, purpose: Purpose) -> np.random.Generator:
        """A generator for what the first replicate draws once, in ways that are not known beforehand."""
        return generator(states(self.seed, self.distinct[:1], (purpose, 0))[0])


def _words(name: str) -> tuple[int, int]:
    """A name as two numbers of a stream's key, the same on every machine."""
    digest = sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


_METHODS = {"uniform": "random", "normal": "standard_normal", "exponential": "standard_exponential"}


class Draws:
    """Standard draws for one purpose, a period at a time, drawn in blocks of periods."""

    def __init__(self, noise: Noise, seeds: States, width: int, rows: Indices | None, periods: int):
        self.noise = noise
        self.width = width
        self.seeds = seeds
        self.rows = rows
        block = min(periods, max(1, -(-BLOCK // width)))
        # Thousands of generators cost time, and are kept only where there will be more than one block of draws.
        self.generators = None if block == periods else [generator(seed) for seed in seeds]
        self.block = np.empty((len(seeds), block, width))
        self.place: int | None = None

    def next(self) -> Floats:
        """The next period's draws: (runs, width), or (1, width) where all runs share them."""
        if self.place is None:
            self._draw(self.generators or map(generator, self.seeds))
            self.place = 0
        elif self.place == self.block.shape[1]:
            if self.generators is None:  # more periods than were foreseen: the first are drawn again
                self.generators = [generator(seed) for seed in self.seeds]
                self._draw(self.generators)
            self._draw(self.generators)
            self.place = 0
        draws = self.block[:, self.place]
        self.place += 1
        return draws if self.rows is None else draws[self.rows]

    def _draw(self, generators: Iterable[np.random.Generator]) -> None:
        method = _METHODS[self.noise]
        for each, run in zip(generators, self.block, strict=True):
            getattr(each, method)(out=run)
