"""A grid that grows finer where a measure crosses a value."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import oversight
from helpers import Command
from oversight.errors import ChangedExperimentError, InputError
from oversight.report import write_report
from oversight.report.line import line
from oversight.report.study import Study
from oversight.scenario import load_experiment
from oversight.scenario.designs import Lattice
from oversight.sweeps import Finished, check, run_sweep
from oversight.sweeps.crossed import Cells, sides

RATE, FINE, GAIN = "policy.monitoring.rate", "policy.sanction.amount", "population.0.gain.high"
LEVEL, DEPTH = 0.5, 3
ROW = ["point", "replicate", "start"]


def spec(refine: dict[str, Any] | None = None, sweep: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Gains U[0, 1] under announced audits: misconduct is 1 - p f, which is 50 % along p f = 0.5."""
    grid = {"parameters": {RATE: {"start": 0, "stop": 1, "num": 5}, FINE: {"start": 0, "stop": 4, "num": 5}}}
    line = {"metric": "misconduct_rate", "threshold": LEVEL, "depth": DEPTH}
    return {
        "name": "line",
        "policy": {
            "monitoring": {"kind": "random_audit", "rate": 0.5},
            "sanction": {"kind": "fixed", "amount": 1},
        },
        "population": [{"kind": "rational", "size": 20, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
        "periods": 4,
        "replicates": 3,
        "sweep": {"kind": "grid", **grid, **(sweep or {}), "refine": {**line, **(refine or {})}},
        "theory": False,
        **changes,
    }


def go(folder: Path, refine: dict[str, Any] | None = None, workers: int = 1, **changes: Any) -> Finished:
    return run_sweep(check(load_experiment(spec(refine, **changes))), folder, workers)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("line")
    go(place)
    return place


@pytest.fixture(scope="module")
def everywhere() -> pd.DataFrame:
    """The summary of the grid at its finest, all of it."""
    experiment = spec()
    axes = {RATE: {"start": 0, "stop": 1, "num": 33}, FINE: {"start": 0, "stop": 4, "num": 33}}
    return oversight.sweep(experiment | {"sweep": {"kind": "grid", "parameters": axes}}).summary


def grown(value: Callable[[int, int], list[float]], across: int, up: int) -> set[tuple[int, int]]:
    """The points of a grid of 5 x 5 settings that refines, by the rule in words: one box, with all that is in it.

    A box is looked at again whenever a point was added in it or on its sides.
    """
    whole = 2**DEPTH
    known = set(product(range(0, across, whole), range(0, up, whole)))
    boxes = [(x, y, whole) for x, y in product(range(0, across - 1, whole), range(0, up - 1, whole))]
    while True:
        split = []
        for x, y, side in boxes:
            inside = [value(a, b) for a, b in known if x <= a <= x + side and y <= b <= y + side]
            lines = np.array(inside).T
            if side > 1 and any((line < LEVEL).any() and (line >= LEVEL).any() for line in lines):
                split.append((x, y, side))
        if not split:
            return known
        for x, y, side in split:
            boxes.remove((x, y, side))
            half = side // 2
            boxes += [(x + a, y + b, half) for a, b in product((0, half), repeat=2)]
            known |= {(x + a, y + b) for a, b in product((0, half, side), repeat=2)}


@pytest.mark.parametrize("start", ["compliant", "both"])
def test_points_are_added_where_means_over_runs_lie_on_both_sides(
    start: str, tmp_path: Path, everywhere: pd.DataFrame
) -> None:
    go(tmp_path, start=start)
    results = oversight.load_results(tmp_path)
    rates, fines = np.sort(everywhere[f"param.{RATE}"].unique()), np.sort(everywhere[f"param.{FINE}"].unique())
    table = everywhere.set_index([f"param.{RATE}", f"param.{FINE}"])["metric.misconduct_rate.mean"]
    expected = grown(lambda x, y: [table[rates[x], fines[y]]], 33, 33)
    points = {(point[RATE], point[FINE]) for point in results.design}
    assert points == {(rates[x], fines[y]) for x, y in expected}
    assert len(results.design) == len(points) < len(everywhere) / 3
    # The runs are those that the whole grid would have.
    mine = results.summary[results.summary["start"] == "compliant"]
    both = mine.merge(everywhere, on=[f"param.{RATE}", f"param.{FINE}"], suffixes=("", ".there"))
    assert len(both) == len(mine)
    assert (both["metric.social_cost.mean"] == both["metric.social_cost.mean.there"]).all()


def test_theory_finds_the_line_of_the_closed_form() -> None:
    # No point of the grid lies on the line, where rounding would decide.
    results = oversight.sweep(spec({"by": "theory", "threshold": 0.45}, theory=True, replicates=1))
    found = oversight.crossings(results)
    rate, fine = found[f"param.{RATE}"], found[f"param.{FINE}"]
    # Between two points misconduct is linear in either parameter.
    np.testing.assert_allclose(rate * fine, 0.55, rtol=1e-12)
    assert set(found["along"]) == {RATE, FINE}
    along = np.where(found["along"] == RATE, rate, fine)
    assert ((found["low"] <= along) & (along <= found["high"])).all()
    steps = np.where(found["along"] == RATE, 1 / 4, 1) / 2**DEPTH
    np.testing.assert_allclose(found["high"] - found["low"], steps)
    # Every step of the finest grid that the line crosses is there.
    rates, fines = np.linspace(0, 1, 33), np.linspace(0, 4, 33)
    below = 1 - np.clip(np.multiply.outer(rates, fines), 0, 1) < 0.45
    assert (found["along"] == RATE).sum() == (below[1:] != below[:-1]).sum()
    assert (found["along"] == FINE).sum() == (below[:, 1:] != below[:, :-1]).sum()


def test_simulated_crossings_lie_near_the_closed_form() -> None:
    population = [{"kind": "rational", "size": 2000, "gain": {"kind": "uniform", "low": 0, "high": 1}}]
    results = oversight.sweep(spec(population=population, periods=10))
    found = oversight.crossings(results.in_memory())
    # 60,000 draws: a standard error of 0.002, which all points share.
    np.testing.assert_allclose(found[f"param.{RATE}"] * found[f"param.{FINE}"], LEVEL, atol=0.01)


@pytest.mark.parametrize("depth", [1, 4])
@pytest.mark.parametrize("lengths", [(4,), (3, 5), (2, 3, 2)])
def test_no_crossed_cell_is_missed(lengths: tuple[int, ...], depth: int) -> None:
    """A sphere, whose surface any cell may cut, against every cell at the finest."""
    lattice = Lattice(lengths, (True,) * len(lengths), depth)
    everywhere = lattice.settings(np.arange(lattice.size)) / (np.array(lattice.shape) - 1)
    outside = np.linalg.norm(everywhere - 0.1, axis=1)
    cells, places = Cells(lattice), lattice.grid()
    while len(new := cells.further(places, *sides(outside[places, None], 0.6))):
        assert not np.isin(new, places).any()
        places = np.concatenate([places, new])
    whole = (outside < 0.6).reshape(lattice.shape)
    inner = tuple(length - 1 for length in lattice.shape)
    corners = [
        whole[tuple(slice(step, step + length) for step, length in zip(steps, inner, strict=True))]
        for steps in product((0, 1), repeat=len(lengths))
    ]
    cut = np.argwhere(np.any(corners, axis=0) & ~np.all(corners, axis=0))
    assert len(cut)
    assert np.isin(lattice.places(cut), cells.corners[-1]).all()
    for steps in product((0, 1), repeat=len(lengths)):
        assert np.isin(lattice.places(cut + np.array(steps)), places).all()


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "runs.parquet").iterdir()}


