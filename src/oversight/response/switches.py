"""Where along an axis a choice between several options switches from one to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from oversight.arrays import ChoiceCube, Choices, Cube, Floats, Vector

_MOST = 40
"""Switches between two neighbouring strata that are followed: more than twice as many as there can be options."""


class Switch(Protocol):
    """Closes in on where a choice stops being as `before`, between `low` and `high`; (rows, outer) each."""

    def __call__(self, low: Floats, high: Floats, before: Choices) -> Floats: ...


def between_options(
    answers: ChoiceCube, strata: Vector, switch: Switch, at: Callable[[Floats], Choices]
) -> tuple[Cube, ChoiceCube]:
    """The ends of the pieces of an axis on which one option is taken, and which that is.

    Between two strata that differ there may be more than one switch: what a switch leads to is asked, and followed
    until the next stratum's option is reached, so that no option that is best on a short stretch alone is missed.

    Args:
        answers: the options taken at the strata, (rows, outer, strata).
        strata: places along the axis, ascending.
        switch: how to close in on a switch.
        at: the options taken at a place of each row and outer node.

    Returns:
        ends (rows, outer, pieces + 1), from 0 to 1, and options (rows, outer, pieces); pieces may be empty.
    """
    shape = answers.shape[:2]
    left = answers[:, :, 1:] != answers[:, :, :-1]
    ends, chosen = [np.zeros(shape)], [answers[:, :, 0]]
    low, before, cell = np.zeros(shape), answers[:, :, 0], np.zeros(shape, dtype=np.int64)
    within, followed = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=np.int64)
    while within.any() or left.any():
        has = within | left.any(axis=2)
        cell = np.where(within, cell, left.argmax(axis=2))
        low = np.where(within, low, strata[cell])
        before = np.where(within, before, np.take_along_axis(answers, cell[:, :, None], 2)[:, :, 0])
        np.put_along_axis(left, cell[:, :, None], False, axis=2)
        beyond = np.take_along_axis(answers, cell[:, :, None] + 1, 2)[:, :, 0]
        low = switch(low, strata[cell + 1], before)
        followed = np.where(within, followed + 1, 0)
        before = np.where(followed < _MOST, at(low), beyond)
        ends.append(np.where(has, low, 1.0))
        chosen.append(np.where(has, before, chosen[-1]))
        within = has & (before != beyond)
    return np.stack([*ends, np.ones(shape)], axis=2), np.stack(chosen, axis=2)
