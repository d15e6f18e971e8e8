"""Seeds of many streams at once: the bits of `numpy.random.SeedSequence`, without making one for each stream.

A sequence takes about as long to make as a small run to play. What it computes, O'Neill's `seed_seq_fe` on words of 32
bits, numpy promises never to change (NEP 19); here it is done on arrays of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence
from numpy.random.bit_generator import ISeedSequence

from oversight.arrays import Indices

States = np.ndarray[tuple[Any, ...], np.dtype[np.uint64]]
"""What PCG64 starts from, four words on the last axis."""
_Words = np.ndarray[tuple[Any, ...], np.dtype[np.uint32]]

_WORD = 2**32
_POOL = 4
"""Words of a sequence's pool, and the most that a seed may have here."""
_STATE = 4
_LATER = 4 * _POOL
"""How often a pool is hashed for the seed, before its spawn key: each word of it, and each with each other."""


def states(seed: int, replicates: Indices, key: Sequence[int]) -> States:
    """`SeedSequence(seed, spawn_key=(replicate, *key)).generate_state(4, np.uint64)` of each replicate, (streams, 4).

    Args:
        seed: below 2**128.
        replicates: from 0.
        key: further words of the spawn key, each below 2**32.
    """
    if replicates.max() >= _WORD:  # of more than one word each: nobody runs many of them
        sequences = [SeedSequence(seed, spawn_key=(int(replicate), *key)) for replicate in replicates]
        return np.array([sequence.generate_state(_STATE, np.uint64) for sequence in sequences])
    pool = SeedSequence(seed, pool_size=_POOL).pool[:, np.newaxis]
    for place, word in enumerate((replicates.astype(np.uint32), *np.array(key, np.uint32))):
        hashed = _hashed(np.broadcast_to(word, (_POOL, np.size(word))), 0x43B0D7E5, 0x931E8875, _LATER + _POOL * place)
        pool = _folded(pool * np.uint32(0xCA01F9DD) - hashed * np.uint32(0x4973F715))
    words = _hashed(np.concatenate([pool, pool]), 0x8B51F9DD, 0x58F38DED, 0)
    return np.ascontiguousarray(words.T.astype("<u4")).view("<u8").astype(np.uint64)


def generator(state: States) -> Generator:
    """`default_rng` of the sequence that has this state, (4,)."""
    sequence: Any = _Known(state)  # numpy takes every `ISeedSequence`, but its annotations do not say so
    return Generator(PCG64(sequence))


class _Known(ISeedSequence):
    """A seed sequence whose state is known."""

    def __init__(self, state: States):
        self.state = state

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:
        """The state: PCG64 asks once, for these words."""
        assert (n_words, dtype) == (_STATE, np.uint64)
        return self.state


def _hashed(words: _Words, first: int, factor: int, used: int) -> _Words:
    """Each row of `words` hashed with the constants that come next where `used` were used before."""
    powers = [first * pow(factor, used + row, _WORD) % _WORD for row in range(len(words) + 1)]
    constants = np.array(powers, np.uint32)[:, np.newaxis]
    return _folded((words ^ constants[:-1]) * constants[1:])


def _folded(words: _Words) -> _Words:
    """High bits onto low ones."""
    return words ^ words >> np.uint32(16)
