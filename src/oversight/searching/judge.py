"""How outcomes are compared: the bounds first, then the objective, in all worlds together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan
from typing import Any

import numpy as np

from oversight.environments import Forecast, Measured
from oversight.scenario.search import Bound, Wanted
from oversight.searching.setting import Setting

ROUNDING = 1e-12
"""Of a bound: what lies beyond it by less keeps to it."""


@dataclass(frozen=True)
class Judge:
    """What a search asks of a setting."""

    search: Wanted
    objective: str
    """The measure that is to be least, or greatest."""
    bounds: Mapping[str, Bound]
    least: Sequence[float] = ()
    """By world, the least objective that was to be had there, which regret is counted from."""

    @classmethod
    def of(cls, search: Wanted) -> Judge:
        """The judge of the first objective and the bounds of a file."""
        return cls(search, search.objectives[0], search.subject_to)

    def bounded(self, bounds: Mapping[str, Bound]) -> Judge:
        """One with other or further bounds."""
        return replace(self, bounds={**self.bounds, **bounds})

    def by(self, search: Wanted) -> Judge:
        """The same for a search that is judged by something else."""
        return replace(self, search=search)

    def informed(self, least: Sequence[float]) -> Judge:
        """One that judges by regret: how far a setting lies above the least of each world."""
        return replace(self, least=least)

    def judged(self, branch: int, point: Mapping[str, Any], forecasts: Sequence[Forecast]) -> Setting:
        """A setting by what is expected of it in each world."""
        note = next((each.note for each in forecasts if each.note), "")
        found = [self._outcomes(forecast) for forecast in forecasts]
        if not all(found):
            outcome: Measured = {}
            return Setting(branch=branch, point=point, outcome=outcome, worlds=[], objective=inf, excess=inf, note=note)
        worlds = [self.chosen(outcomes, self.rank) for outcomes in found]
        outcome = self.over(worlds)
        excess, objective = self.rank(outcome)
        if self.least:
            objective = max(self.signed(each) - least for each, least in zip(worlds, self.least, strict=True))
        return Setting(
            branch=branch, point=point, outcome=outcome, worlds=worlds, objective=objective, excess=excess, note=note
        )

    def chosen[T](self, outcomes: Sequence[T], by: Callable[[T], tuple[float, float]]) -> T:
        """The one of several outcomes that the search judges by; `by` is the rank of one.

        A principal's worst outcome is the one that misses the bounds by most, and of those that meet them the one with
        the highest objective. An adversary's is the best for the adversary.
        """
        hopeful = (self.search.within == "best") != self.search.seeks_most
        return (min if hopeful else max)(outcomes, key=by)

    def _outcomes(self, forecast: Forecast) -> Sequence[Measured]:
        within = self.search.within
        if within in ("worst", "best"):
            return forecast.outcomes
        return [forecast.led[within]] if within in forecast.led else []

    def over(self, worlds: Sequence[Measured]) -> Measured:
        """Each measure over all worlds: those that settings are judged by as `robust` says, the others on average."""
        if len(worlds) == 1:
            return worlds[0]
        names = [name for name in worlds[0] if all(name in world for world in worlds)]
        return {name: self._over(name, np.array([world[name] for world in worlds])) for name in names}

    def _over(self, name: str, values: Any) -> float:
        known = values[~np.isnan(values)]
        if not len(known):
            return nan
        uncertainty = self.search.uncertainty
        if (
            uncertainty is None
            or uncertainty.robust == "expected"
            or not (name == self.objective or name in self.bounds)
        ):
            return float(np.mean(known))
        share = uncertainty.quantile if uncertainty.robust == "quantile" else 1.0
        bound = self.bounds.get(name)
        low, high = float(np.quantile(known, 1 - share)), float(np.quantile(known, share))
        if bound is None or bound.at_least is None:
            return high
        return low if bound.at_most is None or bound.excess(low) > bound.excess(high) else high

    def rank(self, outcome: Measured) -> tuple[float, float]:
        """Excess and objective. A bound of a missing measure, as of false sanctions where nobody complies, is met."""
        objective = self.signed(outcome)
        if isnan(objective) or any(name not in outcome for name in [self.objective, *self.bounds]):
            return inf, inf
        return sum(self.excess(name, outcome[name]) for name in self.bounds if not isnan(outcome[name])), objective

    def signed(self, outcome: Measured) -> float:
        """The objective, turned around where it is to be greatest; infinite where it is not known."""
        return -outcome.get(self.objective, -inf) if self.search.seeks_most else outcome.get(self.objective, inf)

    def excess(self, name: str, value: float) -> float:
        """How far a measure lies beyond its bound, as a share of the bound where that is not 0."""
        bound = self.bounds[name]
        size = max(abs(limit) for limit in (bound.at_most, bound.at_least) if limit is not None)
        excess = bound.excess(value) / (size or 1.0)
        return 0.0 if excess <= ROUNDING else excess
