"""Becker's picture: what a violation would gain, what it would cost, and who violates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from oversight.actors.crew import CREW
from oversight.app.society import Society
from oversight.arrays import Vector
from oversight.figures.style import COLOURS, FONT
from oversight.figures.words import measure

_MANY_RANKS, _RANKS, _FEW_RANKS = 4_800, 1_200, 60
"""Quantiles of the gain that are asked: fewer where more than the gain is random, or actors are run one by one."""
_BARS = 48
_SHOWN = 0.985
"""The quantile at which the picture ends, where the tail is long."""
_ALIKE = 1e-6


@dataclass(frozen=True, eq=False)
class Picture:
    """The gains of an entry's opportunities and what becomes of them.

    `edges` (bars + 1,) and `shares` (bars,) are the distribution of the gain, from its quantiles, and `beyond` the
    share of gains above the last edge. `violating` (bars,) is the part of each bar that is taken, `chance` the share
    of all, NaN both where the kind's decision is not one on the gain. `perceived` is the chance p of a sanction that a
    violator expects, `sanction` the mean expected sanction, `leaving` what customers who leave are expected to take
    beside it, of actors who decide by that, and `fixed` whether the two are the same at every gain. `paid` is what
    outcomes are expected to pay for it beyond complying.
    `switch` is the gain at which decisions change, NaN where they do not, or more than once.
    """

    edges: Vector
    shares: Vector
    violating: Vector
    sanction: float
    leaving: float
    paid: float
    fixed: bool
    switch: float
    beyond: float
    chance: float
    perceived: float

    @property
    def price(self) -> float:
        """What a violation is expected to cost in all, in money."""
        return self.sanction + self.leaving - self.paid

    @property
    def formula(self) -> str:
        """What that is made of, in signs."""
        return "p s" + " + m" * bool(self.leaving) + " − w" * bool(self.paid)


def picture(society: Society, entry: int) -> Picture:
    """The picture of a population entry under the running policy, before the next period.

    Raises:
        ActorError: a class of the reader's own fails.
    """
    responder, views = society.views_of(entry)
    number = _MANY_RANKS if responder.quick else _RANKS
    number = _FEW_RANKS if CREW.needs_scalars(responder.entry.rule) else number
    each = [(often, *responder.at_gains(facing, number)) for often, facing in views]
    gains = each[0][1]
    chance = np.add.reduce([often * violating for often, _, violating, _ in each])
    expected = np.add.reduce([often * due for often, _, _, due in each])
    mean = float(np.mean(expected))
    leaving = sum(often * float(np.mean(responder.at_stake(facing))) for often, facing in views)
    paid = sum(often * float(np.mean(responder.rewarded(facing))) for often, facing in views)
    edges = _edges(gains, mean + leaving - paid)
    place = np.searchsorted(edges, gains, side="right") - 1
    inside = place < _BARS
    counts = np.bincount(place[inside], minlength=_BARS)
    with np.errstate(invalid="ignore"):
        violating = np.bincount(place[inside], chance[inside], _BARS) / counts
    return Picture(
        edges=edges,
        shares=counts / number,
        violating=violating,
        sanction=mean,
        leaving=leaving,
        paid=paid,
        fixed=bool(np.ptp(expected) <= _ALIKE * max(abs(mean), 1e-300)),
        switch=_switch(gains, chance),
        beyond=float(1 - inside.mean()),
        chance=float(chance.mean()),
        perceived=sum(often * facing.perceived.item() for often, facing in views),
    )


def _edges(gains: Vector, price: float) -> Vector:
    """Ends of bars that hold nearly all gains, and what a violation is expected to cost where that is not far off."""
    low, high, last = float(gains[0]), float(gains[int(_SHOWN * len(gains))]), float(gains[-1])
    high = last if last - low <= 1.2 * (high - low) else high
    if 0 <= low < 0.2 * high:
        low = 0.0
    width = high - low or abs(high) or 1.0
    high = min(max(high, price + 0.1 * width), high + 1.5 * width)
    low = max(min(low, price - 0.1 * width), low - 1.5 * width) if low else low
    return np.linspace(low, high + 1e-9 * width, _BARS + 1)


def _switch(gains: Vector, chance: Vector) -> float:
    """The gain above which all violate and below which nobody does; NaN where there is none."""
    sure = (np.minimum(chance, 1 - chance) < _ALIKE).all()
    changes = np.flatnonzero(np.diff(chance > 0.5))
    if not sure or len(changes) != 1 or chance[0] > 0.5:
        return float("nan")
    return float(0.5 * (gains[changes[0]] + gains[changes[0] + 1]))


def drawn(seen: Picture, money: str) -> str:
    """The picture as Plotly's JSON: the share of opportunities by gain, those that are taken shaded."""
    middles = 0.5 * (seen.edges[1:] + seen.edges[:-1])
    width = float(seen.edges[1] - seen.edges[0])
    shares = 100 * seen.shares
    hover = "gain near %{x:.3g}: %{y:.3g}\u00a0% of opportunities<extra>%{fullData.name}</extra>"

    def bars(heights: Vector, name: str, colour: str) -> dict[str, Any]:
        return {
            "type": "bar", "x": middles.tolist(), "y": [round(float(height), 4) for height in heights], "width": width,
            "name": name, "marker": {"color": colour, "line": {"width": 0}}, "hovertemplate": hover,
        }  # fmt: skip

    if np.isnan(seen.chance):
        traces = [bars(shares, "opportunities", COLOURS[4])]
    else:
        part = np.nan_to_num(seen.violating)
        traces = [bars(shares * part, "violates", COLOURS[1]), bars(shares * (1 - part), "complies", COLOURS[4])]
    title = {"text": f"Gain of a violation ({money})"}
    name = seen.formula + ("" if seen.fixed else ", mean")
    layout: dict[str, Any] = {
        "height": 250, "barmode": "stack", "bargap": 0, "font": {"family": FONT, "size": 13},
        "margin": {"l": 56, "r": 12, "t": 8, "b": 44}, "uirevision": "same",
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": title, "fixedrange": True, "range": [float(seen.edges[0]), float(seen.edges[-1])]},
        "yaxis": {"title": {"text": "Share"}, "ticksuffix": "\u00a0%", "fixedrange": True, "rangemode": "tozero"},
    }  # fmt: skip
    if seen.edges[0] <= seen.price <= seen.edges[-1]:
        cost = (
            "expected sanction" + " and custom lost" * bool(seen.leaving) + ", less what outcomes pay" * bool(seen.paid)
        )
        traces.append(
            {
                "x": [seen.price, seen.price], "y": [0, float(shares.max()) * 1.06], "mode": "lines",
                "name": f"{name} = {seen.price:.3g}", "line": {"color": COLOURS[0], "width": 3},
                "hovertemplate": f"{cost} {seen.price:.3g} {money}<extra></extra>",
            }
        )  # fmt: skip
    return json.dumps({"data": traces, "layout": layout}, allow_nan=False)


