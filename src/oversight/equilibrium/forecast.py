"""What theory expects of design points, measure by measure, without prices or certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from oversight.equilibrium.block import Block
from oversight.equilibrium.solve import Equilibrium, Path, Solution, solve_block
from oversight.scenario import Experiment
from oversight.scenario.family import Placed

Measured = Mapping[str, float]
"""Values by the name of their measure, NaN where there is none to be had."""
_SAME = 1e-6
"""Misconduct rates that differ by less are of one state."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What theory expects of one design point."""

    outcomes: Sequence[Measured] = ()
    """What may last: the equilibria that are not unstable; where there are none, the cycles that starts lead to."""
    led: Mapping[str, Measured] = field(default_factory=dict)
    """By start, where it leads, if that was asked for and is known: means over a cycle have few measures."""
    note: str = ""
    """What a reader should know, or why there is nothing."""


def forecasts(points: Placed[Experiment], starts: bool) -> list[Forecast]:
    """A forecast a design point; with `starts` they say where each start leads, which takes longer."""
    block = Block(points.families, points.family, points.row)
    solutions = solve_block(block, certified=False, prices=starts)
    found = [_forecast(solution) for solution in solutions]
    if starts:
        return found
    restless = [place for place, each in enumerate(solutions) if not each.not_covered and not found[place].outcomes]
    if restless:
        again = forecasts(points.at(np.array(restless)), starts=True)
        for place, each in zip(restless, again, strict=True):
            found[place] = each
    return found


def _forecast(solution: Solution) -> Forecast:
    lasting = [_measured(each) for each in solution.equilibria if each.stable is not False]
    led = {path.start: _reached(path, lasting) for path in solution.paths if path.length}
    cycles = [led[path.start] for path in solution.paths if path.length > 1]
    return Forecast(
        outcomes=lasting or cycles,
        # Without a map of one period, one equilibrium alone is where every start leads.
        led=led if solution.paths or len(lasting) != 1 else dict.fromkeys(("compliant", "violating"), lasting[0]),
        note=" ".join([solution.not_covered, *solution.notes]).strip(),
    )


def _measured(each: Equilibrium) -> Measured:
    several = each.misconduct_rates if len(each.misconduct_rates) > 1 else {}
    return {
        **{name: getattr(each, name) for name in _MEASURES},
        **{f"misconduct_rate.{entry}": rate for entry, rate in several.items()},
        **each.option_rates,
        **each.measures,
    }


_MEASURES = (
    "misconduct_rate",
    "social_cost",
    "oversight_cost",
    "harm",
    "gain",
    "value_lost",
    "false_sanction_rate",
    "inspection_rate",
    "active_share",
)
"""The fields of an equilibrium that are measures of a run too."""


def _reached(path: Path, lasting: Sequence[Measured]) -> Measured:
    """What a start leads to: an equilibrium with all its measures, or means over a cycle with a few."""
    rests = [each for each in lasting if abs(each["misconduct_rate"] - path.misconduct_rate) < _SAME]
    if path.length == 1 and rests:
        return rests[0]
    found = {name: getattr(path, name) for name in ("misconduct_rate", "social_cost", "inspection_rate")}
    phases = enumerate(path.phases)
    return found | {f"{name}.phase_{place}": mean for place, each in phases for name, mean in each.items()}
