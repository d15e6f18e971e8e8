"""What beliefs promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from oversight.actors.beliefs import Belief, PublicHistory
from oversight.arrays import Floats
from oversight.contract.kits.promise import MEMBERS, NUMBER, PICKLABLE, KindPromise, fixed, must, told
from oversight.contract.kits.theory import agrees, experiment
from oversight.scenario.stacking import stack

_PERIODS = 6


class _Life:
    """What befalls actors who hold a belief."""

    def __init__(self, seed: int, shape: tuple[int, int] = (NUMBER, MEMBERS)):
        rng = np.random.default_rng(seed)
        self.announced = [fixed(rng.random(shape)) for _ in range(_PERIODS)]
        self.violated = [fixed(rng.random(shape) < 0.6) for _ in range(_PERIODS)]
        self.caught = [fixed(violated & (rng.random(shape) < 0.5)) for violated in self.violated]
        seen = [rng.integers(1, 50, (shape[0], 1)).astype(float) for _ in range(_PERIODS)]
        self.history = [PublicHistory(fixed(np.floor(count / 2)), fixed(count)) for count in seen]

    def led(self, belief: Any, rows: slice = slice(None), members: slice = slice(None)) -> list[Floats]:
        """The perceived chances of a life, (rows, members) each."""
        shape = self.announced[0][rows, members].shape
        state, found = belief.begin(shape), []
        for period in range(_PERIODS):
            history = self.history[period]
            known = PublicHistory(history.caught[rows], history.violations[rows]) if belief.remembers else None
            announced = self.announced[period][rows, members]
            held = belief.perceived(state, announced, known)
            found.append(np.broadcast_to(held, shape).copy())
            state = belief.learn(state, self.violated[period][rows, members], self.caught[period][rows, members])
        return found


def _chances(made: Sequence[Belief]) -> None:
    for one in made:
        for held in _Life(1, (1, MEMBERS)).led(stack([one])):
            must((held >= 0) & (held <= 1), f"{told(one)} perceives a chance outside [0, 1]")


def _reads(made: Sequence[Belief]) -> None:
    for one in made:
        single, life = stack([one]), _Life(2, (1, MEMBERS))
        before = life.led(single)
        if one.trusts:
            must(np.array_equal(before, life.announced), f"{told(one)} does not believe just what is announced")
        if not one.reads_announced:
            life.announced = [fixed(1 - chance) for chance in life.announced]
            must(np.array_equal(before, life.led(single)), f"{told(one)} moves with what is announced, and denies it")


def _batches(made: Sequence[Belief]) -> None:
    life = _Life(3)
    together = life.led(stack(made))
    for row, one in enumerate(made):
        alone = life.led(stack([one]), slice(row, row + 1))
        must(
            np.array_equal([held[row : row + 1] for held in together], alone),
            f"{told(one)} comes to another belief in a batch with other design points than alone",
        )
    some = slice(3, 9)
    must(
        np.array_equal([held[:, some] for held in together], life.led(stack(made), members=some)),
        "what some actors believe depends on who else is there",
    )


def _rests(made: Sequence[Belief]) -> None:
    for one in made:
        for delivered in (0.15, 0.7):
            chance = np.full((1, 1), delivered)
            stated = stack([one]).limit(chance)
            if stated is not None:
                must(
                    (np.asarray(stated) >= 0) & (np.asarray(stated) <= 1),
                    f"`limit` of {told(one)} is outside [0, 1] at a chance of {delivered}",
                )


def _theory(made: Sequence[Belief]) -> None:
    for one in made:
        agrees(experiment({}, {"belief": one}))


BELIEF_PROMISES = (
    KindPromise("chances", "It perceives probabilities.", _chances),
    KindPromise("reads", "It moves with what is announced only if it says so.", _reads),
    KindPromise("batches", "The same belief in any batch, whoever is there; what is seen is not changed.", _batches),
    KindPromise("limit", "Where it says that it rests is a probability.", _rests),
    PICKLABLE,
    KindPromise("theory", "It rests where it says: theory equals simulation.", _theory, quick=False),
)
