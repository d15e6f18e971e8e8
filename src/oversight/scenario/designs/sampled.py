"""Points that fill the ranges of uncertain numbers evenly."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from oversight.arrays import Table, Vector
from oversight.distributions import AnyDistribution, Distribution
from oversight.quantities import Count, PositiveCount, quantity
from oversight.scenario.designs.sweep import Axis, Sweep
from oversight.scenario.designs.swept import MAX_VALUES

_INSIDE = 2.0**-53
"""What a place in (0, 1) keeps from both ends."""
Drawn = Annotated[dict[str, AnyDistribution], Field(min_length=1)]
"""Dotted path of each uncertain number, and the distribution that it is drawn from."""


class Sampled(Sweep):
    """Design points whose parameters are distributions: a point's place in (0, 1) on an axis becomes that quantile."""

    seed: Count = quantity("Seed", "Of the design; the runs have their own.", default=0)
    parameters: Drawn = quantity(
        "Parameters", "Dotted path of each swept value, and the distribution that it is drawn from."
    )

    def axes(self) -> dict[str, Axis]:
        """A value a point."""
        return quantiles(self.parameters, self.places())

    def draws(self, path: str) -> bool:
        return True

    def places(self) -> Table:
        """The points in the unit cube, (points, parameters)."""
        return inside(self.unit_cube())

    @abstractmethod
    def unit_cube(self) -> Table:
        """Points of the unit cube, (points, parameters)."""


class Filling(Sampled):
    """A sample of as many points as are asked for."""

    points: Annotated[PositiveCount, Field(le=MAX_VALUES)] = quantity("Points", "How many design points.", "points")

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.points,)


class LatinHypercube(Filling):
    """Each parameter's range is cut into as many equally likely strata as there are points, and each is met once.

    McKay, Beckman and Conover (1979), Technometrics 21(2).
    """

    kind: Literal["latin_hypercube"]

    def unit_cube(self) -> Table:
        return latin_hypercube(len(self.parameters), self.points, self.seed)


class Sobol(Filling):
    """A scrambled Sobol sequence, which fills many dimensions evenly; best where the points are a power of two.

    Sobol (1967), Zh. Vych. Mat. Mat. Fiz. 7; scrambled as Owen (1998), J. Complexity 14(4).
    """

    kind: Literal["sobol"]

    def unit_cube(self) -> Table:
        from scipy.stats import qmc  # heavy, and only needed here

        axes = len(self.parameters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # `remark` says it in our words
            cube: Table = qmc.Sobol(axes, scramble=True, rng=np.random.default_rng(self.seed)).random(self.points)
        return cube

    @property
    def remark(self) -> str:
        return uneven(self.points)


def latin_hypercube(axes: int, points: int, seed: int) -> Table:
    """A Latin hypercube, (points, axes)."""
    from scipy.stats import qmc  # heavy, and only needed here

    cube: Table = qmc.LatinHypercube(axes, rng=np.random.default_rng(seed)).random(points)
    return cube


def inside(cube: Table) -> Table:
    """Places in [0, 1] that are in (0, 1), where every distribution has a quantile."""
    return np.clip(cube, _INSIDE, 1 - _INSIDE)


def quantiles(parameters: dict[str, AnyDistribution], places: Table) -> dict[str, Axis]:
    """The quantile of each parameter at each point's place, a value a point."""
    axes = zip(parameters.items(), places.T, strict=True)
    return {path: Axis(_quantiles(drawn, mine), lambda points: points) for (path, drawn), mine in axes}


def uneven(points: int) -> str:
    """What is to be said of a Sobol sequence that is no power of two long."""
    if points & (points - 1) == 0:
        return ""
    near = 2 ** int(np.log2(points))
    return (
        f"{points:,} is no power of two, so that this Sobol design is less even than one of {near:,} or "
        f"{2 * near:,} points"
    )


def _quantiles(drawn: Distribution, places: Vector) -> list[float]:
    found = np.broadcast_to(drawn.quantile(places[None, :]), (1, len(places)))[0]
    values: list[float] = found.tolist()
    return values
