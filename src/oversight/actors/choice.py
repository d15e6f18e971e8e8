"""How an actor takes one of several options, or none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Choices, Floats, Number
from oversight.errors import ActorError


class Manner(Enum):
    """How a class decides between options."""

    BEST = auto()
    """It takes the one with the highest `advantage`, if that is positive."""
    LOGIT = auto()
    """By chance, the likelier the higher the advantage, with a `precision`: multinomial logit."""
    ONE = auto()
    """It knows one option, and whether to take it: that of its key `option`, or else the only one."""


def manner_of(rule: type[Actor], parameters: dict[str, Any]) -> Manner:
    """How a class with these parameters decides between options."""
    worded = rule.advantage is not Actor.advantage
    if not worded or rule.drifts or rule.violates is not Actor.violates:
        return Manner.ONE
    if rule.probability is Actor.probability:
        return Manner.BEST
    return Manner.LOGIT if "precision" in parameters else Manner.ONE


def worth(actor: Actor, now: Situation) -> Floats:
    """`actor.advantage(now)` as numbers of the actor's shape, or an error that says what came instead.

    Raises:
        ActorError: it is of another shape, or no number.
    """
    found = np.asarray(actor.advantage(now))
    try:
        return np.broadcast_to(found.astype(float), actor.shape)
    except (TypeError, ValueError):
        raise ActorError(
            f"{type(actor).__name__}.advantage returned {found.dtype} of shape {found.shape} for actors of shape "
            f"{actor.shape}: return a number for each"
        ) from None


def best(advantages: Sequence[Floats], harms: Sequence[Floats]) -> Choices:
    """The place of the best option, counted from 1, and 0 where none is better than complying.

    Of options that are as good as one another the least harmful is taken, and of those the first.

    Args:
        advantages: of each option over complying, (runs, members).
        harms: what each does to others; broadcasts to it.
    """
    first = advantages[0]
    taken = (first > 0).astype(np.int8)
    most = np.maximum(first, 0.0)
    for place, advantage in enumerate(advantages[1:], start=2):
        better = advantage > most
        as_good = advantage == most
        if as_good.any():  # hardly ever, and it takes longer than all the rest
            as_good &= (taken > 0) & (harms[place - 1] < _harm(taken, harms[: place - 1]))
            better |= as_good
        np.copyto(taken, np.int8(place), where=better)
        most = np.maximum(most, advantage)
    return taken


def _harm(taken: Choices, harms: Sequence[Floats]) -> Floats:
    """What the option taken does to others, (runs, members)."""
    harm = np.zeros(taken.shape)
    for place, each in enumerate(harms, start=1):
        np.copyto(harm, each, where=taken == place)
    return harm


def chances(advantages: Sequence[Floats], precision: Number, bases: Sequence[Number]) -> list[Floats]:
    """Chances of each option under the multinomial logit: b_j e^(k u_j) / (1 + sum of all b e^(k u)).

    McFadden, in Zarembka (ed.), Frontiers in Econometrics (1974) 105; complying has the weight 1 and u = 0.

    Args:
        advantages: u, of each option over complying, (runs, members).
        precision: k, per unit of utility.
        bases: b, the weights of the options.
    """
    exponents = [precision * each + np.log(base) for each, base in zip(advantages, bases, strict=True)]
    highest = np.zeros((1, 1))
    for exponent in exponents:
        highest = np.maximum(highest, exponent)
    weights = [np.exp(exponent - highest) for exponent in exponents]
    whole = np.exp(-highest)
    for weight in weights:
        whole = whole + weight
    return [weight / whole for weight in weights]


def drawn(chances: Sequence[Floats], draw: Floats) -> Choices:
    """The option that a uniform draw falls on, counted from 1, and 0 beyond all of them."""
    taken = np.zeros(np.broadcast_shapes(draw.shape, chances[0].shape), dtype=np.int8)
    reached = np.zeros((1, 1))
    for place, chance in enumerate(chances, start=1):
        before, reached = reached, reached + chance
        np.copyto(taken, np.int8(place), where=(draw >= before) & (draw < reached))
    return taken
