"""The unit cube that an entry's opportunities are the image of: one axis for each draw that its rule can see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from oversight.actors import Actor
from oversight.arrays import Array
from oversight.distributions import Distribution, Empirical, ProportionalHarm
from oversight.policy import Offence
from oversight.policy.sanctions import Proportional, Sanction
from oversight.scenario import Entry

Axis = Literal["draw", "gain", "wealth", "turnover", "harm"]


_BELOW_ONE = float(np.nextafter(1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Opportunities:
    """Opportunities at given places of the cube; each array broadcasts to (rows, members)."""

    gain: Array
    harm: Array
    wealth: Array | None
    turnover: Array | None

    def offence(self, record: Array) -> Offence:
        """What a sanction is measured by."""
        return Offence(self.gain, self.harm, record, self.wealth, self.turnover)


def axes(entry: Entry, sanction: Sanction) -> list[Axis]:
    """The random quantities on which the entry's decision may depend, a decision's own draw left out."""
    # A researcher's class may read anything that it is given; a built-in one says what it needs.
    unknown = not entry.rule.__module__.startswith("oversight.")
    needs = entry.rule.needs(entry.rule_parameters())
    harmed = unknown or (isinstance(sanction, Proportional) and sanction.base == "harm")
    relevant: dict[Axis, bool] = {
        "gain": True,
        "wealth": unknown or sanction.limited_liability or "wealth" in needs,
        "turnover": unknown or sanction.reads_turnover or "turnover" in needs,
        "harm": harmed and not isinstance(entry.harm, ProportionalHarm),
    }
    return [axis for axis, matters in relevant.items() if matters and _random(getattr(entry, axis))]


def opportunities(entry: Entry, places: dict[Axis, Array]) -> Opportunities:
    """The opportunities at `places`, the axes' coordinates in (0, 1); an axis left out stays at its median."""
    gain = _values(entry.gain, places.get("gain"))
    harm = entry.harm
    return Opportunities(
        gain,
        harm.factor * np.maximum(gain, 0.0)
        if isinstance(harm, ProportionalHarm)
        else _values(harm, places.get("harm")),
        None if entry.wealth is None else _values(entry.wealth, places.get("wealth")),
        None if entry.turnover is None else _values(entry.turnover, places.get("turnover")),
    )


def reads_draw(rule: type[Actor]) -> bool:
    """Whether the rule may decide by chance."""
    return "draw" in rule.uses


def _random(distribution: Distribution | None) -> bool:
    several = not isinstance(distribution, Empirical) or len(set(distribution.observed)) > 1
    return distribution is not None and distribution.noise != "none" and several


def _values(distribution: Distribution, places: Array | None) -> Array:
    if distribution.noise == "none":
        return distribution.values(np.zeros((1, 1)))
    # A bisection may come to rest on 1, where an unbounded distribution has no quantile.
    return distribution.quantile(np.full((1, 1), 0.5) if places is None else np.minimum(places, _BELOW_ONE))
