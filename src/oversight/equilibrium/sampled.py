"""What the planner's optimum is made of: opportunities, evenly sampled, and what monitoring costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oversight.arrays import Number, Vector
from oversight.distributions import Harm, unit_nodes
from oversight.distributions.gain import ProportionalGain
from oversight.policy import Chances, Policy, State
from oversight.response.opportunities import opportunities
from oversight.response.share import quadrature
from oversight.scenario import Entry

LATTICE, _STEP = 1597, 987  # neighbours in the Fibonacci sequence: evenly spread, each margin too


@dataclass(frozen=True, kw_only=True)
class Optimum:
    """Social cost per actor and period, and the misconduct rate, of the planner's best outcome.

    `social_cost` is NaN where it is not defined here, and `note` says why.
    """

    social_cost: float
    misconduct_rate: float
    note: str = ""


def marginal(policy: Policy) -> Number:
    """What one more inspection costs."""
    cost = policy.monitoring.marginal_cost
    return 0.0 if cost is None else cost


def capacity_cost(policy: Policy, state: State, inspection: Chances) -> Number:
    """Cost of monitoring per actor and period if all complied; violators' extra inspections are benefits forgone."""
    if policy.monitoring.marginal_cost is None:
        return policy.monitoring.expected_cost(replace(state, record=None, rate=None)) / state.size
    return policy.monitoring.marginal_cost * inspection.complying * state.active / state.size


def lattice() -> tuple[Vector, Vector]:
    """Places of gain and of harm, all of them equally likely."""
    middle = (np.arange(LATTICE) + 0.5) / LATTICE
    return middle, middle[np.arange(LATTICE) * _STEP % LATTICE]


def sampled(entry: Entry) -> tuple[Vector, Vector, Vector]:
    """Gains and harms of an entry's opportunities, and their chances: quadrature nodes, or a lattice if both vary."""
    harm = entry.harm
    if entry.gain.scales_with:
        return _of_unlike_actors(entry)
    if harm.noise != "none" and entry.gain.noise != "none":
        middle, place = lattice()
        gain = entry.gains.quantile(middle)
        return gain, harm.at(gain, place), np.full(LATTICE, 1 / LATTICE)
    nodes, chance = unit_nodes(2, 256)
    gain = np.broadcast_to(np.ravel(entry.gains.quantile(nodes)), nodes.shape).astype(float)
    return gain, np.broadcast_to(np.ravel(harm.at(gain, nodes)), nodes.shape).astype(float), chance


def _of_unlike_actors(entry: Entry) -> tuple[Vector, Vector, Vector]:
    """The same where gains grow with a trait."""
    axes = [axis for axis in (entry.gain.scales_with, "gain", "harm") if is_random(entry.drawn(axis))]
    places, chance = quadrature(entry.drawn, axes, fine=True)
    given = opportunities(entry, places)
    gain, harm = (np.broadcast_to(part, chance.shape)[0].astype(float) for part in (given.gain, given.harm))
    return gain, harm, chance[0]


def is_random(drawn: Harm | ProportionalGain | None) -> bool:
    """Whether a quantity differs from actor to actor, or from opportunity to opportunity."""
    return drawn is not None and drawn.noise != "none"


def priced(entry: Entry, sample: tuple[Vector, Vector, Vector]) -> list[tuple[Vector, Vector]]:
    """Gains and harms of a sample's opportunities, for each act."""
    gain, harm, _ = sample
    if not entry.options:
        return [(gain, harm)]
    return [(np.ravel(option.gain * gain - option.cost), np.ravel(option.harm * harm)) for option in entry.options]
