"""The Results tab's numbers: those of summary.csv, and of the runs themselves when a point is played."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import solara

import oversight
from helpers import ROOT, Command
from oversight.app.library import Library
from oversight.app.link import to_query
from oversight.app.results import ResultsTab
from oversight.app.results.explore import Choice, Explorer, chosen, explorable, wanted, written
from oversight.app.results.folders import folders, open_study
from oversight.app.serving import Served
from oversight.app.session import Session
from oversight.errors import InputError
from oversight.report.study import Study

GAIN = {"kind": "exponential", "mean": 1.0}
GRID: dict[str, Any] = {
    "name": "grid",
    "policy": {
        "monitoring": {"kind": "random_audit", "rate": 0.3, "cost_per_inspection": 0.1},
        "detector": {"sensitivity": 0.5},
        "sanction": {"kind": "fixed", "amount": 2},
    },
    "population": [
        {"kind": "rational", "name": "big_labs", "size": 40, "gain": GAIN},
        {"kind": "quantal", "size": 30, "precision": 4},
    ],
    "periods": 8,
    "replicates": 3,
    "sweep": {
        "kind": "grid",
        "parameters": {
            "policy.monitoring.rate": {"values": [0.0, 0.3, 0.9]},
            "policy.detector.sensitivity": {"values": [0.25, 0.5]},
            "population.big_labs.gain.mean": {"values": [1.0, 2.0]},
        },
    },
}
TIPPING: dict[str, Any] = {
    "name": "tipping",
    "policy": {
        "monitoring": {"kind": "investigation_capacity", "investigators": 6},
        "sanction": {"kind": "fixed", "amount": 0.9},
    },
    "population": [{"kind": "rational", "size": 30}],
    "periods": 20,
    "burn_in": 5,
    "replicates": 3,
    "start": "both",
    "sweep": {"kind": "grid", "parameters": {"policy.monitoring.investigators": {"values": [0, 6, 9, 30]}}},
}
POLICIES: dict[str, Any] = {
    **{key: GRID[key] for key in ("periods", "replicates", "population")},
    "name": "policies",
    "sweep": {
        "kind": "list",
        "points": [
            {"policy": str(ROOT / "policies" / "random_audit.yaml"), "policy.monitoring.rate": 0.5},
            {"policy": str(ROOT / "policies" / "escalating_fines.yaml")},
        ],
    },
}
SWEEPS = {"grid": GRID, "tipping": TIPPING, "policies": POLICIES}

each = pytest.mark.parametrize("name", SWEEPS)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    for name, experiment in SWEEPS.items():
        oversight.sweep(experiment, out=folder / "results" / name, workers=1)
    return folder


@pytest.fixture(scope="module")
def library(root: Path) -> Library:
    return Library(root)


@pytest.fixture
def study(root: Path, name: str) -> Study:
    return open_study(root / "results", name)


def summary(root: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(root / "results" / name / "summary.csv")


def choices(study: Study) -> list[Explorer]:
    """Everything that can be chosen at the top of the list, one thing at a time."""
    first = Explorer(study)
    found = [first]
    for measure in (first.measures[0], first.measures[-1]):
        one = Explorer(study, Choice(measure, first.choice.form, first.choice.x))
        for x in one.across:
            for form in Explorer(study, Choice(measure, "curves", x.column)).forms:
                two = Explorer(study, Choice(measure, form, x.column))
                found += [Explorer(study, Choice(measure, form, x.column, y.column)) for y in two.seconds] + [two]
    return found


@each
def test_data_are_those_of_the_summary(root: Path, study: Study, name: str) -> None:
    table = summary(root, name)
    for explorer in choices(study):
        shown = pd.read_csv(StringIO(explorer.csv()))
        assert len(shown)
        keys = ["point", *(["start"] if "start" in shown else [])]
        rows = shown.merge(
            table.drop_duplicates(keys), on=keys, suffixes=("", ".summary"), how="left", validate="many_to_one"
        )
        measure = explorer.choice.measure
        if measure == "gap":
            np.testing.assert_array_equal(rows["anarchy.gap"], rows["anarchy.gap.summary"])
            continue
        for part in ("mean", "ci_low", "ci_high"):
            own = rows[f"metric.{measure}.{part}"].to_numpy()
            expected = rows[f"metric.{measure}.{part}.summary"].to_numpy(copy=True)
            if "entry" in shown:
                for entry in set(shown["entry"]) - {"All actors"}:
                    whose = (shown["entry"] == entry).to_numpy()
                    expected[whose] = rows.loc[whose, f"metric.{measure}.{entry}.{part}"]
            np.testing.assert_array_equal(own, expected)
        for parameter in study.parameters:
            assert parameter.column in shown


@each
def test_figures_are_drawn_from_these_data_and_clicks_find_their_points(study: Study, name: str) -> None:
    for explorer in choices(study):
        figure, alt = explorer.figure()
        assert alt
        words = explorer.study.measure(explorer.choice.measure)
        for row in explorer.rows.to_dict("records"):
            if np.isnan(row["value"]):
                continue
            shown = float(words.shown(row["value"]))
            if explorer.choice.form == "heat map":
                assert explorer.second is not None
                axes = explorer.x, explorer.second
                at = [float(axis.quantity.shown(row[axis.column])) for axis in axes]
                cells = figure.data[0].customdata
                place = np.argmin(np.abs(cells - np.float32(at)).sum(axis=2))
                assert float(np.ravel(figure.data[0].z)[place]) == pytest.approx(shown, rel=1e-6)
                found = explorer.nearest(at[0], at[1])
            elif explorer.choice.form == "curves":
                x = float(explorer.x.quantity.shown(row[explorer.x.column]))
                drawn = [pair for trace in figure.data for pair in zip(trace.x, trace.y, strict=True)]
                assert any(pair == (x, shown) for pair in drawn)
                found = explorer.nearest(x, shown)
            else:
                bars = [trace for trace in figure.data if trace.type == "bar"]
                places = {(round(y), x) for trace in bars for x, y in zip(trace.x, trace.y, strict=True)}
                labels = list(dict.fromkeys(explorer.rows[explorer.x.column]))
                place = labels.index(row[explorer.x.column])
                assert (place, shown) in places
                found = explorer.nearest(shown, place + 0.2)
            assert found is not None
            assert found["value"] == row["value"]
            assert found[explorer.x.column] == row[explorer.x.column]


@pytest.mark.parametrize("name", ["tipping"])
def test_both_starts_stand_beside_each_other(root: Path, study: Study, name: str) -> None:
    explorer = Explorer(study)
    rates = summary(root, name).set_index(["param.policy.monitoring.investigators", "start"])
    far = rates["metric.misconduct_rate.mean"]
    assert far[9, "compliant"] < far[9, "violating"], "the start matters at nine investigators"
    found = explorer.nearest(9, 100 * far[9, "violating"])
    assert found is not None
    assert found["start"] == "violating"
    assert explorer.nearest("x", None) is None
    held = Explorer(study, Choice("gap", "curves", explorer.choice.x))
    assert "start" not in held.csv()


@pytest.mark.parametrize("name", ["grid"])
def test_what_is_not_shown_is_held_at_the_base_point_until_another_value_is_chosen(study: Study, name: str) -> None:
    column = "param.policy.detector.sensitivity"
    explorer = Explorer(study, Choice("social_cost", "curves", "param.policy.monitoring.rate"))
    assert explorer.choice.held[column] == 0.5
    other = Explorer(study, Choice("social_cost", "curves", "param.policy.monitoring.rate", held={column: 0.25}))
    assert set(other.rows[column]) == {0.25}
    wrong = Explorer(study, Choice("nothing", "heat map", "nowhere", "nowhere", {column: "much"}))
    assert wrong.choice.measure == "misconduct_rate"
    assert wrong.choice.x in [one.column for one in wrong.across]


@each
def test_a_point_plays_as_its_runs_did(root: Path, study: Study, library: Library, name: str) -> None:
    """The first replicate of every point and start, from the folder's own runs."""
    runs = pd.read_parquet(root / "results" / name / "runs.parquet")
    explorer = Explorer(study)
    for row in study.summary.to_dict("records"):
        first = runs[(runs["point"] == row["point"]) & (runs["start"] == row["start"]) & (runs["replicate"] == 0)]
        measured = oversight.run(explorer.opened(row, library).data).metrics
        assert measured["misconduct_rate"] == first["metric.misconduct_rate"].item()
        assert measured["social_cost"] == first["metric.social_cost"].item()


