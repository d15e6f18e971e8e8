"""Where a report begins: at what is marked, and at the experiment's own values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from written import EXPERIMENT, figures, page, swept

from oversight import InputError
from oversight.report.findings import further, headline
from oversight.report.frontier import frontier
from oversight.report.ranking import ranking
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.sweeps import load_results
from oversight.sweeps.design import Design
from oversight.sweeps.identity import key


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mark = {"policy.monitoring.rate": 0.75}
    return swept(tmp_path_factory.mktemp("marked"), EXPERIMENT, lambda e: e.update(mark=mark))


def _rate(folder: Path, rate: float, sensitivity: float) -> str:
    study = Study(load_results(folder))
    table = study.summary
    here = table["param.policy.monitoring.rate"].eq(rate) & table["param.policy.detector.sensitivity"].eq(sensitivity)
    return study.measure("misconduct_rate").text(table.loc[here, "metric.misconduct_rate.mean"].item())


def _stands_in(figure: dict[str, Any], *names: str) -> bool:
    drawn = [*figure["data"], *figure["layout"].get("shapes", [])]
    return any(str(trace.get("name")).replace("\u00a0", " ") in names for trace in drawn)


def test_findings_begin_at_the_mark(marked: Path) -> None:
    study = Study(load_results(marked))
    rates = [_rate(marked, 0.75, sensitivity) for sensitivity in (0.25, 0.5, 0.75, 1.0)]
    front = frontier(study)
    assert headline(study, front) == (
        f"With inspection rate at 75\u00a0%, misconduct is between {rates[-1]} and {rates[0]}, "
        "depending on sensitivity."
    )
    assert further(study, front)[0] == (
        f"The least misconduct to be had with inspection rate at 75\u00a0% is {rates[-1]}, with sensitivity 100\u00a0%."
    )


def test_findings_begin_at_the_own_values_where_nothing_is_marked(tmp_path: Path) -> None:
    def own(experiment: dict[str, Any]) -> None:
        experiment["policy"]["monitoring"]["rate"] = 0.5
        experiment["policy"]["detector"]["sensitivity"] = 0.75

    folder = swept(tmp_path, EXPERIMENT, own)
    study = Study(load_results(folder))
    said = further(study, frontier(study))
    assert any(
        each.startswith(
            "The baseline (inspection rate 50\u00a0% and sensitivity 75\u00a0%; as in the experiment) has "
            f"{_rate(folder, 0.5, 0.75)} misconduct for 0.05"
        )
        for each in said
    )
    assert headline(study, None) == (
        f"With inspection rate at 50\u00a0% and sensitivity at 75\u00a0%, misconduct is {_rate(folder, 0.5, 0.75)}."
    )
    table = ranking(Study(load_results(folder)))
    assert table is not None
    rows = [table.rows[place] for place in table.marked]
    assert [row[1:3] for row in rows] == [["50\u00a0%", "75\u00a0%"]]
    assert all(row[0].startswith("◆") for row in rows)


def test_a_value_that_was_not_run_is_drawn_and_never_told_as_a_finding(trial: Path) -> None:
    """The experiment's own rate, 0.3, lies between 0.25 and 0.5."""
    study = Study(load_results(trial))
    assert headline(study, None).startswith("Misconduct is as low as")
    assert not any("baseline" in each for each in further(study, frontier(study)))
    panels = [panel for panels in figures(trial)["main"].values() for panel in panels]
    assert all(_stands_in(panel["figure"], "as in the experiment: 30 %") for panel in panels)


def test_the_mark_stands_on_axes_and_maps(marked: Path) -> None:
    panels = [panel for panels in figures(marked)["main"].values() for panel in panels]
    assert panels
    assert all(_stands_in(panel["figure"], "marked: 75 %") for panel in panels)
    assert "With inspection rate at 75" in page(marked).text


def test_where_references_come_from_is_said_once(tmp_path: Path) -> None:
    def own(experiment: dict[str, Any]) -> None:
        experiment["policy"]["monitoring"]["rate"] = 0.5
        experiment["policy"]["detector"]["sensitivity"] = 0.75

    folder = swept(tmp_path, EXPERIMENT, own)
    table = ranking(Study(load_results(folder)))
    assert table is not None
    assert "◆ as in the experiment: 50\u00a0%, 75\u00a0%." in table.notes
    panels = [panel for panels in figures(folder)["main"].values() for panel in panels]
    assert any(_stands_in(panel["figure"], "as in the experiment: 50 %, 75 %") for panel in panels)
    assert "; as in the experiment" not in json.dumps(panels)


def test_a_mark_changes_no_run() -> None:
    marked = {**EXPERIMENT, "mark": {"policy.monitoring.rate": 0.75}}
    plain, other = (Design(load_experiment(each)).experiment(3) for each in (EXPERIMENT, marked))
    assert key(plain) == key(other)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ({"policy.monitoring.rate": 0.4}, "is none of the values swept"),
        ({"policy.sanction.amount": 2}, "is not swept"),
    ],
)
def test_a_mark_that_cannot_be_kept_is_refused_with_its_place(mark: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        load_experiment({**EXPERIMENT, "mark": mark})
    assert f"mark.{next(iter(mark))}" in str(refused.value)