@pytest.mark.slow
def test_workers_and_executors_grow_the_same_grid(tmp_path: Path, monkeypatch: Any) -> None:
    checked = check(load_experiment(spec({"depth": 1})))
    run_sweep(checked, tmp_path / "one", 1)
    with ThreadPoolExecutor(1) as executor:
        run_sweep(checked, tmp_path / "elsewhere", cluster=executor)
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 1)  # small as it is, let processes run it
    run_sweep(checked, tmp_path / "two", 2)
    assert parts(tmp_path / "one") == parts(tmp_path / "elsewhere") == parts(tmp_path / "two")


@pytest.mark.parametrize("which", [slice(0, 1), slice(20, 22), slice(-1, None), slice(1, None, 2), slice(10, None)])
def test_what_is_lost_is_run_again_and_nothing_else(folder: Path, which: slice) -> None:
    before = parts(folder)
    lost = sorted(before)[which]
    for name in lost:
        (folder / "runs.parquet" / name).unlink()
    (folder / "points.parquet").write_bytes(b"damaged")
    finished = go(folder)
    assert parts(folder) == before
    assert finished.simulated < finished.runs
    assert len(pd.read_parquet(folder / "points.parquet")) == len(oversight.load_results(folder).design)


@pytest.mark.parametrize("after", [1, 70, 100, 200])
def test_a_stopped_sweep_goes_on(after: int, folder: Path, tmp_path: Path) -> None:
    def stop(done: int, runs: int, left: float) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(check(load_experiment(spec())), tmp_path, 1, progress=stop)
    # It is a folder that can be compared as far as it is.
    assert oversight.diff(tmp_path, folder)["point_a"].notna().any()
    go(tmp_path)
    assert parts(tmp_path) == parts(folder)


