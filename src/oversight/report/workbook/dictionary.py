"""What each column of a summary means, and in which unit."""

from __future__ import annotations

from oversight.figures import Quantity, measure
from oversight.report.study import Study

_STATISTICS = {
    "mean": "Mean over replicates",
    "sd": "Standard deviation over replicates",
    "ci_low": "Lower end of the 95\u00a0% confidence interval of the mean",
    "ci_high": "Upper end of the 95\u00a0% confidence interval of the mean",
    "n": "Replicates in which it is defined",
}
_OTHERS = {
    "point": "Design point, from 0 in the order of the design",
    "start": "Which past the runs start from",
    "states": "JSON: where replicates settle in several states, each one's rate and share of replicates",
    "failed": "Replicates that failed",
}


def dictionary(study: Study) -> list[tuple[str, str, str]]:
    """Column, meaning and unit of every column of the summary, in its order.

    Shares are numbers from 0 to 1; the unit says what they are shares of.
    """
    return [(column, *_meaning(study, column)) for column in study.results.columns]


def _meaning(study: Study, column: str) -> tuple[str, str]:
    family, _, name = column.partition(".")
    if family == "param":
        return _said(study.parameter(name), "Swept")
    if family == "metric":
        name, _, statistic = name.rpartition(".")
        meaning, unit = _said(study.measure(name), _STATISTICS.get(statistic, statistic))
        return meaning, "" if statistic == "n" else unit
    known = study.environment.columns
    if column in known:
        return _said(measure(column, study.units, known))
    if column in _OTHERS:
        return _OTHERS[column], ""
    # Measures of theory have the words of those that are simulated.
    return _said(study.measure(name), "Theory") if family == "theory" else ("", "")


def _said(quantity: Quantity, before: str = "") -> tuple[str, str]:
    title = f"{before}: {quantity.title}" if before else quantity.title
    meaning = f"{title}. {quantity.description}" if quantity.description else title
    unit = f"0 to 1{quantity.unit.removeprefix('%')}" if quantity.percent else quantity.unit
    return meaning, unit
