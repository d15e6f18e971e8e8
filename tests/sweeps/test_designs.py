"""Designs beside grids: linked blocks, tables of points, levers times worlds, and designs for sensitivity."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import oversight
from helpers import Command
from oversight.errors import InputError
from oversight.loading import load
from oversight.report.study import Study
from oversight.report.worlds import worlds
from oversight.scenario.designs import Morris
from oversight.sweeps import check
from oversight.sweeps.design import Design

UNIT = {"kind": "uniform", "low": 0.0, "high": 1.0}
RATE, FINE, GAIN = "policy.monitoring.rate", "policy.sanction.amount", "population.0.gain.high"


def spec(sweep: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "name": "designed",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 1.0}},
        "population": [{"kind": "rational", "size": 100, "gain": UNIT}],
        "periods": 20,
        "replicates": 2,
        "sweep": sweep,
        **changes,
    }


def points(sweep: dict[str, Any]) -> list[dict[str, Any]]:
    return list(Design(load(spec(sweep))))


# Linked


def test_linked_parameters_vary_together() -> None:
    sweep = {
        "kind": "grid",
        "parameters": {RATE: {"values": [0.1, 0.2]}},
        "linked": [{FINE: {"values": [1, 2, 3]}, GAIN: {"start": 1, "stop": 2, "num": 3}}],
    }
    assert [tuple(point.values()) for point in points(sweep)] == [
        (rate, fine, gain) for rate in (0.1, 0.2) for fine, gain in ((1, 1.0), (2, 1.5), (3, 2.0))
    ]


def test_a_grid_may_be_of_linked_blocks_alone() -> None:
    blocks = [{RATE: {"values": [0.1, 0.2]}, FINE: {"values": [1, 2]}}, {GAIN: {"values": [1, 2, 3]}}]
    found = points({"kind": "grid", "linked": blocks})
    assert len(found) == 6
    assert found[1] == {RATE: 0.1, FINE: 1, GAIN: 2}


@pytest.mark.parametrize(
    ("sweep", "message"),
    [
        ({"kind": "grid"}, r"sweep\.parameters: is empty"),
        (
            {"kind": "grid", "linked": [{RATE: {"values": [0.1, 0.2]}, FINE: {"values": [1]}}]},
            r"sweep\.linked\.0\.policy\.sanction\.amount: has 1 values, and `policy\.monitoring\.rate`.* has 2",
        ),
        (
            {"kind": "grid", "parameters": {RATE: {"values": [0.1]}}, "linked": [{RATE: {"values": [0.1]}}]},
            r"sweep\.linked\.0\.policy\.monitoring\.rate: is swept twice",
        ),
        (
            {"kind": "nested", "levers": {RATE: {"values": [0.1]}}, "uncertain": {RATE: UNIT}, "worlds": 3},
            r"sweep\.uncertain\.policy\.monitoring\.rate: is a lever already",
        ),
        (
            {"kind": "morris", "trajectories": 4, "levels": 5, "parameters": {RATE: UNIT}},
            r"sweep\.levels: 5 is odd.*even",
        ),
    ],
)
def test_designs_that_contradict_themselves_are_refused(sweep: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load(spec(sweep))


def test_too_many_points_for_any_memory_are_counted() -> None:
    axis = {"start": 0, "stop": 1, "num": 100_000}
    source = load(spec({"kind": "grid", "parameters": {RATE: axis, FINE: axis}}))
    with pytest.raises(InputError, match="10,000,000,000 design points; at most 100,000,000"):
        Design(source)


def test_mistakes_in_a_linked_block_have_its_line(command: Command, tmp_path: Path) -> None:
    sweep = {"kind": "grid", "linked": [{RATE: {"values": [0.1, 1.2]}, FINE: {"values": [1, 2]}}]}
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump(spec(sweep), sort_keys=False))
    line = next(n for n, text in enumerate((tmp_path / "bad.yaml").read_text().splitlines(), 1) if f"- {RATE}" in text)
    answer = command("sweep", "bad.yaml")
    assert answer.code == 2
    assert f"bad.yaml:{line}" in answer.err
    assert "1.2 is above the most allowed" in answer.err


def test_a_report_of_linked_parameters_draws_them_as_one(tmp_path: Path) -> None:
    blocks = [{FINE: {"values": [1, 2, 3]}, GAIN: {"values": [1, 1.5, 2]}}]
    sweep = {"kind": "grid", "parameters": {RATE: {"values": [0.1, 0.2]}}, "linked": blocks}
    study = Study(oversight.sweep(spec(sweep), out=tmp_path / "out"))
    assert [axis.path for axis in study.axes] == [RATE, FINE]
    assert "gain: highest 1.5" in study.place({f"param.{RATE}": 0.1, f"param.{FINE}": 2.0, f"param.{GAIN}": 1.5})


# Tables


def write(folder: Path, text: str, name: str = "points.csv") -> Path:
    (folder / name).write_text(text)
    file = folder / "table.yaml"
    file.write_text(yaml.safe_dump(spec({"kind": "list", "points": {"file": name}}), sort_keys=False))
    return file


def test_points_come_from_a_csv_table(tmp_path: Path) -> None:
    file = write(tmp_path, f"{RATE},{FINE},policy.sanction.suspension\n0.1,2,\n.4,1.5,3\n1e-1,,0\n")
    assert list(Design(load(file))) == [
        {RATE: 0.1, FINE: 2},
        {RATE: 0.4, FINE: 1.5, "policy.sanction.suspension": 3},
        {RATE: 0.1, "policy.sanction.suspension": 0},
    ]


def test_points_come_from_a_parquet_table(tmp_path: Path) -> None:
    table = pd.DataFrame({RATE: [0.1, 0.4], FINE: [2.0, None]})
    table.to_parquet(tmp_path / "points.parquet")
    file = write(tmp_path, "", "other.csv")
    file.write_text(file.read_text().replace("other.csv", "points.parquet"))
    assert list(Design(load(file))) == [{RATE: 0.1, FINE: 2.0}, {RATE: 0.4}]


def test_a_table_gives_the_rows_that_writing_it_out_gives(tmp_path: Path) -> None:
    written = {"kind": "list", "points": [{RATE: 0.1, FINE: 2}, {RATE: 0.4, FINE: 0.5}]}
    file = write(tmp_path, f"{RATE},{FINE}\n0.1,2\n0.4,0.5\n")
    assert oversight.sweep(file).runs().equals(oversight.sweep(spec(written)).runs())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{RATE}\n0.1\n0.2\n1.5\n", ["points.csv:4", "1.5 is above the most allowed"]),
        (f"{RATE}\n0.1\nmany\n", ["points.csv:3", "'many' is not a number"]),
        ("policy.monitoring.rat\n0.1\n", ["points.csv:2", "Did you mean `policy.monitoring.rate`?"]),
        (f"{RATE}\n", ["has no rows"]),
        (f"{RATE},{FINE}\n0.1\n", ["line 2 has another number of cells"]),
        (None, ["there is no file `points.csv`"]),
    ],
)
def test_mistakes_in_a_table_have_its_line(command: Command, tmp_path: Path, text: str | None, says: list[str]) -> None:
    write(tmp_path, text or "")
    if text is None:
        (tmp_path / "points.csv").unlink()
    answer = command("sweep", "table.yaml")
    assert answer.code == 2
    for part in says:
        assert part in answer.err


def test_a_table_of_a_spreadsheet_may_begin_with_its_encoding(tmp_path: Path) -> None:
    file = write(tmp_path, f"\ufeff{RATE}\n0.1\n")
    assert list(Design(load(file))) == [{RATE: 0.1}]


def test_a_table_in_another_encoding_has_the_line(command: Command, tmp_path: Path) -> None:
    write(tmp_path, "")
    (tmp_path / "points.csv").write_bytes(f"{RATE},policy.title\n0.1,plain\n0.2,caf\u00e9\n".encode("latin-1"))
    answer = command("sweep", "table.yaml")
    assert answer.code == 2
    assert "points.csv:3: holds the byte 0xE9, which is not UTF-8. Save it as UTF-8." in answer.err


@pytest.mark.parametrize(
    ("sweep", "says"),
    [
        ({"kind": "grid", "parameters": {RATE: {"values": [0.1]}}}, f"sweep.parameters.{RATE}.values=[...]"),
        ({"kind": "grid", "linked": [{RATE: {"values": [0.1]}}]}, f"sweep.linked.0.{RATE}.values=[...]"),
        ({"kind": "sobol", "points": 4, "parameters": {RATE: UNIT}}, f"sweep.parameters.{RATE}...."),
        ({"kind": "list", "points": [{RATE: 0.1}]}, "sweep.points=[...]"),
    ],
)
def test_setting_what_is_swept_is_answered_with_what_changes_it(sweep: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        check(load(spec(sweep), {RATE: 0.3}))
    assert "would change nothing" in str(refused.value)
    assert says in str(refused.value)


# Worlds

NESTED = {
    "kind": "nested",
    "levers": {RATE: {"values": [0.1, 0.5, 0.9]}, FINE: {"values": [1, 2]}},
    "uncertain": {GAIN: {"kind": "uniform", "low": 1, "high": 3}},
    "worlds": 8,
}


def test_every_setting_meets_the_same_worlds() -> None:
    found = pd.DataFrame(points(NESTED))
    assert len(found) == 3 * 2 * 8
    worlds_met = found.groupby([RATE, FINE])[GAIN].apply(tuple)
    assert worlds_met.nunique() == 1
    assert sorted(((np.array(worlds_met.iloc[0]) - 1) / 2 * 8).astype(int)) == list(range(8))


def test_a_report_says_what_settings_come_to_over_the_worlds(tmp_path: Path) -> None:
    """Misconduct is 1 - p f / b at gains U[0, b]: the strongest setting costs least in every world."""
    results = oversight.sweep(spec(NESTED, periods=200), out=tmp_path / "out")
    study = Study(results)
    assert study.worlds == 8
    assert [axis.path for axis in study.axes] == [RATE, FINE]
    table = study.tidy("misconduct_rate")
    assert len(table) == 6
    by_hand = results.summary.groupby([f"param.{RATE}", f"param.{FINE}"])["metric.misconduct_rate.mean"].mean()
    assert table["value"].tolist() == pytest.approx(by_hand.tolist())
    assert (table["low"] < table["value"]).all()
    shown = worlds(study)
    assert shown is not None
    assert shown.rows[0][:2] == ["90\u00a0%", "2"]
    assert shown.rows[0][-1] == "100\u00a0% of worlds"
    assert "8 worlds" in (tmp_path / "out" / "report.html").read_text()


# Sensitivity


def test_a_saltelli_design_is_two_samples_and_their_exchanges() -> None:
    found = np.array(
        [
            list(point.values())
            for point in points({"kind": "saltelli", "points": 8, "parameters": {RATE: UNIT, FINE: UNIT}})
        ]
    )
    first, by_rate, by_fine, second = found.reshape(8, 4, 2).transpose(1, 0, 2)
    np.testing.assert_array_equal(by_rate, np.column_stack([second[:, 0], first[:, 1]]))
    np.testing.assert_array_equal(by_fine, np.column_stack([first[:, 0], second[:, 1]]))


def test_a_morris_design_takes_one_step_at_a_time_between_middles() -> None:
    found = np.array(
        [
            list(point.values())
            for point in points({"kind": "morris", "trajectories": 5, "parameters": {RATE: UNIT, FINE: UNIT}})
        ]
    )
    assert set(np.round(found.ravel() * 8).astype(int)) <= {1, 3, 5, 7}
    steps = np.diff(found.reshape(5, 3, 2), axis=1)
    assert ((steps != 0).sum(axis=2) == 1).all()


def test_sobol_indices_of_the_chance_and_the_fine() -> None:
    """Misconduct is 1 - p f with p, f on [0, 1]: 3/7 of its variance by each alone, 4/7 in total."""
    sweep = {"kind": "saltelli", "points": 512, "parameters": {RATE: UNIT, FINE: UNIT}}
    results = oversight.sweep(spec(sweep, periods=1, replicates=1))
    found = oversight.sensitivity_indices(results, theory=True)
    assert found["parameter"].tolist() == [RATE, FINE]
    assert (abs(found["first"] - 3 / 7) < found["first_half"]).all()
    assert (abs(found["total"] - 4 / 7) < found["total_half"]).all()
    assert (found["first_half"] < 0.15).all()


@pytest.mark.slow
def test_sobol_indices_by_simulation() -> None:
    sweep = {"kind": "saltelli", "points": 4096, "parameters": {RATE: UNIT, FINE: UNIT}}
    experiment = spec(sweep, periods=100, replicates=1, theory=False)
    experiment["population"][0]["size"] = 1_000
    found = oversight.sensitivity_indices(oversight.sweep(experiment))
    assert found["first"].tolist() == pytest.approx([3 / 7] * 2, abs=0.02)
    assert found["total"].tolist() == pytest.approx([4 / 7] * 2, abs=0.02)


def test_elementary_effects_are_those_of_the_whole_range() -> None:
    """1 - p f changes by f over the whole range of p, which is 1/2 on average over the strata's middles."""
    design = Morris(kind="morris", trajectories=400, parameters={RATE: UNIT, FINE: UNIT})
    places = np.column_stack([axis.values for axis in design.axes().values()])
    found = design.indices(1 - places[:, 0] * places[:, 1])
    assert found["effect"].tolist() == pytest.approx([0.5, 0.5], abs=0.03)


def test_what_does_not_move_hangs_on_nothing() -> None:
    sweep = {"kind": "saltelli", "points": 8, "parameters": {RATE: UNIT, FINE: UNIT}}
    results = oversight.sweep(spec(sweep))
    assert oversight.sensitivity_indices(results, "false_sanction_rate")["first"].isna().all()
    with pytest.raises(InputError, match="no measure `misconduct`"):
        oversight.sensitivity_indices(results, "misconduct")
    plain = oversight.sweep(spec({"kind": "grid", "parameters": {RATE: {"values": [0.1]}}}))
    with pytest.raises(InputError, match="kind: saltelli"):
        oversight.sensitivity_indices(plain)


def test_a_report_says_what_results_hang_on(tmp_path: Path) -> None:
    sweep = {"kind": "saltelli", "points": 16, "parameters": {RATE: UNIT, FINE: UNIT}}
    oversight.sweep(spec(sweep), out=tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    assert "What it hangs on" in page
    assert "Share of variance by it alone" in page


def test_without_salib_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "SALib", None)
    source = load(spec({"kind": "saltelli", "points": 8, "parameters": {RATE: UNIT}}))
    with pytest.raises(InputError, match=r"pip install 'oversight\[sensitivity\]'"):
        Design(source)
