"""The unit cube that an entry's opportunities are the image of: one axis for each draw that its rule can see."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from oversight.actors import Actor
from oversight.arrays import Floats
from oversight.distributions import Distribution, Harm
from oversight.distributions.gain import ProportionalGain
from oversight.distributions.normal import Normal
from oversight.policy import Offence, Policy
from oversight.policy.sanctions import Sanction
from oversight.scenario import Entry

_ERROR, _WALK = "error.", "walk."
CubeAxis = str
"""A random quantity: "gain", "harm", "wealth", "turnover", "traits.NAME", "error.ACT.VALUE", "walk.VALUE", "draw"."""

STEP = Normal(sd=1.0)
"""How far a weight has walked, in standard deviations."""


_BELOW_ONE = float(np.nextafter(1.0, 0.0))
_MIDDLE = np.full((1, 1), 0.5)


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Opportunities at given places of the cube; each array broadcasts to (rows, members)."""

    gain: Floats
    harm: Floats
    wealth: Floats | None
    turnover: Floats | None
    traits: dict[str, Floats]
    trained: dict[CubeAxis, Floats]
    """Places in (0, 1) of the errors with which training saw scores, and of where weights have walked, by axes."""

    def offence(self, record: Floats) -> Offence:
        """What a sanction is measured by."""
        return Offence(self.gain, self.harm, record, self.wealth, self.turnover)


def axes(entry: Entry, sanction: Sanction) -> list[CubeAxis]:
    """The random quantities on which the entry's decision may depend, a decision's own draw left out."""
    read = entry.reads | (sanction.depends_on | {"gain", entry.gain.scales_with} if entry.rule.weighs else set())
    names: list[CubeAxis] = [name for name in ("gain", "wealth", "turnover", "harm") if name in read]
    names += [trait_axis(name) for name in entry.traits if "traits" in read or trait_axis(name) in read]
    return [axis for axis in names if (one := entry.drawn(axis)) is not None and one.varies]


def lasting(axes: list[CubeAxis]) -> list[CubeAxis]:
    """Those that are drawn once for an actor's whole life."""
    return [axis for axis in axes if axis not in ("gain", "harm", "draw")]


def error_axis(place: int, value: str) -> CubeAxis:
    """The axis of the error with which training saw an act's score on a value."""
    return f"{_ERROR}{place}.{value}"


def walk_axis(value: str) -> CubeAxis:
    """The axis of how far an actor's weight of a value has walked, in standard deviations."""
    return f"{_WALK}{value}"


def trained_axes(entry: Entry, policy: Policy, places: Collection[int]) -> list[CubeAxis]:
    """What is random in what training makes of the acts at these places."""
    training = policy.training
    if training is None:
        return []
    judged = [(place, name) for place, name in entry.judged(training) if place in places]
    errors = [error_axis(place, name) for place, name in judged if training.saw is not None]
    walks = [walk_axis(name) for name in dict.fromkeys(name for _, name in judged) if training.spread is not None]
    drawn = drawn_along(entry, policy)
    return [axis for axis in (*errors, *walks) if (one := drawn(axis)) is not None and one.varies]


def drawn_along(entry: Entry, policy: Policy) -> Callable[[CubeAxis], Harm | ProportionalGain | None]:
    """What the entry's random quantities are drawn from, by their axes: also what is random in training."""
    proxy = policy.training.saw if policy.training else None

    def drawn(axis: CubeAxis) -> Harm | ProportionalGain | None:
        if axis.startswith(_WALK):
            return STEP
        return proxy.error if proxy and axis.startswith(_ERROR) else entry.drawn(axis)

    return drawn


def trait_axis(name: str) -> CubeAxis:
    """The axis of an entry's own trait."""
    return f"traits.{name}"


def opportunities(entry: Entry, places: dict[CubeAxis, Floats]) -> Opportunities:
    """The opportunities at `places`, the axes' coordinates in (0, 1); an axis left out stays at its median."""
    wealth = None if entry.wealth is None else _values(entry.wealth, places.get("wealth"))
    turnover = None if entry.turnover is None else _values(entry.turnover, places.get("turnover"))
    gain = _values(entry.gains_of(wealth, turnover), places.get("gain"))
    return Opportunities(
        gain,
        entry.harm.at(gain, _inside(places.get("harm"))),
        wealth,
        turnover,
        {name: _values(trait, places.get(trait_axis(name))) for name, trait in entry.traits.items()},
        {axis: _inside(place) for axis, place in places.items() if axis.startswith((_ERROR, _WALK))},
    )


def reads_draw(rule: type[Actor]) -> bool:
    """Whether the rule may decide by chance."""
    return "draw" in rule.uses


def _values(distribution: Distribution, places: Floats | None) -> Floats:
    return (
        distribution.values(np.zeros((1, 1)))
        if distribution.noise == "none"
        else distribution.quantile(_inside(places))
    )


def _inside(places: Floats | None) -> Floats:
    # A bisection may come to rest on 1, where an unbounded distribution has no quantile.
    return _MIDDLE if places is None else np.minimum(places, _BELOW_ONE)
