"""What is given when the best of several answers is: the choice of who decides by chance, seen through their scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from oversight.actors import Actor, Situation
from oversight.actors.choice import Manner, drawn
from oversight.arrays import Choices, Flags, Floats, Number
from oversight.response.choosing import chances_of
from oversight.scenario import Entry


def best_answer(chances: Sequence[Floats], scores: Sequence[Number], answers: int) -> list[Floats]:
    """The chance that the best of n answers is each: F(u)^n - F(u-)^n, of answers that score alike in proportion.

    F is the distribution of an answer's score u. Beirami et al., arXiv:2401.01879.

    Args:
        chances: of each answer, which sum to 1.
        scores: of each answer.
        answers: n.
    """
    found = []
    for own, score in zip(chances, scores, strict=True):
        below = sum(chance * np.less(other, score) for chance, other in zip(chances, scores, strict=True))
        alike = sum(chance * np.equal(other, score) for chance, other in zip(chances, scores, strict=True))
        some = np.where(alike > 0, alike, 1.0)
        found.append(((below + alike) ** answers - below**answers) * own / some)
    return found


def selected(
    entry: Entry, actor: Actor, asked: Sequence[Situation], scores: Sequence[Number], answers: int
) -> tuple[list[Floats], list[Floats]]:
    """Chances of complying and of each act that the class knows, when the best of so many answers is given, and before.

    Args:
        entry: one whose class decides by chance.
        actor: what stands for its members.
        asked: what they know of these acts, as it is without values.
        scores: of these acts, beyond complying.
        answers: how many.
    """
    before = chances_of(entry, actor, asked)
    return best_answer(before, [np.zeros((1, 1)), *scores], answers), before


def given(entry: Entry, chances: Sequence[Floats], draw: Floats) -> Choices | Flags:
    """What a uniform draw falls on: the option, counted from 1; of an entry without options whether it is violated."""
    taken = drawn(chances, draw)
    if not entry.options:
        return taken > 0
    return taken * np.int8(entry.only + 1) if entry.manner is Manner.ONE else taken
