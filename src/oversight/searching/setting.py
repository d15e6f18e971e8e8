"""A setting of the levers, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

from oversight.environments import Forecast, Measured
from oversight.scenario.search import Search


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What simulated runs of a setting came to: means of its measures, and their 95 % intervals."""

    start: str
    mean: Measured
    low: Measured
    high: Measured


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting of the levers of one branch, and the outcome that it is judged by."""

    branch: int
    point: Mapping[str, Any]
    """The values of the branch's levers, by path."""
    outcome: Measured
    """Its measures; empty where theory has nothing to say."""
    objective: float
    """The measure that is to be least; infinite where it is not known."""
    excess: float
    """By how much it misses the bounds, as shares of them, all together; infinite where that is not known."""
    note: str = ""
    simulated: Simulated | None = None

    @property
    def rank(self) -> tuple[float, float]:
        """What settings are ordered by: the bounds first, then the objective."""
        return self.excess, self.objective

    @property
    def meets(self) -> bool:
        """Whether it keeps to all bounds."""
        return self.excess == 0


def judged(search: Search, branch: int, point: Mapping[str, Any], forecast: Forecast) -> Setting:
    """A setting by its worst outcome, by its best, or by what a start leads to, as the search says."""
    found = _outcomes(search, forecast)
    if not found:
        return Setting(branch=branch, point=point, outcome={}, objective=inf, excess=inf, note=forecast.note)
    outcome = outcome_of(search, found, lambda each: rank(search, each))
    excess, objective = rank(search, outcome)
    return Setting(branch=branch, point=point, outcome=outcome, objective=objective, excess=excess, note=forecast.note)


def outcome_of[T](search: Search, outcomes: Sequence[T], by: Callable[[T], tuple[float, float]]) -> T:
    """The best of several outcomes if the search asks for that; else the worst.

    The worst is the one that misses the bounds by most, and of those that meet them the one with the highest objective.
    """
    return (min if search.within == "best" else max)(outcomes, key=by)


def _outcomes(search: Search, forecast: Forecast) -> Sequence[Measured]:
    if search.within in ("worst", "best"):
        return forecast.outcomes
    return [forecast.led[search.within]] if search.within in forecast.led else []


def rank(search: Search, outcome: Measured) -> tuple[float, float]:
    """Excess and objective. A bound of a measure that is missing, as false sanctions where nobody complies, is met."""
    objective = outcome.get(search.minimise, inf)
    if isnan(objective) or any(name not in outcome for name in [search.minimise, *search.subject_to]):
        return inf, inf
    missed = [excess_of(search, name, outcome[name]) for name in search.subject_to if not isnan(outcome[name])]
    return sum(missed), objective


def excess_of(search: Search, name: str, value: float) -> float:
    """How far a measure lies beyond its bound, as a share of the bound where that is not 0."""
    bound = search.subject_to[name]
    size = max(abs(limit) for limit in (bound.at_most, bound.at_least) if limit is not None)
    return bound.excess(value) / (size or 1.0)
