"""How an actor takes one of several options, or none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

import numpy as np

from oversight.actors.actor import Actor
from oversight.actors.situation import Situation
from oversight.arrays import Choices, Floats, Number, spread
from oversight.errors import ActorError

_STEEP = 500.0
"""Logarithm of a weight beyond which it is measured by another: many of them, times a base weight, are a number."""


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
    if not rule.by_chance(parameters):
        return Manner.BEST
    return Manner.ONE if rule.precision_of(parameters) is None else Manner.LOGIT


def worth(actor: Actor, now: Situation) -> Floats:
    """`actor.advantage(now)` as numbers of the actor's shape, or an error that says what came instead.

    Raises:
        ActorError: it is of another shape, or no number.
    """
    found = np.asarray(actor.advantage(now))
    try:
        return spread(np.asarray(found, dtype=float), actor.shape)
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
    taken = (first > 0).view(np.int8)
    most = np.maximum(first, 0.0)
    for place, advantage in enumerate(advantages[1:], start=2):
        better = advantage > most
        as_good = advantage == most
        if as_good.any():  # hardly ever, and it takes longer than all the rest
            as_good &= (taken > 0) & (harms[place - 1] < _harm(taken, harms[: place - 1]))
            better |= as_good
        # No option before it has as high a place; a choice by `np.where` takes several times as long.
        taken = np.maximum(taken, better.view(np.int8) * np.int8(place))
        most = np.maximum(most, advantage)
    return taken


def _harm(taken: Choices, harms: Sequence[Floats]) -> Floats:
    """What the option taken does to others, (runs, members)."""
    harm = np.zeros(taken.shape)
    for place, each in enumerate(harms, start=1):
        np.copyto(harm, each, where=taken == place)
    return harm


def weights(advantages: Sequence[Floats], precision: Number, bases: Sequence[Number]) -> list[Floats]:
    """Weights of complying and of each option under the multinomial logit, 1 and b e^(k u), or a part of all of them.

    McFadden, in Zarembka (ed.), Frontiers in Econometrics (1974) 105. A chance is a weight over the sum of all.

    Args:
        advantages: u, of each option over complying, (runs, members).
        precision: k, per unit of utility.
        bases: b, the weights of the options.
    """
    exponents = [precision * advantage for advantage in advantages]
    complying = np.ones((1, 1))
    if max(float(exponent.max()) for exponent in exponents) > _STEEP:
        # Only what is too large for a number is measured by another: the rest is the same to the last digit.
        beyond = np.maximum(np.maximum.reduce(np.broadcast_arrays(*exponents)) - _STEEP, 0.0)
        exponents = [exponent - beyond for exponent in exponents]
        complying = np.exp(-beyond)
    each = [np.exp(exponent) for exponent in exponents]
    weighed = [weight if np.all(np.equal(base, 1)) else base * weight for weight, base in zip(each, bases, strict=True)]
    return [complying, *weighed]


def drawn(weights: Sequence[Floats], draw: Floats) -> Choices:
    """The option that a uniform draw falls on, counted from 1, and 0 beyond all of them.

    `weights` are those of complying and of each option.
    """
    complying, *options = weights
    reached = [options[0]]
    for weight in options[1:]:
        reached.append(reached[-1] + weight)
    place = draw * (reached[-1] + complying)
    # The draw falls short of the ends of its own option and of all after it.
    short = np.zeros((1, 1), dtype=np.int8)
    for end in reached:
        short = short + (place < end).view(np.int8)
    return (np.int8(len(options) + 1) - short) * (short > 0).view(np.int8)