@pytest.mark.slow
def test_what_grows_deeper_takes_on_what_is_there(folder: Path, tmp_path: Path) -> None:
    plain = spec()
    grid = {key: value for key, value in plain["sweep"].items() if key != "refine"}
    first = run_sweep(check(load_experiment(plain | {"sweep": grid})), tmp_path, 1)
    second = go(tmp_path, {"depth": DEPTH - 1})
    assert second.simulated == second.runs - first.runs > 0
    third = go(tmp_path)
    assert third.simulated == third.runs - second.runs > 0
    assert parts(tmp_path) == parts(folder)


@pytest.mark.parametrize(
    ("refine", "changes", "reason"),
    [
        ({"threshold": 0.4}, {}, r"points \(another `refine.threshold`\)"),
        ({"metric": "harm"}, {}, r"points \(another `refine.metric`\)"),
        ({"depth": DEPTH - 1}, {}, r"points \(less `refine.depth`\)"),
        ({}, {"replicates": 4}, r"points \(other replicates\)"),
        ({}, {"start": "both"}, r"points \(other starts\)"),
    ],
)
def test_nothing_that_may_lose_points_is_accepted(
    refine: dict[str, Any], changes: dict[str, Any], reason: str, folder: Path
) -> None:
    before = parts(folder)
    with pytest.raises(ChangedExperimentError, match=reason):
        go(folder, refine, **changes)
    plain = spec()
    grid = {key: value for key, value in plain["sweep"].items() if key != "refine"}
    with pytest.raises(ChangedExperimentError, match=r"points \(\d+ of \d+\) would be lost"):
        run_sweep(check(load_experiment(plain | {"sweep": grid})), folder, 1)
    assert parts(folder) == before


def other_grid(fines: list[float], **more: Any) -> dict[str, Any]:
    return {"parameters": {RATE: {"start": 0, "stop": 1, "num": 5}, FINE: {"values": fines}, **more}}


@pytest.mark.parametrize(
    "grid",
    [
        other_grid([0, 1, 2, 3, 4, 5]),
        pytest.param(other_grid([0, 1, 2, 3, 4], **{GAIN: {"values": [1, 2]}}), marks=pytest.mark.slow),
    ],
)
def test_a_grid_that_is_extended_keeps_what_was_added(grid: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "out")
    before = set(pd.read_parquet(folder / "points.parquet")["point_key"])
    go(tmp_path / "out", sweep=grid)
    assert before < set(pd.read_parquet(tmp_path / "out" / "points.parquet")["point_key"])


@pytest.mark.parametrize("fines", [[0, 1, 1.3, 2, 3, 4], [0, 1, 2, 4, 3]])
def test_a_grid_with_other_steps_is_refused(fines: list[float], folder: Path) -> None:
    before = parts(folder)
    with pytest.raises(ChangedExperimentError, match=r"points \(other steps of the grid\) would be lost"):
        go(folder, sweep=other_grid(fines))
    assert parts(folder) == before


