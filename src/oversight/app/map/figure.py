"""A solved map as a figure, and in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from oversight.app.map.contour import at_point, contour
from oversight.app.map.solution import NOTICED, Cell, SolvedMap
from oversight.arrays import Floats
from oversight.equilibrium import anarchy_share, price
from oversight.figures import Line, Quantity, heat_map, measure
from oversight.figures.theory import told
from oversight.numerals import number, percent
from oversight.policy import Policy
from oversight.spreadsheets import to_csv

Which = Literal["worst", "best"]

MEASURES = {
    "misconduct_rate": "Misconduct rate",
    "social_cost": "Social cost",
    "apparent_misconduct_rate": "Apparent misconduct",
    "gaming_gap": "Gaming gap",
    "price_of_anarchy": "Price of anarchy",
    "anarchy_gap": "Anarchy gap",
    "anarchy_share": "Anarchy share",
}
WHICH: dict[Which, str] = {"worst": "The worst", "best": "The best"}
PRICED = ("price_of_anarchy", "anarchy_gap", "anarchy_share")
"""Measures that need the planner's optimum."""
_ALIKE = 1e-6
"""Misconduct rates that are one and the same."""
_COLOURED = 0.9
"""Share of the prices that the colours tell apart: a ratio to an optimum near zero would hide all others."""


def measures_of(policy: Policy) -> dict[str, str]:
    """Those of `MEASURES` that a policy's equilibria have, and their titles."""
    has = {"apparent_misconduct_rate": policy.forewarns, "gaming_gap": policy.monitoring.signal is not None}
    return {name: title for name, title in MEASURES.items() if has.get(name, True)}


def figure(
    solved: SolvedMap, name: str, which: Which, units: Mapping[str, str], here: tuple[float, float] | None = None
) -> go.Figure:
    """A heat map with iso-lines, an outline around the policies with several stable equilibria, and the running policy.

    A line joins the policies with the misconduct of the running one: along it one number makes up for the other.

    Args:
        solved: a map that theory covers; with the optimum for a measure of `PRICED`.
        name: one of `MEASURES`.
        which: the equilibrium that is shown where there are several: misconduct and social cost of the worst or best
            that is not known to be unstable, prices of the worst or best of all.
        units: the policy's own names for `money` and `period`.
        here: where the running policy is.
    """
    words = wording(name, which, units)
    values = grid(solved, name, which)
    cells = [cell for row in solved.cells for cell in row]
    frame = pd.DataFrame(
        {
            "x": np.tile(solved.across, len(solved.up)),
            "y": np.repeat(solved.up, len(solved.across)),
            "value": values.ravel(),
            "several": [cell.several for cell in cells],
        }
    )
    if any(len(cell.states) != 1 for cell in cells):
        frame["theory"] = [_said(cell, name, words) for cell in cells]
    misconduct = name == "misconduct_rate"
    return heat_map(
        frame,
        solved.x.words,
        solved.y.words,
        words,
        limits=(0.0, 1.0) if misconduct else _limits(values, name),
        halfway=0.5 if misconduct else None,
        alike=as_here(solved, which, here) if here else None,
        here=("the running policy", *here) if here else None,
    )


def grid(solved: SolvedMap, name: str, which: Which) -> Floats:
    """The measure over the map, (rows, columns); NaN where there is no equilibrium, or no price."""
    return np.array([[value_of(cell, name, which) for cell in row] for row in solved.cells])


def as_here(solved: SolvedMap, which: Which, here: tuple[float, float]) -> Line | None:
    """The policies with the misconduct of the running one, which is at `here`; None where all around it have that."""
    misconduct = grid(solved, "misconduct_rate", which)
    level, around = at_point(solved.across, solved.up, misconduct, here)
    if not around > _ALIKE:
        return None
    return Line("misconduct as at the running policy", *contour(solved.across, solved.up, misconduct, level))


def csv(solved: SolvedMap, name: str) -> str:
    """The cells as a table: both parameters by their paths, the measure in the worst and the best equilibrium."""
    table = {
        solved.x.path: np.tile(solved.across, len(solved.up)),
        solved.y.path: np.repeat(solved.up, len(solved.across)),
        **{f"{name}.{which}": grid(solved, name, which).ravel() for which in WHICH},
        "stable_equilibria": [sum(one.stable is True for one in cell.states) for row in solved.cells for cell in row],
    }
    return str(to_csv(pd.DataFrame(table)))


