"""What an actor knows when it decides, and what it learns afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import repeat
from typing import Any

import numpy as np

from oversight.actors import absent
from oversight.actors.absent import Absent
from oversight.actors.own import Terms, Traits
from oversight.arrays import Column, Flags, Floats, Number, read_only
from oversight.foresight.prospects import Prospects


@dataclass(slots=True, kw_only=True)
class Situation:
    """What an actor knows at the moment of decision: one opportunity each, at the start of a period.

    Every quantity is an array that broadcasts to (runs, members), and a scalar where actors are run one by one.
    Money is in the policy's unit, probabilities are per period.
    """

    gain: Floats
    """What this violation would earn."""
    detection: Floats
    """Perceived probability of being sanctioned if it violates."""
    false_detection: Floats
    """Announced probability of being sanctioned if it complies."""
    sanction: Floats
    """What would be taken from it if caught."""
    false_sanction: Floats
    """What would be taken from it if sanctioned in spite of complying."""
    harm: Floats = absent.HARM
    """What it would cost others, for a class that names "harm" in `uses`; so are the next eight."""
    record: Floats = absent.RECORD
    """Its own standing past sanctions."""
    wealth: Floats | None = absent.WEALTH
    """Trait of the population entry, None if it has none."""
    turnover: Floats | None = absent.TURNOVER
    """Trait of the population entry, None if it has none."""
    draw: Floats = absent.DRAW
    """One uniform draw on [0, 1) for each actor and period: the only randomness a decision may use."""
    traits: Traits = absent.TRAITS
    """The population entry's own traits, by name."""
    income: Number = absent.INCOME
    """What it earns in a period in play, whatever it does."""
    policy: Terms = absent.POLICY
    """The policy's public terms, by the names that files use."""
    base: Number = absent.BASE
    """Weight of violating over that of complying in the reference model, for a class that names "base" in `uses`."""
    neighbours: Floats = absent.NEIGHBOURS
    """Share of its neighbours that violated last period, for a class that names "neighbours" in `uses`; those who were
    suspended do not count, and where nobody is left it is 0."""
    neighbours_sanctioned: Floats = absent.NEIGHBOURS_SANCTIONED
    """Share of them that was sanctioned, rightly or not, for a class that names "neighbours_sanctioned" in `uses`."""
    violation: bool = True
    """False for an option that only looks like a violation."""
    signal: Flags = absent.SIGNAL
    """Whether it noticed that it will be inspected; of nobody where the policy's monitoring has no `signal`."""
    prospects: Prospects | None = None
    """What the policy holds in store for later periods, for a class that names "prospects" in `uses`."""
    habit: Flags | None = None
    """Whether it violated when it last played, for a class that names "peers" in `uses`; so are the next two."""
    opposite: Floats | None = None
    """Share of the other members of its entry that did otherwise."""
    largest: Column | None = None
    """The largest payoff difference between two choices of an actor, or of a strategic overseer, in the population."""

    @property
    def expected_sanction(self) -> Floats:
        """P s: the *difference* in expected sanction between violating and complying."""
        expected = self.detection * self.sanction
        if self.false_detection.any():  # most policies never sanction an innocent
            return expected - self.false_detection * self.false_sanction
        return expected


@dataclass(slots=True, kw_only=True)
class Experience:
    """What became of a period, for an actor to learn from. Arrays of shape (runs, members)."""

    active: Flags
    """Whether it was in play at all."""
    violated: Flags
    caught: Flags
    """Sanctioned for a violation that it made."""
    sanctioned: Flags
    """Sanctioned, rightly or not."""
    inspected: Flags
    payoff: Floats
    """Gain of the violation, if any, less what was taken."""
    advantage: Floats
    """g - p s: what violating was worth beyond complying, at the belief held when deciding."""


def shown[T: (Situation, Experience)](known: T) -> T:
    """The same with arrays that cannot be written to."""
    arrays: dict[str, Any] = {
        field.name: value for field in fields(known) if isinstance(value := getattr(known, field.name), np.ndarray)
    }
    return replace(known, **{name: read_only(array) for name, array in arrays.items()})


def one_by_one[T: (Situation, Experience)](known: T, shape: tuple[int, ...]) -> Iterator[T]:
    """The same for each actor of each run, run by run, as numpy scalars."""
    rows = [_each(getattr(known, field.name), shape) for field in fields(known)]
    names = [field.name for field in fields(known)]
    return (type(known)(**dict(zip(names, items, strict=True))) for items in zip(*rows, strict=False))


def _each(value: Any, shape: tuple[int, ...]) -> Iterable[Any]:
    if value is None or isinstance(value, Absent):
        return repeat(value)
    if isinstance(value, Prospects | Traits | Terms):
        return (value.part(partial(_element, shape, place)) for place in np.ndindex(shape))
    return np.broadcast_to(value, shape).ravel()


def _element(shape: tuple[int, ...], place: tuple[int, ...], value: Any) -> Any:
    return np.broadcast_to(value, shape)[place] if isinstance(value, np.ndarray) else value
