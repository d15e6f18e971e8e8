"""What a principal's regret comes to, in words and as a table."""

from __future__ import annotations

from typing import Any

import pandas as pd

from oversight.numerals import percent
from oversight.report.table import Table
from oversight.sweeps.regret import Regret


def said(found: Regret) -> list[str]:
    """What was compared, and what came of it from each start."""
    sentences = [
        f"Principal {found.principal}, {found.blocks:,} blocks of {found.every:,} periods, replicates: "
        f"{found.replicates:,}; each fixed policy for as long on the same draws."
    ]
    for start, rows in found.table.groupby("start", sort=False):
        own, best, default = rows.iloc[0], found.best(str(start)), rows.iloc[-1]
        where = f"From a {start} start" if found.table["start"].nunique() > 1 else "In all"
        sentences.append(
            f"{where} it is charged {own['loss']:.4g} a block, the best arm ({best['policy']}) "
            f"{best['loss']:.4g}: regret {_interval(best)} over all blocks. Against the file's own policy "
            f"({default['loss']:.4g}): {_interval(default)}."
        )
    return sentences


def table(found: Regret) -> Table:
    """The principal and each fixed policy, with the regret against it."""
    several = found.table["start"].nunique() > 1
    headings = [
        *["Start"] * several,
        "Policy",
        "Loss of a block",
        "Misconduct",
        "Oversight",
        "Regret, 95\u00a0% interval",
    ]
    shown = Table("", headings, numeric=[*[False] * (several + 1), *[True] * (len(headings) - several - 1)])
    for place, (_, row) in enumerate(found.table.iterrows()):
        name = f"{row['policy']}, the best" if row["best"] else str(row["policy"])
        amounts = [f"{row['loss']:.4g}", percent(row["misconduct_rate"]), f"{row['oversight_cost']:.4g}"]
        shown.rows.append([*[row["start"]] * several, name, *amounts, _interval(row)])
        if row["best"]:
            shown.marked.add(place)
    shown.notes = [
        "Regret is what the principal was charged more than the policy in all blocks; below 0 it did better.",
        "Intervals are Student's, paired by replicate. The best arm is chosen from the same runs, which its interval "
        "does not count.",
    ]
    return shown


def settings(found: Regret) -> list[str]:
    """What each fixed policy leaves in force."""
    levers = [str(name) for name in found.table.columns[2 : list(found.table.columns).index("loss")]]
    fixed = found.table[1:].drop_duplicates("policy").dropna(subset=levers)
    return [
        f"{row['policy']}: " + ", ".join(f"{path} = {row[path]:g}" for path in levers) for _, row in fixed.iterrows()
    ]


def _interval(row: pd.Series[Any]) -> str:
    if pd.isna(row["regret"]):
        return ""
    if pd.isna(row["ci_low"]):
        return f"{row['regret']:.4g}"
    return f"{row['regret']:.4g} ({row['ci_low']:.4g} to {row['ci_high']:.4g})"