@pytest.mark.slow
def test_nothing_is_left_beside_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What worker processes read lies in the results folder, where the next sweep clears what a killed one left."""

    def seen(done: int, runs: int, left: float) -> None:
        found.update(path.name for path in (tmp_path / "out").glob(".*"))

    found: set[str] = set()
    monkeypatch.setattr("oversight.sweeps.runner.ACTOR_PERIODS", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    run_sweep(check(load_experiment(spec({"depth": 1}))), tmp_path / "out", 2, progress=seen)
    assert {name for name in found if name.startswith(".sweep-")}
    (tmp_path / "out" / ".sweep-16.tmp").touch()
    run_sweep(check(load_experiment(spec({"depth": 1}))), tmp_path / "out", 2)
    assert not list((tmp_path / "out").glob(".sweep*"))


@pytest.mark.slow
def test_points_that_are_added_get_as_many_replicates_as_they_need(tmp_path: Path) -> None:
    until = {"metric": "misconduct_rate", "half_width": 0.04, "max": 40, "first": 5}
    go(tmp_path, {"depth": 2}, replicates={"until": until})
    results = oversight.load_results(tmp_path)
    rows = results.summary
    many = rows["metric.misconduct_rate.n"]
    half = rows["metric.misconduct_rate.ci_high"] - rows["metric.misconduct_rate.mean"]
    added = rows["point"] >= results.design.grid_size
    assert many[added].nunique() > 1
    open_ended = rows["metric.misconduct_rate.mean"] < 0.9  # above, intervals end at 1
    assert (half[open_ended & (many < 40)] <= 0.04).all()
    assert (many.isin([5, 10, 20, 40])).all()
    before = parts(tmp_path)
    for name in sorted(before)[5::2]:
        (tmp_path / "runs.parquet" / name).unlink()
    go(tmp_path, {"depth": 2}, replicates={"until": until})
    assert parts(tmp_path) == before


def test_blocks_and_words() -> None:
    """Linked numbers are halved together; what has no order has a line for each of its values."""
    sweep = {
        "parameters": {"population.0.belief": {"values": [{"kind": "announced"}, {"kind": "fixed", "value": 1}]}},
        "linked": [{RATE: {"values": [0, 0.4, 1]}, GAIN: {"values": [1, 1.4, 2]}}],
    }
    found = oversight.crossings(oversight.sweep(spec({"threshold": 0.6, "by": "theory"}, sweep, theory=True)))
    mine = found[found["param.population.0.belief"] == '{"kind": "announced"}']
    # Gains U[0, h], fine 1: misconduct is 1 - p / h, and with h = 1 + p it crosses 0.6 at p = 2/3.
    assert mine["along"].tolist() == [RATE]
    assert mine["low"].item() < 2 / 3 < mine["high"].item() == mine["low"].item() + 0.6 / 2**DEPTH
    np.testing.assert_allclose(mine[f"param.{GAIN}"], 1 + mine[f"param.{RATE}"])


POLICY: dict[str, Any] = {
    "monitoring": {"kind": "random_audit", "rate": 0.5},
    "sanction": {"kind": "escalating", "amounts": [1, 1]},
}
OTHERS: dict[str, list[Any]] = {
    "policy": [{"name": "often", **POLICY}, {"name": "more_often", **POLICY, "detector": {"sensitivity": 0.9}}],
    "policy.sanction.record_lifetime": [1, None],
    "population.0.belief": [{"kind": "announced"}, {"kind": "fixed", "value": 0.5}],
    "population.0.kind": ["rational", "imitator"],
}


@pytest.mark.parametrize("path", OTHERS)
@pytest.mark.parametrize("numbers", [[RATE], pytest.param([RATE, GAIN], marks=pytest.mark.slow)])
def test_what_is_no_number_is_named_as_in_the_summary(path: str, numbers: list[str], tmp_path: Path) -> None:
    axes = {path: {"values": OTHERS[path]}, **{number: {"values": [0.1, 1]} for number in numbers}}
    go(tmp_path, sweep={"parameters": axes}, policy=POLICY)
    results = oversight.load_results(tmp_path)
    found = oversight.crossings(results)
    cells = results.summary[f"param.{path}"].unique()
    assert len(found)
    assert found[f"param.{path}"].isin(cells).all()
    shown = found[found["along"] == RATE]
    if GAIN in numbers:
        shown = shown[shown[f"param.{GAIN}"].isin([0.1, 1])]
    crossed = line(Study(results))
    assert crossed is not None
    assert len(crossed.table.rows) == len(shown) > 0
    write_report(tmp_path)


def test_the_report_lists_crossings_of_linked_parameters(tmp_path: Path) -> None:
    linked = [{RATE: {"values": [0, 1]}, FINE: {"values": [1, 2]}}]
    go(tmp_path, sweep={"parameters": {}, "linked": linked})
    (crossing,) = oversight.crossings(oversight.load_results(tmp_path)).to_dict("records")
    assert crossing[f"param.{FINE}"] == pytest.approx(1 + crossing[f"param.{RATE}"])
    page = write_report(tmp_path).read_text()
    assert f"{crossing[f'param.{FINE}']:.6g}" in page.partition("at the crossing")[2].partition("</table>")[0]


def test_what_is_asked_of_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    results = oversight.sweep(spec({"threshold": 45}))
    assert "Nothing is refined: `misconduct_rate` lies between 0 and 1, and crosses 45 between no two" in caplog.text
    assert len(results.design) == 25
    assert oversight.crossings(results).empty
    grid = {"kind": "grid", "parameters": {RATE: {"values": [0, 1]}}}
    with pytest.raises(InputError, match="was not refined"):
        oversight.crossings(oversight.sweep(spec() | {"sweep": grid}))


def test_a_measure_that_no_run_has_refines_nothing(caplog: pytest.LogCaptureFixture) -> None:
    experiment = spec({"metric": "false_sanction_rate"}, {"parameters": {FINE: {"values": [0, 0.1]}}})
    experiment["policy"]["monitoring"]["rate"] = 0  # all violate: there is no innocent to be sanctioned
    assert len(oversight.sweep(experiment).design) == 2
    assert "Nothing is refined: `false_sanction_rate` is not known of any run at any point." in caplog.text


@pytest.mark.parametrize(
    ("refine", "sweep", "changes", "said"),
    [
        ({"metric": "misconduct"}, {}, {}, "sweep.refine.metric: `misconduct` is no measure.*mean `misconduct_rate`"),
        ({"by": "theory"}, {}, {}, "sweep.refine.by: there is no theory in this sweep.*`theory: true`"),
        ({"by": "theory", "metric": "note"}, {}, {"theory": True}, "theory has no number `note`. It has misconduct_"),
        ({"by": "theory", "metric": "social_cos"}, {}, {"theory": True}, "Did you mean `social_cost`?"),
        ({"depth": 0}, {}, {}, "sweep.refine.depth: .*at least 1"),
        ({"depth": 12}, {}, {}, "sweep.refine.depth: leads to a grid of .* places at its finest; at most 4,000,000"),
        ({}, {"parameters": {RATE: {"values": [0.5]}}}, {}, "sweep.refine: finds no parameter whose steps"),
        ({}, {"parameters": {RATE: {"values": [0, 0.5, 0.2]}}}, {}, "sweep.refine: finds no parameter whose steps"),
        (
            {},
            {"parameters": {"periods": {"values": [4, 6]}}},
            {},
            r"whole number \(at .*whole numbers must lie 8 apart\.$",
        ),
        ({}, {}, {"mark": {RATE: 0.125}}, "mark.*0.125 is none of the values swept"),
    ],
)
def test_mistakes_are_told_before_the_first_run(
    refine: dict[str, Any], sweep: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        check(load_experiment(spec(refine, sweep, **changes)))


def test_whole_numbers_are_halved_as_long_as_they_are_whole() -> None:
    sweep = {"parameters": {"population.0.size": {"values": [8, 16, 32]}, RATE: {"values": [0, 1]}}}
    design = check(load_experiment(spec(sweep=sweep))).design
    assert design.axes["population.0.size"].values == [8, 9, 10, 11, 12, 13, 14, 15, *range(16, 33, 2)]


def test_shares_are_refused_with_the_remedy(command: Command, tmp_path: Path) -> None:
    (tmp_path / "line.json").write_text(json.dumps(spec()))
    done = command("sweep", "line.json", "--out", "out", "--shard", "1/2")
    assert done.code == 2
    assert "sweep.refine: cannot be run in shares. Leave out `refine`, or leave out --shard" in done.err
    assert not (tmp_path / "out" / "shares" / "1-of-2" / "runs.parquet").exists()
    planned = command("sweep", "line.json", "--dry-run")
    assert "25 design points and those that `refine` adds: without these, 75 runs" in planned.out


def test_the_report_shows_the_line(folder: Path) -> None:
    page = write_report(folder).read_text()
    assert "Where misconduct rate crosses 50" in page
    assert "25 of the grid, and those that halving its steps up to 3 times added along the line" in page
    assert "figures, tables, counts and theory show 25, those of the grid" in page
    assert 'data-view="line"' in page


def test_the_report_over_one_parameter_draws_all_points(tmp_path: Path) -> None:
    go(tmp_path, sweep={"parameters": {RATE: {"values": [0, 0.5, 1]}}})
    page = write_report(tmp_path).read_text()
    assert "Where misconduct rate crosses 50" in page
    assert "those of the grid" not in page
