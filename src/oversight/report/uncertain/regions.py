"""Where in the range of each fact the main measure is high: its mean by thirds, and how much the fact explains."""

from __future__ import annotations

import numpy as np

from oversight.arrays import FlagVector, Indices, Vector
from oversight.figures import Quantity
from oversight.report.table import Table
from oversight.report.uncertain.draws import Draws

_THIRDS = ("lowest third", "middle third", "highest third")
_BINS = 10
_PER_BIN = 5
"""Draws that a bin has at least, on average."""


def regions(draws: Draws) -> tuple[Table, Table | None]:
    """The means by thirds of each fact, the most influential first, and by thirds of the first two together."""
    shares = [explained(fact, draws.values) for fact in draws.facts.T]
    order = np.argsort(shares)[::-1].tolist()
    share = Quantity("", percent=True, digits=2)
    words = draws.study.measure(draws.study.main)
    table = Table(
        "",
        ["Fact", *(f"Mean in its {third}" for third in _THIRDS), "Share of variance by it alone"],
        numeric=[False, True, True, True, True],
    )
    for place in order:
        thirds = _thirds(draws.facts[:, place])
        cells = [_mean(draws, thirds == third) for third in range(3)]
        table.rows.append([draws.dimensions[place].quantity.title, *cells, share.text(max(0.0, shares[place]))])
    table.notes.append(
        f"{words.title} over {len(draws.values):,} draws. The share compares the means of equally filled bins of the "
        "fact with all draws, less what chance would give."
    )
    return table, _together(draws, order[:2]) if len(order) > 1 else None


def _together(draws: Draws, places: list[int]) -> Table:
    first, second = (draws.dimensions[place].quantity.title for place in places)
    down, across = (_thirds(draws.facts[:, place]) for place in places)
    caption = f"{draws.study.measure(draws.study.main).title} by thirds of the two facts that explain most"
    table = Table(caption, [first, *(f"{second}: {third}" for third in _THIRDS)])
    table.numeric = [False, True, True, True]
    for row, third in enumerate(_THIRDS):
        cells = [_mean(draws, (down == row) & (across == column)) for column in range(3)]
        table.rows.append([third, *cells])
    return table


def _mean(draws: Draws, where: FlagVector) -> str:
    """The mean of some draws; of none, where a fact takes few values, a dash."""
    return draws.text(float(draws.values[where].mean())) if where.any() else "–"


def explained(fact: Vector, values: Vector) -> float:
    """The share of the variance of values that a fact explains alone, its first-order index, from any sample.

    Var(E[y | x]) / Var(y), with E[y | x] the mean in each of up to ten equally filled bins of x, corrected for the
    number of bins as an adjusted R2 is (Ezekiel 1930); it may lie a little below 0. 0 where values do not vary.
    """
    bins = int(np.clip(len(values) // _PER_BIN, 2, _BINS))
    place = _bins(fact, bins)
    within = sum(
        float(np.square(part - part.mean()).sum()) for part in (values[place == b] for b in range(bins)) if len(part)
    )
    total = float(np.square(values - values.mean()).sum())
    if total <= 0:
        return 0.0
    return 1 - within / total * (len(values) - 1) / (len(values) - bins)


def _thirds(fact: Vector) -> Indices:
    return _bins(fact, 3)


def _bins(fact: Vector, bins: int) -> Indices:
    """Which of equally filled bins each value lies in; equal values share theirs."""
    edges = np.quantile(fact, np.arange(1, bins) / bins)
    found: Indices = np.searchsorted(edges, fact, side="left").astype(np.int64)
    return found
