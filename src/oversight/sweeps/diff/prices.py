"""The simulated price of anarchy, replicate by replicate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from oversight.arrays import Cube, Table

PRICED = ("anarchy.price", "anarchy.gap", "anarchy.share")
"""What is made of the social cost from the worse start, and of numbers that have no chance in them."""
WORSE = "worse"
"""What stands for a start in rows of these."""


def prices(costs: Cube, summary: pd.DataFrame, names: Sequence[str]) -> dict[str, Table]:
    """Each price of each run from the worse start, (points, replicates), whose mean is the summary's.

    All are lines in the social cost c: price = c / optimum, gap = c - optimum, share = (c - optimum) / (reference -
    optimum). Where the summary has none they are missing, and where it has one of an optimum of zero they are that.

    Args:
        costs: the social cost of each run, (points, starts, replicates).
        summary: its rows are points times starts.
        names: which of them.
    """
    once = summary.drop_duplicates("point")
    means = summary["metric.social_cost.mean"].to_numpy().reshape(costs.shape[:2])
    worse = np.argmax(np.nan_to_num(means, nan=-np.inf), axis=1)
    cost = costs[np.arange(len(costs)), worse]
    optimum, reference = (once[f"anarchy.{name}"].to_numpy()[:, None] for name in ("optimum", "reference"))
    known = {name: once[name].to_numpy()[:, None] for name in names}
    with np.errstate(divide="ignore", invalid="ignore"):
        lines = {
            "anarchy.price": np.where(optimum > 0, cost / optimum, 1.0),
            "anarchy.gap": cost - optimum,
            "anarchy.share": (cost - optimum) / (reference - optimum),
        }
    return {name: np.where(np.isnan(known[name]), np.nan, lines[name]) for name in names}
