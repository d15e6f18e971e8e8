"""A setting of the levers, and how it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan
from typing import Any

from oversight.environments import Forecast, Measured
from oversight.scenario.search import Search


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

    @property
    def rank(self) -> tuple[float, float]:
        """What settings are ordered by: the bounds first, then the objective."""
        return self.excess, self.objective

    @property
    def meets(self) -> bool:
        """Whether it keeps to all bounds."""
        return self.excess == 0


def judged(search: Search, branch: int, point: Mapping[str, Any], forecast: Forecast) -> Setting:
    """A setting by its worst outcome, by its best, or by what a start leads to, as the search says.

    The worst is one that misses the bounds by most, and of those that meet them the one with the highest objective.
    """
    found = [
        Setting(branch=branch, point=point, outcome=outcome, objective=objective, excess=excess, note=forecast.note)
        for outcome in _outcomes(search, forecast)
        for objective, excess in [_rank(search, outcome)]
    ]
    if not found:
        return Setting(branch=branch, point=point, outcome={}, objective=inf, excess=inf, note=forecast.note)
    return (min if search.within == "best" else max)(found, key=lambda setting: setting.rank)


def _outcomes(search: Search, forecast: Forecast) -> Sequence[Measured]:
    if search.within in ("worst", "best"):
        return forecast.outcomes
    return [forecast.led[search.within]] if search.within in forecast.led else []


def _rank(search: Search, outcome: Measured) -> tuple[float, float]:
    """Objective and excess. A bound of a measure that is missing, as false sanctions where nobody complies, is met."""
    objective = outcome.get(search.minimise, inf)
    if isnan(objective) or any(name not in outcome for name in [search.minimise, *search.subject_to]):
        return inf, inf
    missed = [excess_of(search, name, outcome[name]) for name in search.subject_to if not isnan(outcome[name])]
    return objective, sum(missed)


def excess_of(search: Search, name: str, value: float) -> float:
    """How far a measure lies beyond its bound, as a share of the bound where that is not 0."""
    bound = search.subject_to[name]
    size = max(abs(limit) for limit in (bound.at_most, bound.at_least) if limit is not None)
    return bound.excess(value) / (size or 1.0)
