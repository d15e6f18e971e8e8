"""The price of anarchy, simulated and in theory, with the gap beside it."""

from __future__ import annotations

from typing import Any

from oversight.figures.words import capital
from oversight.report.study import Study, rows_of
from oversight.report.table import Table

_ALL = 12
_COMPARED = ("worst", "best", "gap", "share", "price")
_REASONS = {
    ("anarchy", "price"): "anarchy.note",
    ("anarchy", "share"): "anarchy.share_note",
    ("theory", "price"): "theory.price_note",
    ("theory", "share"): "theory.anarchy_share_note",
}
_NOTE = (
    "The planner's optimum is the best outcome that could be dictated under the same policy; it is computed for a "
    "large population. The gap is the cost of the worse outcome less the optimum, and the price their ratio. The "
    "anarchy share is the gap over what oversight could save, which is the cost without any oversight less the "
    "optimum: 0\u00a0% is the planner's best, 100\u00a0% as costly as no oversight. These compare outcomes within one "
    "policy and never rank policies: a wasteful policy has a costly optimum, and so a small ratio. Where the ratio is "
    "infinite or undefined, the share and the gap are the numbers to read."
)
_STARTS = (
    "Worse and better of the two starts: mean social cost over the measured periods. As the optimum is that of a large "
    "population, a narrow gap may be chance. "
)
_EQUILIBRIA = (
    "Worst and best in theory: the stationary equilibria of the large-population limit, unstable ones included; "
    "simulation is of a finite population and departs from it where the section on theory says. "
)


def note(study: Study) -> str:
    """What the table compares."""
    return _STARTS * _simulated(study) + _EQUILIBRIA * _solved(study) + _NOTE


def anarchy(study: Study) -> Table | None:
    """Worst and best outcome against the planner's optimum, widest gap first; None with one start and no theory."""
    kinds = ["anarchy"] * _simulated(study) + ["theory"] * _solved(study)
    if not kinds:
        return None
    first = kinds[0]
    points = study.summary.drop_duplicates("point").sort_values(f"{first}.gap", ascending=False, kind="stable")
    parameters = study.parameters
    # A price that is nowhere a number is said in a note instead; folders of older versions have no share.
    columns = [(kind, name) for name in _COMPARED for kind in kinds if _column(kind, name) in points]
    if not any(points[f"{kind}.price"].notna().any() for kind in kinds):
        columns = [(kind, name) for kind, name in columns if name != "price"]
    titles = [study.measure(name if kind == "anarchy" else f"theory.{name}").title for kind, name in columns]
    cost = study.measure("social_cost")
    table = Table(
        f"Social cost, {cost.unit}",
        [*(p.quantity.axis for p in parameters), study.measure("optimum").title, *titles],
        numeric=[*(p.numeric for p in parameters), True, *(True for _ in columns)],
    )
    reasons: dict[str, None] = {}
    for row in rows_of(points.head(_ALL)):
        cells = [p.bare(row[p.column]) for p in parameters]
        cells.append(cost.bare(row[f"{first}.optimum"]))
        cells += [_cell(study, row, kind, name, reasons) for kind, name in columns]
        table.rows.append(cells)
        if all(name != "price" for _, name in columns):
            reasons |= {f"Price of anarchy: {row[_REASONS[kind, 'price']]}": None for kind in kinds}
    table.notes += [f"{capital(reason)}." for reason in reasons]
    if len(points) > _ALL:
        table.notes.append(f"The {_ALL} widest gaps of {len(points)} points; the data below have all of them.")
    return table


def _cell(study: Study, row: dict[str, Any], kind: str, name: str, reasons: dict[str, None]) -> str:
    """A number, or, in place of a price, the word that its reason begins with."""
    reason = row.get(_REASONS.get((kind, name), ""), "")
    if reason:
        reasons.setdefault(reason)
        word, colon, _ = reason.partition(":")
        return word if colon else study.measure(name).bare(None)
    words = study.measure(name if name in ("price", "share") else "social_cost")
    return words.bare(row[_column(kind, name)])


def _column(kind: str, name: str) -> str:
    return "theory.anarchy_share" if (kind, name) == ("theory", "share") else f"{kind}.{name}"


def _simulated(study: Study) -> bool:
    return "anarchy.gap" in study.summary


def _solved(study: Study) -> bool:
    return "theory.gap" in study.summary and bool(study.summary["theory.gap"].notna().any())
