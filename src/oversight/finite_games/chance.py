"""The random numbers of one run of a game."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from numpy.random import Generator, SeedSequence, default_rng


@dataclass(frozen=True)
class Chance:
    """Generators by name: what a game draws for one purpose does not move what it draws for another.

    Design points share them, so that luck adds little to their differences.
    """

    seed: int
    replicate: int

    def of(self, name: str, index: int = 0) -> Generator:
        """The generator of a purpose, and of one of several players or items: the same whenever it is asked for."""
        return default_rng(SeedSequence(self.seed, spawn_key=(self.replicate, crc32(name.encode()), index)))
