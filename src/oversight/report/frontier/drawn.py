"""The frontier as a figure."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oversight.figures import frontier as figure_of
from oversight.report.frontier.found import Frontier
from oversight.report.views import MAX_POINTS, Panel, View


def drawn(found: Frontier) -> View:
    """Every policy a dot, the efficient ones joined, the baseline and the headline's policy named."""
    study, policies = found.study, found.policies
    here = chosen = None
    if found.baseline is not None:
        here = _spot(f"baseline: {found.named(found.policy(found.baseline))}", found.policy(found.baseline))
    cheapest = None if found.strictest is None else found.below(found.strictest)
    if cheapest is not None and found.strictest is not None:
        chosen = _spot(f"cheapest below {found.rate(found.strictest)}: {found.named(cheapest)}", cheapest)
    # All of the efficient ones, and an even choice of the others where they are too many to draw.
    step = -(-len(policies) // MAX_POINTS)
    kept = policies["efficient"] | (policies.index % step == 0)
    shown = policies[kept]
    frame = shown[["cost", "rate", "efficient"]].assign(label=[found.named(row) for _, row in shown.iterrows()])
    price, main = study.measure(study.environment.price), study.measure(study.main)
    first, last = found.efficient.iloc[0], found.efficient.iloc[-1]
    alt = (
        f"{price.title} against {main.title.lower()}: {len(found.efficient)} of {len(policies)} policies are "
        f"efficient, from {found.rate(first['rate'])} for {found.cost(first)} to "
        f"{found.rate(last['rate'])} for {found.cost(last)}."
    )
    figure = figure_of(frame, price, main, here, chosen)
    return View("frontier", [], {"": [Panel("", alt, figure)]}, thinned=step > 1, worlds=study.worlds)


def _spot(name: str, row: pd.Series[Any]) -> tuple[str, float, float]:
    return name, float(row["cost"]), float(row["rate"])
