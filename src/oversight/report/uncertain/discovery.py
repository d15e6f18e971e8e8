"""When a policy fails: the box of facts that holds most of the draws in which it does, found by PRIM."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oversight.figures import Quantity
from oversight.figures.words import listed
from oversight.report.study import Dimension
from oversight.report.table import Table
from oversight.report.uncertain.draws import Draws
from oversight.sweeps.prim import Box, covering

_LEAST = 5
"""Draws in which it fails, from which on a box is looked for."""


@dataclass(frozen=True)
class Discovered:
    """What is said of failures, and the limits of the box; no table where there is no box."""

    sentences: list[str]
    table: Table | None = None


def discovered(draws: Draws) -> Discovered:
    """The facts in which the main measure is not below a round value that it mostly stays below."""
    subject, bound = draws.study.subject, draws.text(draws.bound)
    fails = draws.values >= draws.bound
    share = Quantity("", percent=True)
    who = f"With {draws.name}, {subject}" if draws.name else subject[:1].upper() + subject[1:]
    first = f"{who} stays below {bound} in {share.text(float(1 - fails.mean()))} of {len(fails):,} draws of the facts."
    if fails.sum() < _LEAST:
        return Discovered([first])
    boxes = covering(draws.facts, fails, least=_LEAST)
    if not boxes:
        return Discovered([first, "Failures lie all over the facts: no box of them holds most and little else."])
    box, *others = boxes
    table = Table("", ["Fact", "Drawn from", "It fails where", "By chance"], numeric=[False, True, True, True])
    for place, limit in sorted(_limits(draws, box).items(), key=lambda each: box.chance[each[0]]):
        dimension, drawn = draws.dimensions[place], draws.facts[:, place]
        words = _rough(dimension)
        range_ = f"{words.bare(drawn.min())} to {words.text(drawn.max())}"
        chance = share.text(float(box.chance[place])) if box.chance[place] >= 1e-3 else f"below {share.text(1e-3)}"
        table.rows.append([dimension.quantity.title, range_, limit, chance])
    table.notes.append(
        "Found by PRIM (Friedman and Fisher 1999). Coverage is the share of failures that lie in the box, density the "
        "share of the box that fails. By chance: how probable the density is if the fact's limits did nothing."
    )
    where = (
        f"It fails where {_conditions(draws, box)}: {share.text(box.coverage)} of the failures lie there (coverage), "
        f"and {share.text(box.density)} of the draws there are failures (density)."
    )
    more = [
        f"Of the other draws, it fails where {_conditions(draws, other)}: {share.text(other.coverage)} of all "
        f"failures, at a density of {share.text(other.density)}."
        for other in others
    ]
    return Discovered([first, where, *more], table)


def _limits(draws: Draws, box: Box) -> dict[int, str]:
    """A box's limits in words, by the fact's place."""
    return {
        place: _limit(draws.dimensions[place], float(box.low[place]), float(box.high[place]))
        for place in np.flatnonzero(box.limited).tolist()
    }


def _conditions(draws: Draws, box: Box) -> str:
    return listed([f"{_lower(draws.dimensions[place])} is {limit}" for place, limit in _limits(draws, box).items()])


def _limit(dimension: Dimension, low: float, high: float) -> str:
    words = _rough(dimension)
    if np.isinf(high):
        return f"at least {words.text(low)}"
    if np.isinf(low):
        return f"at most {words.text(high)}"
    return f"{words.bare(low)} to {words.text(high)}"


def _rough(dimension: Dimension) -> Quantity:
    """A fact's words, with no more digits than its limits deserve."""
    return replace(dimension.quantity, digits=3)


def _lower(dimension: Dimension) -> str:
    title = dimension.quantity.title
    return f"{title[:1].lower()}{title[1:]}"
