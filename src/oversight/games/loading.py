"""Values that are loaded into actors, beside inspections: what each costs, and the cheapest mix of the two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import expm1, inf, log, log1p

import numpy as np
from scipy.optimize import minimize_scalar

from oversight.games.numbers import above, at_least, finite, logistic, shares

_GRID = 1_001
"""Inspection rates among which the best is looked for first: costs may have several minima."""


@dataclass(frozen=True)
class Mix:
    """Chance of inspection, loading in money per unit of value, and what both come to with the harm that is left."""

    inspection: float
    loading: float
    cost: float


@dataclass(frozen=True)
class PricedLoading:
    """A trained actor with one opportunity of constant gain, and loading that is paid for by how far it moves it.

    It violates with s((g - p S - l) / t + b) at loading l, s(z) = 1 / (1 + exp(-z)), in a share q of opportunities,
    those like training, and with s((g - p S) / t + b) in the others. Loading costs a price per nat of KL between the
    two, in opportunities like training.

    Args:
        gain: g, in money.
        harm: of a violation, in money.
        sanction: S, in money.
        temperature: t of the actor, in money, above 0.
        price: of a nat, in money, above 0.
        coverage: q, share of opportunities like training.
        log_odds: b, of violating without gain or sanction.

    Raises:
        ValueError: a number is out of its range.
    """

    gain: float
    harm: float
    sanction: float
    temperature: float
    price: float
    coverage: float = 1.0
    log_odds: float = 0.0

    def __post_init__(self) -> None:
        finite(**vars(self))
        at_least(0, harm=self.harm, sanction=self.sanction)
        above(0, temperature=self.temperature, price=self.price)
        shares(coverage=self.coverage)

    @property
    def best_loading(self) -> float:
        """l* = t h / price, whatever gain, inspections and coverage are (Gibbs' variational principle)."""
        return self.temperature * self.harm / self.price

    def violation(self, inspection: float, loading: float = 0.0) -> float:
        """Share of violations in opportunities like training."""
        return logistic((self.gain - inspection * self.sanction - loading) / self.temperature + self.log_odds)

    def least_cost(self, inspection: float) -> float:
        """Harm and training at l*: (1 - q) h x - q price log(1 - x (1 - exp(-h / price))), x the share at l = 0."""
        without = self.violation(inspection)
        saved = log1p(without * expm1(-self.harm / self.price))
        return (1 - self.coverage) * self.harm * without - self.coverage * self.price * saved

    def best(self, inspection_cost: float) -> Mix:
        """The cheapest mix at a cost of inspecting, in money.

        Raises:
            ValueError: the cost is below 0.
        """
        at_least(0, inspection_cost=inspection_cost)
        inspection, cost = _least(lambda chance: inspection_cost * chance + self.least_cost(chance))
        return Mix(inspection, self.best_loading, cost)

    def best_without_loading(self, inspection_cost: float) -> Mix:
        """The cheapest chance of inspection where nothing is loaded."""
        at_least(0, inspection_cost=inspection_cost)
        inspection, cost = _least(lambda chance: inspection_cost * chance + self.harm * self.violation(chance))
        return Mix(inspection, 0.0, cost)


def loading_to_reach(target: float, temperature: float, expected_sanction: float = 0.0, log_odds: float = 0.0) -> float:
    """The loading at which trained actors with gains uniform on [0, 1] violate at a rate, 0 where they do without.

    T - p S, with T = t log[(e^(1/t) - e^(x/t)) / (e^(x/t) - 1)] + t b: what an opportunity must be worth to be taken
    half the time is raised by T, from whichever of the two.

    Args:
        target: x, above 0 and below 1.
        temperature: t, in money, above 0.
        expected_sanction: p S, in money.
        log_odds: b.

    Returns:
        in money; in nats it is that over the temperature.

    Raises:
        ValueError: a number is out of its range.
    """
    finite(expected_sanction=expected_sanction, log_odds=log_odds)
    above(0, target=target, temperature=temperature)
    shares(target=target)
    if target == 1:
        raise ValueError("target is 1: it must be below 1")
    # (e^(1/t) - e^(x/t)) / (e^(x/t) - 1), in logarithms: e^(1/t) may be beyond all numbers.
    odds = 1 / temperature + log(-expm1((target - 1) / temperature))
    odds -= target / temperature + log(-expm1(-target / temperature))
    return max(0.0, temperature * (odds + log_odds) - expected_sanction)


def cheapest_mix(
    target: float,
    coverage: float,
    inspection_cost: float,
    sanction: float,
    loading_cost: float,
    rising_cost: float = 0.0,
) -> Mix:
    """The cheapest inspections and loading at which rational actors with gains uniform on [0, 1] violate at a rate.

    At deterrence D = p S they violate with q (1 - D - l) + (1 - q) (1 - D) = x, so that loading replaces q units of
    deterrence, worth k / S each, until those that it covers all comply, at l = x / (1 - q). Up to there it is used
    until c + c' l reaches q k / S.

    Args:
        target: x.
        coverage: q, share of opportunities like training.
        inspection_cost: k, in money.
        sanction: S, in money, above 0.
        loading_cost: c, per unit of loading.
        rising_cost: c', by which a unit gets dearer per unit of loading.

    Returns:
        the mix; its cost is that of inspections and loading.

    Raises:
        ValueError: a number is out of its range.
    """
    shares(target=target, coverage=coverage)
    finite(inspection_cost=inspection_cost, sanction=sanction, loading_cost=loading_cost, rising_cost=rising_cost)
    at_least(0, inspection_cost=inspection_cost, loading_cost=loading_cost, rising_cost=rising_cost)
    above(0, sanction=sanction)
    worth = coverage * inspection_cost / sanction - loading_cost
    wanted = inf if rising_cost == 0 else worth / rising_cost
    most = min(target / (1 - coverage) if coverage < 1 else inf, (1 - target) / coverage if coverage else 0.0)
    loading = min(wanted, most) if worth > 0 else 0.0
    deterrence = 1 - target - coverage * loading
    spent = inspection_cost * deterrence / sanction + loading_cost * loading + rising_cost * loading**2 / 2
    return Mix(deterrence / sanction, loading, spent)


def _least(cost: Callable[[float], float]) -> tuple[float, float]:
    """The chance at which a cost is least, and that cost."""
    grid = np.linspace(0, 1, _GRID)
    costs = [float(cost(chance)) for chance in grid]
    place = int(np.argmin(costs))
    near = minimize_scalar(
        cost,
        bounds=(grid[max(place - 1, 0)], grid[min(place + 1, _GRID - 1)]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return min([(float(near.x), float(near.fun)), (float(grid[place]), costs[place])], key=lambda each: each[1])
