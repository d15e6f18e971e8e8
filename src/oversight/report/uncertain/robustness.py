"""Policies side by side over uncertain facts, by four measures of robustness."""

from __future__ import annotations

import pandas as pd

from oversight.arrays import Table as Numbers
from oversight.arrays import Vector
from oversight.figures import Quantity
from oversight.report.frontier import Frontier
from oversight.report.frontier.found import ROUND
from oversight.report.study import Study, rows_of
from oversight.report.table import Table

_MOST = 12
_TIE = 1e-9
_HALF = 0.5
_COSTS = ("expected", "worst", "regret")


def robust(costs: Numbers) -> dict[str, Vector]:
    """Expected cost, worst cost and largest regret of each policy, by name, (policies,) each.

    Args:
        costs: what each policy costs at each of equally probable facts, (policies, facts). Regret is what it costs
            beyond the policy that costs least there (Savage 1951, JASA 46).
    """
    return {
        "expected": costs.mean(axis=1),
        "worst": costs.max(axis=1),
        "regret": (costs - costs.min(axis=0)).max(axis=1),
    }


def robustness(study: Study, front: Frontier | None) -> Table | None:
    """Each policy's expected and worst cost, its largest regret, and the share of facts in which misconduct is low.

    None where no policies are crossed with facts.
    """
    levers = [each for each in study.parameters if each.lever]
    crossed = study.worlds or (study.is_grid and len(levers) < len(study.parameters))
    if not levers or not crossed or study.is_sampled or not study.measure(study.main).percent:
        return None
    costs, rates = _crossed(study, [lever.column for lever in levers])
    if costs.shape[0] < 2 or costs.shape[1] < 2:
        return None
    bound = _bound(rates.to_numpy(), front)
    found = costs.index.to_frame(index=False).assign(
        **robust(costs.to_numpy()), met=(rates.to_numpy() < bound).mean(axis=1)
    )
    found = found.sort_values("expected", kind="stable", ignore_index=True)
    best = pd.DataFrame({name: found[name] <= found[name].min() * (1 + _TIE) for name in _COSTS})
    best["met"] = found["met"] == found["met"].max()
    shown = sorted({*range(min(_MOST, len(found))), *(int(best[name].argmax()) for name in best)})
    cost, main = study.measure(study.environment.ranked[0]), study.measure(study.main)
    title, share = f"{cost.title[:1].lower()}{cost.title[1:]}", Quantity("", percent=True)
    headings = [f"Expected {title}", f"Worst {title}", "Largest regret", f"Below {main.text(bound)} {study.subject} in"]
    table = Table("", [*(lever.quantity.axis for lever in levers), *headings])
    table.numeric = [*(lever.numeric for lever in levers), True, True, True, True]
    for place, row in zip(shown, rows_of(found.iloc[shown]), strict=True):
        cells = [*(cost.bare(row[name]) for name in _COSTS), share.text(row["met"])]
        stars = ["★ " * bool(best[name][place]) for name in best]
        table.rows.append(
            [
                *(lever.bare(row[lever.column]) for lever in levers),
                *(f"{star}{cell}" for star, cell in zip(stars, cells, strict=True)),
            ]
        )
    unit = f" in {cost.unit}" if cost.unit else ""
    worse = ", in the worse of the starts" if study.start else ""
    what = "draws of the facts" if study.worlds else "combinations of the facts that are swept, each counted alike"
    table.notes.append(
        f"Over {costs.shape[1]:,} {what}{worse}; {title}{unit}. ★ the best of all {len(found):,}. "
        "Regret is what a policy costs beyond the one that costs least in the same facts."
    )
    if len(shown) < len(found):
        table.notes.append("Shown are those of least expected cost, and those that are best by another measure.")
    return table


def _crossed(study: Study, levers: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cost and main measure, (policies, facts) each, in the worse start; facts that a policy lacks are left out."""
    table, sweep = study.whole, study.experiment.sweep
    if study.worlds and sweep is not None:
        facts = table["point"] % sweep.shape[-1]
    else:
        facts = table.groupby([p.column for p in study.parameters if not p.lever], sort=False).ngroup()
    table = table.assign(facts=facts)
    columns = [f"metric.{name}.mean" for name in (study.environment.ranked[0], study.main)]
    cost, rate = (
        table.pivot_table(index=levers, columns="facts", values=column, aggfunc="max", sort=False) for column in columns
    )
    whole = cost.notna().all() & rate.notna().all()
    return cost.loc[:, whole], rate.loc[:, whole]


def _bound(rates: Numbers, front: Frontier | None) -> float:
    """What the headline keeps the main measure below; or the strictest round value that some policy mostly keeps."""
    if front and front.strictest is not None:
        return front.strictest
    return next((each for each in reversed(ROUND) if (rates < each).mean(axis=1).max() >= _HALF), ROUND[0])