def wording(name: str, which: Which, units: Mapping[str, str]) -> Quantity:
    """The words of a measure in the worst or best equilibrium."""
    if name == "price_of_anarchy":
        of = "costliest" if which == "worst" else "cheapest"
        title = "Price of anarchy" if which == "worst" else "Price of stability"
        return Quantity(title, description=f"Social cost of the {of} equilibrium over the planner's optimum.")
    if name == "anarchy_gap":
        description = f"Social cost of the {which} equilibrium, less the planner's optimum."
        return replace(measure("gap", units), title=f"Anarchy gap, {which} equilibrium", description=description)
    if name == "anarchy_share":
        return replace(measure("share", units), title=f"Anarchy share, {which} equilibrium")
    known = measure(name, units)
    return replace(known, title=f"{known.title}, {which} equilibrium")


def remarks(solved: SolvedMap, name: str, which: Which) -> list[str]:
    """Where the colours end before the values do, and why parts of the map are grey."""
    values = grid(solved, name, which)
    beyond = name == "price_of_anarchy" and bool((values > _limits(values, name)[1]).any())
    capped = [f"Colours end at {number(_limits(values, name)[1])}: where the optimum costs little, prices soar."]
    return [*capped * beyond, *([_why_grey(solved, name)] if np.isnan(values).any() else [])]


def _why_grey(solved: SolvedMap, name: str) -> str:
    restless = any(not cell.states for row in solved.cells for cell in row)
    reasons = ["there is no stationary equilibrium, so that misconduct cycles"] if restless else []
    if name in NOTICED:
        return f"Grey: no value, since {' or '.join([*reasons, measure(name, {}).missing])}."
    if any(np.isnan(state.social_cost) for row in solved.cells for cell in row for state in cell.states):
        reasons.append("theory does not cover this social cost")
    if name == "anarchy_gap":
        reasons.append("the planner's optimum is not known")
    elif name == "price_of_anarchy":
        reasons.append(
            "the planner's optimum costs nothing, is a net gain or is not known: read the anarchy share there"
        )
    elif name == "anarchy_share":
        reasons.append("the planner's optimum is no less costly than no oversight, or one of the two is not known")
    return f"Grey: no value, since {' or '.join(reasons)}."


def spoken(solved: SolvedMap, name: str, which: Which, units: Mapping[str, str]) -> str:
    """The map in a sentence."""
    words, values = wording(name, which, units), grid(solved, name, which)
    x, y = solved.x.words, solved.y.words
    said = f"Map of {words.title.lower()} over {x.title.lower()} and {y.title.lower()}"
    if np.isnan(values).all():
        return f"{said}: no values."
    lowest, highest = (np.unravel_index(find(values), values.shape) for find in (np.nanargmin, np.nanargmax))
    ends = [
        f"{name} {words.text(values[place])} at {x.text(solved.across[place[1]])} and {y.text(solved.up[place[0]])}"
        for name, place in (("lowest", lowest), ("highest", highest))
    ]
    several = sum(cell.several for row in solved.cells for cell in row) / values.size
    tipping = f" More than one stable equilibrium in {percent(several, 2)} of it." if several else ""
    return f"{said}: {', '.join(ends)}.{tipping}"


def value_of(cell: Cell, name: str, which: Which) -> float:
    """A measure of a cell, NaN where there is no equilibrium or no price."""
    pick = max if which == "worst" else min
    if not cell.states:
        return np.nan
    if name in PRICED:
        assert cell.optimum is not None
        cost = pick(state.social_cost for state in cell.states)
        least = min(cell.optimum.social_cost, *(state.social_cost for state in cell.states))
        if name == "anarchy_share":
            return anarchy_share(cost, least, cell.reference).value
        return cost - least if name == "anarchy_gap" else price(cost, least).value
    standing = [state for state in cell.states if state.stable is not False] or cell.states
    return float(pick(getattr(state, name) for state in standing))


def _said(cell: Cell, name: str, words: Quantity) -> str:
    if not cell.states:
        return "no stationary equilibrium: it cycles"
    if len(cell.states) == 1:
        return "one equilibrium"
    if name in PRICED:
        return f"{len(cell.states)} equilibria"
    return told([(getattr(state, name), state.stable) for state in cell.states], words)


def _limits(values: Floats, name: str) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if known.size == 0:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    if name == "price_of_anarchy":
        return 1.0, max(float(np.quantile(known, _COLOURED)), 1.001)
    low = 0.0 if 0 <= low < high / 2 else low
    return low, high if high > low else low + 1.0
