"""Designs that say which uncertain numbers a result hangs on; SALib draws them."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from oversight.arrays import Table, Vector
from oversight.errors import InputError, Problem
from oversight.quantities import Count, LocatedError, PositiveCount, quantity
from oversight.scenario.designs.sampled import Sampled, uneven
from oversight.scenario.designs.swept import MAX_VALUES

Levels = Annotated[Count, Field(ge=2, le=1_000)]


class ForSensitivity(Sampled):
    """A design that is drawn for what can be said of its results."""

    told: ClassVar[Mapping[str, str]]
    """What `indices` gives of each parameter, with its words."""

    @abstractmethod
    def indices(self, outcome: Vector) -> dict[str, Vector]:
        """Sensitivity of an outcome at the design points, (points,), to each parameter: an array over them, by name.

        NaN where the outcome is the same at all points, or missing at some.
        """


class Saltelli(ForSensitivity):
    """Two Sobol samples and what comes of exchanging one parameter between them: for Sobol's variance-based indices.

    `points` x (parameters + 2) design points. Saltelli et al. (2010), Computer Physics Communications 181(2).
    """

    told: ClassVar[Mapping[str, str]] = {
        "first": "Share of variance by it alone",
        "total": "and with others",
    }
    kind: Literal["saltelli"]
    points: Annotated[PositiveCount, Field(le=MAX_VALUES)] = quantity(
        "Points", "Points of each of the two samples, best a power of two.", "points"
    )

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.points * (len(self.parameters) + 2),)

    def unit_cube(self) -> Table:
        from_salib("sobol")
        from SALib.sample import sobol

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # `remark` says it in our words
            cube: Table = sobol.sample(
                problem_of(self), self.points, calc_second_order=False, seed=np.random.default_rng(self.seed)
            )
        return cube

    def indices(self, outcome: Vector) -> dict[str, Vector]:
        """Sobol's first-order and total indices; `_half` is half of a 95 % bootstrap interval."""
        from SALib.analyze import sobol

        return _analysed(
            outcome,
            {"first": "S1", "first_half": "S1_conf", "total": "ST", "total_half": "ST_conf"},
            len(self.parameters),
            lambda: sobol.analyze(problem_of(self), outcome, calc_second_order=False, seed=self.seed),
        )

    @property
    def remark(self) -> str:
        return uneven(self.points)


class Morris(ForSensitivity):
    """Trajectories on which one parameter after another takes a step: a cheap screening of many parameters.

    `trajectories` x (parameters + 1) design points, on `levels` equally likely strata of each parameter, at their
    middles. Morris (1991), Technometrics 33(2).
    """

    told: ClassVar[Mapping[str, str]] = {
        "effect": "Mean size of its effects",
        "spread": "Spread of its effects",
    }
    kind: Literal["morris"]
    trajectories: Annotated[PositiveCount, Field(le=MAX_VALUES)] = quantity("Trajectories", "", "trajectories")
    levels: Levels = quantity("Levels", "Strata of each parameter, an even number.", default=4)

    @model_validator(mode="after")
    def _levels_are_even(self) -> Morris:
        if self.levels % 2:
            raise LocatedError(
                ("levels",), f"{self.levels} is odd, and a step is half of the levels: take an even number"
            )
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.trajectories * (len(self.parameters) + 1),)

    def unit_cube(self) -> Table:
        # The ends of an unbounded distribution are nowhere.
        return (0.5 + self.steps() * (self.levels - 1)) / self.levels

    def steps(self) -> Table:
        """The trajectories as SALib draws them, with places from 0 to 1."""
        from_salib("morris")
        from SALib.sample import morris

        cube: Table = morris.sample(problem_of(self), self.trajectories, num_levels=self.levels, seed=self.seed)
        return cube

    def indices(self, outcome: Vector) -> dict[str, Vector]:
        """Mean size of the elementary effects (mu*), and their standard deviation (sigma).

        An effect is the change of the outcome over the whole range of a parameter's places. `_half` is half of a 95 %
        bootstrap interval.
        """
        from SALib.analyze import morris

        found = _analysed(
            outcome,
            {"effect": "mu_star", "effect_half": "mu_star_conf", "spread": "sigma"},
            len(self.parameters),
            lambda: morris.analyze(problem_of(self), self.steps(), outcome, num_levels=self.levels, seed=self.seed),
        )
        # SALib's steps run from end to end, ours from the middle of the lowest stratum to that of the highest.
        return {name: value * self.levels / (self.levels - 1) for name, value in found.items()}


def _analysed(
    outcome: Vector, names: Mapping[str, str], parameters: int, analyse: Callable[[], Mapping[str, Any]]
) -> dict[str, Vector]:
    if np.isnan(outcome).any() or np.ptp(outcome) == 0:
        return {name: np.full(parameters, np.nan) for name in names}
    found = analyse()
    return {name: np.asarray(found[theirs], dtype=np.float64) for name, theirs in names.items()}


def problem_of(design: Sampled) -> dict[str, Any]:
    """A design as SALib wants to be told of it."""
    axes = len(design.parameters)
    return {"num_vars": axes, "names": list(design.parameters), "bounds": [[0.0, 1.0]] * axes}


def from_salib(what: str) -> None:
    """Make sure that SALib is there.

    Raises:
        InputError: it is not installed.
    """
    try:
        import SALib  # noqa: F401
    except ImportError:
        remedy = "Install it: pip install 'oversight[sensitivity]'."
        raise InputError(Problem(f"the design `{what}` needs SALib, which is not installed", remedy=remedy)) from None
