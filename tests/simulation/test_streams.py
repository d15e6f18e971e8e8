"""A run's random streams are those of `default_rng(SeedSequence(seed, spawn_key=...))`, however they are seeded."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.random import SeedSequence, default_rng

from oversight.distributions import Noise
from oversight.simulation.seeding import generator, states
from oversight.simulation.streams import Purpose, Streams

REPLICATES = np.array([0, 1, 2, 77, 9_999_999, 2**31, 2**32 - 1])
KEYS = [(), (0, 0), (8, 3), (10, 1, 2**32 - 1, 12_345)]


@pytest.mark.parametrize("seed", [0, 1, 7, 2**31, 2**32 - 1, 2**32, 2**63 - 1, 2**128 - 1])
@pytest.mark.parametrize("key", KEYS)
def test_a_block_of_streams_has_the_bits_of_numpys_seed_sequences(seed: int, key: tuple[int, ...]) -> None:
    for state, replicate in zip(states(seed, REPLICATES, key), REPLICATES.tolist(), strict=True):
        plain = default_rng(SeedSequence(seed, spawn_key=(replicate, *key)))
        assert generator(state).bit_generator.state == plain.bit_generator.state, replicate


def test_many_random_keys_as_well() -> None:
    rng = default_rng(2026)
    for _ in range(50):
        seed, replicates = int(rng.integers(2**63)), np.unique(rng.integers(2**32, size=20))
        key = tuple(rng.integers(2**32, size=int(rng.integers(5))).tolist())
        for state, replicate in zip(states(seed, replicates, key), replicates.tolist(), strict=True):
            plain = default_rng(SeedSequence(seed, spawn_key=(replicate, *key)))
            assert generator(state).bit_generator.state == plain.bit_generator.state, (seed, replicate, key)


def test_a_replicate_of_two_words_has_its_stream_too() -> None:
    replicates = np.array([3, 2**32, 2**40 + 5])
    for state, replicate in zip(states(5, replicates, (1, 2)), replicates.tolist(), strict=True):
        plain = default_rng(SeedSequence(5, spawn_key=(replicate, 1, 2)))
        assert generator(state).bit_generator.state == plain.bit_generator.state


def test_a_generator_goes_on_after_pickling() -> None:
    made = generator(states(3, REPLICATES, (1, 0))[2])
    made.random(5)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(made)).random(8), made.random(8))


@pytest.mark.parametrize(
    ("noise", "method"),
    [("uniform", "random"), ("normal", "standard_normal"), ("exponential", "standard_exponential")],
)
@pytest.mark.parametrize("width", [1, 20, 5_000])
def test_a_runs_draws_are_its_streams_whatever_the_blocks(noise: Noise, method: str, width: int) -> None:
    """Several replicates, one of them twice, over more periods than one block of draws holds."""
    periods, replicates = 7, [4, 9, 4]
    draws = Streams(11, replicates, 5).draws(noise, Purpose.INSPECTION, width, entry=2)
    ours = np.stack([draws.next().copy() for _ in range(periods)], axis=1)
    for row, replicate in zip(ours, replicates, strict=True):
        plain = default_rng(SeedSequence(11, spawn_key=(replicate, 5, 2)))
        np.testing.assert_array_equal(row.ravel(), getattr(plain, method)(periods * width))
