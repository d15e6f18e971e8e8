"""Figures say what they show: titles with units, iso-lines, bands, states; and no text of a user becomes mark-up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from oversight.figures import (
    Branch,
    Line,
    Mark,
    Quantity,
    axis,
    category,
    comparison,
    curves,
    heat_map,
    measure,
    parameter,
    time_series,
)
from oversight.figures.style import words
from oversight.numerals import number
from oversight.scenario import load_experiment

RATE = Quantity("Inspection rate", "% per year", percent=True)
FINE = Quantity("Fine", "million EUR")
MISCONDUCT = measure("misconduct_rate", {})
EUROS = {"money": "million EUR", "period": "year"}


def grid(width: int = 5, height: int = 4) -> pd.DataFrame:
    rates, fines = np.meshgrid(np.linspace(0, 1, width), np.linspace(0.5, 2, height))
    return pd.DataFrame({"x": rates.ravel(), "y": fines.ravel(), "value": np.exp(-rates * fines).ravel()})


def drawn_map(frame: pd.DataFrame, **keys: object) -> go.Figure:
    return heat_map(frame, RATE, FINE, MISCONDUCT, limits=(0.0, 1.0), halfway=0.5, **keys)


def line_frame(**columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"x": [0.0, 0.5, 1.0], "value": [0.9, 0.5, 0.1], "low": [0.8, 0.4, 0.0], "high": [1.0, 0.6, 0.2]}
    )
    return frame.assign(colour="", dash="", **columns)


def traces(figure: go.Figure, kind: str) -> list[go.Figure]:
    return [trace for trace in figure.data if trace.type == kind]


def test_axis_titles_carry_units_and_percentages_are_percentages() -> None:
    figure = drawn_map(grid())
    assert figure.layout.xaxis.title.text == "Inspection rate (% per year)"
    assert figure.layout.yaxis.title.text == "Fine (million EUR)"
    cells = traces(figure, "heatmap")[0]
    assert cells.colorbar.title.text == "Misconduct rate (% of opportunities)"
    assert np.nanmax(cells.z) == pytest.approx(100)
    assert figure.layout.xaxis.range == pytest.approx((0, 100))  # whole cells, none beyond what is possible


def test_the_line_of_half_is_drawn_where_the_map_crosses_it() -> None:
    assert [line.name for line in traces(drawn_map(grid()), "contour")] == ["", "50\u00a0% misconduct rate"]
    low = grid().assign(value=lambda frame: frame["value"] * 0.3)
    assert [line.name for line in traces(drawn_map(low), "contour")] == [""]


@pytest.mark.parametrize("frame", [grid(width=2), grid().assign(value=0.4)], ids=["two values", "constant"])
def test_no_iso_lines_where_they_would_mean_nothing(frame: pd.DataFrame) -> None:
    assert not traces(drawn_map(frame), "contour")


def test_a_map_draws_its_threshold_and_marks_split_cells() -> None:
    line = Line("expected sanction = mean gain", np.array([0.2, 0.4]), np.array([2.0, 1.0]))
    figure = drawn_map(grid().assign(split=lambda frame: frame["x"] == 1), lines=[line])
    threshold, split = traces(figure, "scatter")
    assert threshold.x.tolist() == [20, 40]
    assert len(split.x) == 4


def test_missing_cells_stay_empty() -> None:
    frame = grid()
    frame.loc[3, "value"] = np.nan
    assert np.isnan(traces(drawn_map(frame), "heatmap")[0].z).sum() == 1


def test_values_that_grow_by_factors_get_a_logarithmic_axis() -> None:
    turnover = Quantity("Turnover", "million EUR")
    frame = line_frame().assign(x=[1.0, 10.0, 100.0])
    assert curves(frame, turnover, MISCONDUCT).layout.xaxis.type == "log"
    assert curves(line_frame(), RATE, MISCONDUCT).layout.xaxis.type is None


def test_curves_have_bands_a_line_a_name_and_marks() -> None:
    frame = pd.concat([line_frame().assign(colour="A"), line_frame().assign(colour="B", low=np.nan, high=np.nan)])
    figure = curves(frame, RATE, MISCONDUCT, marks=[Mark("expected sanction = gain", 0.25)])
    assert [trace.name for trace in figure.data if trace.fill is None] == ["A", "B"]
    assert len([trace for trace in figure.data if trace.fill == "toself"]) == 1
    assert figure.layout.shapes[0].x0 == 25


def test_lines_can_be_told_apart_without_colour() -> None:
    frame = pd.concat([line_frame().assign(colour=name) for name in "ABC"])
    assert len({trace.marker.symbol for trace in curves(frame, RATE, MISCONDUCT).data if trace.fill is None}) == 3


def test_states_are_drawn_as_large_as_their_share() -> None:
    states = pd.DataFrame({"x": [0.5, 0.5], "colour": ["", ""], "value": [0.1, 0.9], "share": [0.25, 0.75]})
    figure = curves(line_frame(), RATE, MISCONDUCT, states=states)
    sizes = figure.data[-1].marker.size
    assert sizes[1] == pytest.approx(3 * sizes[0])


def test_branches_are_named_once_and_drawn_in_a_shade_of_their_series() -> None:
    frame = pd.concat([line_frame().assign(colour=name) for name in "AB"])
    line = np.array([0.0, 1.0])
    found = [Branch("A", True, line, line), Branch("B", True, line, line / 2), Branch("B", False, line[:1], line[:1])]
    drawn = [trace for trace in curves(frame, RATE, MISCONDUCT, branches=found).data if "theory" in (trace.name or "")]
    assert [trace.name for trace in drawn if trace.showlegend is None] == ["theory, stable", "theory, unstable"]
    assert drawn[1].y.tolist() == [0, 50]
    assert [trace.mode for trace in drawn[:3]] == ["lines", "lines", "markers"]
    assert [trace.line.color for trace in drawn[:2]] == ["rgb(0,62,97)", "rgb(117,51,0)"]


def test_the_frontier_runs_around_the_cells_with_several_equilibria() -> None:
    frame = grid().assign(several=lambda frame: frame["x"] * frame["y"] > 0.9)
    (outline,) = traces(drawn_map(frame), "scatter")
    corners = list(zip(outline.x, outline.y, strict=True))
    assert corners[0] == corners[-2]
    assert corners[-1] == (None, None)
    # Fines .5, 1, 1.5, 2: at 0.5 nothing, at 1 the rate of 1 alone, at 1.5 from 0.75 on, at 2 from 0.5 on.
    assert set(corners[:-1]) == {
        (87.5, 0.75), (100.0, 0.75), (100.0, 1.25), (100.0, 1.75), (100.0, 2.25), (87.5, 2.25), (62.5, 2.25),
        (37.5, 2.25), (37.5, 1.75), (62.5, 1.75), (62.5, 1.25), (87.5, 1.25),
    }  # fmt: skip
    assert not traces(drawn_map(grid().assign(several=False)), "scatter")


def test_a_comparison_has_a_row_a_label_and_whiskers() -> None:
    frame = pd.DataFrame(
        {"label": ["Audits", "Crackdown"], "colour": "", "value": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]}
    )
    figure = comparison(frame, MISCONDUCT)
    assert list(figure.layout.yaxis.ticktext) == ["Audits", "Crackdown"]
    assert figure.data[0].error_x.array == pytest.approx([10, 10])
    assert "opportunities" in figure.layout.xaxis.title.text


def test_bars_start_at_zero() -> None:
    frame = pd.DataFrame({"label": ["a", "b"], "colour": "", "value": [8.0, 9.0], "low": np.nan, "high": np.nan})
    assert comparison(frame, FINE, limits=(8.0, 9.0)).layout.xaxis.range[0] == 0
    assert comparison(frame, FINE, limits=(-9.0, -8.0)).layout.xaxis.range[1] >= 0


def test_a_time_series_shows_one_run() -> None:
    series = pd.DataFrame({"period": [0, 1, 2], "misconduct_rate": [1.0, 0.5, 0.25]})
    figure = time_series(series, units=EUROS, burn_in=1)
    assert figure.data[0].y.tolist() == [100, 50, 25]
    assert figure.layout.xaxis.title.text == "Year"
    assert len(figure.layout.shapes) == 1


def test_no_text_becomes_mark_up() -> None:
    nasty = "<a href='https://example.org'>x</a>"
    frame = pd.DataFrame({"label": [nasty], "colour": [nasty], "value": [1.0], "low": [np.nan], "high": [np.nan]})
    assert "<a" not in comparison(frame, Quantity(nasty, nasty)).to_json().replace("\\u003c", "<")


EXPERIMENT = {
    "name": "words",
    "policy": {
        "units": EUROS,
        "monitoring": {"kind": "random_audit", "rate": 0.2},
        "sanction": {"kind": "escalating", "amounts": [1, 2]},
    },
    "population": [
        {"kind": "rational", "size": 10, "name": "big_labs", "gain": {"kind": "exponential", "mean": 1}},
        {"kind": "quantal", "size": 10},
    ],
}


@pytest.mark.parametrize(
    ("path", "axis"),
    [
        ("policy.monitoring.rate", "Inspection rate (% per year)"),
        ("policy.monitoring.cost_per_inspection", "Cost per inspection (million EUR per inspection)"),
        ("policy.sanction.amounts.1", "Fines by record, no.\u00a02 (million EUR)"),
        ("population.big_labs.gain.mean", "Mean gain of big labs (million EUR)"),
        ("population.0.size", "Actors of big labs (actors)"),
        ("periods", "Periods (years)"),
    ],
)
def test_parameters_are_named_by_the_schema_not_by_their_paths(path: str, axis: str) -> None:
    source = load_experiment(EXPERIMENT)
    words = parameter(source.model, source.document.data, path, EUROS)
    assert words is not None
    assert words.axis == axis


def test_measures_are_in_the_policys_units() -> None:
    assert measure("social_cost", EUROS).unit == "million EUR per actor and year"
    assert measure("misconduct_rate.big_labs", {}).title == "Misconduct rate: big labs"
    assert measure("of_my_own", {}).title == "Of my own"


def test_swept_sections_and_switches_are_put_in_words() -> None:
    assert category('{"amount": 2, "kind": "fixed"}', {}) == "fixed, amount 2"
    assert category(True, {}) == "yes"
    assert category("random_audit", {"random_audit": "Random audits"}) == "Random audits"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.123456, "0.123"),
        (1234.5, "1,230"),
        (1500, "1,500"),
        (-0.5, "−0.5"),
        (0.00001234, "0.0000123"),
        (1e10, "10,000,000,000"),
        (-2e18, "−2\u00a0×\u00a010¹⁸"),
        (1.5e-12, "1.5\u00a0×\u00a010⁻¹²"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_extreme_axes_and_long_words_stay_legible() -> None:
    assert axis.settings(FINE, np.array([1e-5, 1e-1, 1e3, 1e7, 1e11]))["ticktext"] == [
        "0.00001", "0.1", "1,000", "10M", "100B",
    ]  # fmt: skip
    assert words('a "b" <c> ' + "d" * 9, 6) == 'a "b"<br>&lt;c&gt;<br>dddddd<br>ddd'


def test_numbers_carry_their_units() -> None:
    assert RATE.text(0.145) == "14.5\u00a0%"
    assert RATE.full(0.145) == "14.5\u00a0% per year"
    assert FINE.text(2) == "2\u00a0million EUR"
    assert FINE.text(float("nan")) == "–"


def test_uneven_steps_have_cells_of_one_width_and_say_their_values() -> None:
    """Nought cannot be drawn on a logarithmic axis, and 0, 1, 2, 3 would be a sixtieth of it each beside 180."""
    rates, fines = [0.0, 1.0, 2.0, 3.0, 180.0], [1.0, 2.0, 3.0, 4.0]
    frame = pd.DataFrame([{"x": x, "y": y, "value": y / 4} for x in rates for y in fines])
    figure = heat_map(
        frame, FINE, FINE, MISCONDUCT, limits=(0.0, 1.0),
        lines=[Line("half way", np.array([3.0, 91.5]), np.array([1.0, 2.0]))], here=("here", 2.5, 3.0),
    )  # fmt: skip
    (cells,) = traces(figure, "heatmap")
    assert np.diff(np.asarray(cells.x)) == pytest.approx(np.ones(5))
    assert list(figure.layout.xaxis.ticktext) == ["0", "1", "2", "3", "180"]
    named = {trace.name: trace for trace in traces(figure, "scatter")}
    assert list(named["half way"].x) == pytest.approx([3, 3.5])
    assert list(named["here"].x) == pytest.approx([2.5])
    assert np.asarray(cells.y) == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5])


@pytest.mark.parametrize("shares", [[0.25, 0.5, 0.75, 1.0], [0.01, 0.05, 0.2, 1.0], [0.0, 0.5, 1.0]])
def test_no_cell_reaches_beyond_what_is_possible(shares: list[float]) -> None:
    frame = pd.DataFrame([{"x": x, "y": y, "value": x} for x in shares for y in (1.0, 2.0)])
    (cells,) = traces(heat_map(frame, RATE, FINE, MISCONDUCT, limits=(0.0, 1.0)), "heatmap")
    assert min(cells.x) >= 0
    assert max(cells.x) == 100


def test_a_name_has_its_colour_whatever_stands_beside_it() -> None:
    palette = {"violating": "#123456"}
    frame = line_frame().assign(colour="violating")
    (bars,) = traces(comparison(frame.assign(label="a"), MISCONDUCT, palette=palette), "bar")
    lines = [trace for trace in traces(curves(frame, RATE, MISCONDUCT, palette=palette), "scatter") if trace.name]
    assert bars.marker.color == "#123456"
    assert {line.line.color for line in lines} == {"#123456"}
