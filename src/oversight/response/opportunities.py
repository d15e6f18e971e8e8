"""The unit cube that an entry's opportunities are the image of: one axis for each draw that its rule can see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oversight.actors import Actor
from oversight.arrays import Floats
from oversight.distributions import Distribution
from oversight.policy import Offence
from oversight.policy.sanctions import Sanction
from oversight.scenario import Entry

CubeAxis = str
"""A random quantity: "gain", "harm", "wealth", "turnover", "traits.NAME", or a decision's own "draw"."""


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
