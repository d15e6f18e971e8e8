"""What detection may depend on, and what it yields."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, NamedTuple

from oversight.arrays import Column, Floats, Number
from oversight.policy.acts import Acts


@dataclass(slots=True)
class State:
    """The public state that a chance of inspection may depend on.

    `violations` and `active` are counts of shape (runs, 1) in one period, `size` the population, and
    `record` the actors' own standing records, (runs, members), or None where no policy part reads them.
    `rate` is the inspection rate of a strategic overseer in that period, (runs, 1), None under a committed one, and
    `private` what it keeps beside it: see `Stance`. `period` counts from 0; the one before the first is -1.

    Where innocent acts may go wrong, `errors` are how many did: `violations` counts them too, which look alike.
    `besides` is what one more look is worth to an overseer beside its own rewards, in money, (runs, 1).

    Where actors have options, `violations` counts what looks like one: the sum of the visibilities of what was done.
    `acts` tells it apart; it is None where nobody has options.
    """

    violations: Column
    active: Column
    size: int
    record: Floats | None = None
    _: KW_ONLY
    rate: Column | None = None
    private: Any = None
    period: int = 0
    acts: Acts | None = None
    errors: Column | None = None
    besides: Column | None = None


class Stance(NamedTuple):
    """How much a strategic overseer inspects, (runs, 1), and what it keeps to itself.

    What is private is the overseer's own affair: the log-odds of its looking, say, since a probability near 0 or 1
    rounds to it, or what it saw in its last periods. The first axis of an array is the runs'.
    """

    rate: Column
    private: Any = None


class Chances(NamedTuple):
    """Probabilities of one event for an actor that violates and one that complies.

    Each broadcasts to (runs, members).
    """

    violating: Number
    complying: Number