def words(seen: Picture, money: str, kind: str) -> list[str]:
    """What the picture shows, in sentences."""
    mean = "" if seen.fixed else " on average: it differs between violations"
    found = [f"Expected sanction p s, at p = {_percent(seen.perceived)}: {seen.sanction:.3g} {money}{mean}."]
    cost = seen.formula
    if seen.paid:
        found.append(f"Outcomes are expected to pay w = {seen.paid:.3g} {money} more for it than for complying.")
    if seen.leaving:
        found.append(f"Customers who notice a violation are expected to take m = {seen.leaving:.3g} {money} more.")
    far = not seen.edges[0] <= seen.price <= seen.edges[-1]
    if far:
        found.append("It is off this picture.")
    if np.isnan(seen.chance):
        return [
            *found,
            f"Kind {kind} decides by what it learnt or what others do: by no threshold on the gain.",
        ]
    width = float(seen.edges[1] - seen.edges[0])
    if seen.chance in (0, 1):
        found.append("Nobody violates." if seen.chance == 0 else "Everybody violates.")
    elif seen.fixed and abs(seen.switch - seen.price) <= max(width, _ALIKE):
        found.append(f"Who would gain more violates: {_percent(seen.chance)}.")
    elif seen.switch == seen.switch:
        found.append(
            f"Kind {kind} switches at a gain of {seen.switch:.3g}, not at {cost}: {_percent(seen.chance)} violate."
        )
    else:
        found.append(
            f"No one gain divides them: orange is the share that violates at each, {_percent(seen.chance)} in all."
        )
    if seen.beyond > _ALIKE:
        found.append(f"{_percent(seen.beyond)} of gains are larger than shown.")
    return found


def _percent(share: float) -> str:
    return measure("misconduct_rate", {}).bare(share)