@pytest.mark.slow
def test_a_point_of_a_bundled_experiment_has_a_short_link(tmp_path: Path) -> None:
    file = tmp_path / "experiments" / "tipping.yaml"
    file.parent.mkdir()
    file.write_text(json.dumps(TIPPING))
    oversight.sweep(file, out=tmp_path / "same", workers=1)
    oversight.sweep(file, {"periods": 10}, out=tmp_path / "other", workers=1)
    for name, base in (("same", "tipping"), ("other", None)):
        study = open_study(tmp_path, name)
        opened = Explorer(study).opened(study.summary.iloc[-1].to_dict(), Library(tmp_path))
        assert opened.base == base
        assert opened.experiment.start == "violating"
        assert opened.experiment.policy.monitoring.investigators == 30
    link = to_query(
        Explorer(open_study(tmp_path, "same")).opened({"point": 1, "start": "violating"}, Library(tmp_path))
    )
    assert link == "scenario=tipping&start=violating", "six investigators are those of the file"


def test_folders_are_listed_by_name_and_broken_ones_explained(root: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(root / "results", results)
    for name in ("unfinished", "damaged", "empty_summary"):
        shutil.copytree(results / "tipping", results / name)
    manifest = (results / "unfinished" / "manifest.json").read_text()
    (results / "unfinished" / "manifest.json").write_text(manifest.replace('"status": "done"', '"status": "running"'))
    (results / "damaged" / "summary.parquet").write_bytes(b"PAR1 and then nothing")
    pd.DataFrame({"point": []}).to_parquet(results / "empty_summary" / "summary.parquet")
    for name, content in (("nothing", ""), ("list", "[]"), ("strange", '{"experiment": 1}'), ("half", "{")):
        (results / name).mkdir()
        if content:
            (results / name / "manifest.json").write_text(content)
    (results / "a_file").write_text("")
    found = {folder.name: folder.problem for folder in folders(results)}
    assert {name for name, problem in found.items() if not problem} == {*SWEEPS, "damaged", "empty_summary"}
    for name, says in {
        "unfinished": "unfinished sweep",
        "damaged": "is damaged",
        "empty_summary": "is damaged",
        "nothing": "no manifest.json",
        "list": "no manifest",
        "strange": "no manifest",
        "half": "no manifest",
        "a_file": "no such folder",
        "../results": "no such folder",
        "..": "no such folder",
        "/etc": "no such folder",
        "": "no such folder",
    }.items():
        with pytest.raises(InputError, match=says):
            open_study(results, name)
    assert folders(tmp_path / "nowhere") == []


def shown_first(library: Library, query: str) -> tuple[str, str]:
    """The folder that the tab opens with, and what it says of the experiment that is open."""
    session = Session(Served(library, library.first), query)
    box, context = solara.render(ResultsTab(session), handle_error=False)
    widgets = list(inside(box))
    folder = next((widget.value for widget in widgets if getattr(widget, "label", "") == "Folder"), "")
    texts = [getattr(widget, "unsafe_innerHTML", "") for widget in widgets]
    context.close()
    session.close()
    return folder, next((text for text in texts if "no finished results" in text), "")


def inside(widget: Any) -> Iterator[Any]:
    """All widgets in this one."""
    for child in getattr(widget, "children", ()):
        yield child
        yield from inside(child)


def test_the_tab_opens_with_what_live_plays(root: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    (tmp_path / "experiments").mkdir()
    for name, experiment in {"grid": GRID, "tipping": TIPPING, "mine": GRID}.items():
        (tmp_path / "experiments" / f"{name}.yaml").write_text(json.dumps({**experiment, "name": name}))
    # The oldest first; names of folders are the reader's own.
    for age, (folder, name, status) in enumerate(
        (("old", "grid", "done"), ("new", "grid", "done"), ("cut", "grid", "running"), ("latest", "tipping", "done"))
    ):
        shutil.copytree(root / "results" / name, results / folder)
        manifest = results / folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace('"status": "done"', f'"status": "{status}"'))
        os.utime(manifest, (age, age))
    library = Library(tmp_path)
    assert shown_first(library, "scenario=grid") == ("new", "")
    assert shown_first(library, "scenario=grid&policy.monitoring.rate=0.9") == ("new", "")
    assert shown_first(library, "scenario=tipping") == ("latest", "")
    assert shown_first(library, "scenario=grid&view.folder=old") == ("old", ""), "a link that names a folder"
    assert shown_first(library, "scenario=grid&view.folder=nowhere") == ("new", "")
    folder, says = shown_first(library, "scenario=mine")
    assert folder == "latest"
    assert "<code>oversight sweep experiments/mine.yaml</code>" in says
    assert shown_first(library, "scenario=mine&view.folder=old") == ("old", "")


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["detection_by_penalty", "policies/random_audit", "mine"])
def test_the_command_that_makes_missing_results_works(scenario: str, tmp_path: Path, command: Command) -> None:
    if scenario == "mine":
        (tmp_path / "experiments").mkdir()
        (tmp_path / "experiments" / "mine.yaml").write_text(json.dumps(GRID))
    library = Library(tmp_path)
    folder, says = shown_first(library, f"scenario={scenario}")
    assert folder == ""
    (words,) = re.findall("<code>oversight (.*)</code>", says)
    if "Scenarios" in says:
        Path(words.split()[-1]).write_text(library.scenario(scenario).text())  # what a reader downloads there
    assert command(*words.split(), "--dry-run").code == 0


def test_a_sweep_of_one_point_has_nothing_to_draw_over(tmp_path: Path) -> None:
    alone = {key: value for key, value in TIPPING.items() if key != "sweep"} | {"start": "compliant"}
    oversight.sweep(alone, out=tmp_path / "alone", workers=1)
    assert not explorable(open_study(tmp_path, "alone"))


@each
def test_a_choice_survives_in_a_link(study: Study, name: str) -> None:
    for explorer in choices(study):
        view = written(explorer.choice)
        assert all(isinstance(text, str) for text in view.values())
        assert sorted(chosen({**view, "baseline": "x"})) == sorted(view)
        assert Explorer(study, wanted(view)).choice == explorer.choice
    assert wanted({"baseline": "x"}) is None
    wild = {"measure": "x" * 200, "form": "<b>", "across": "who", "second": "-", "at.param.nothing": "1"}
    assert Explorer(study, wanted(wild)).choice == Explorer(study, wanted({"measure": ""})).choice
