"""`oversight export --xlsx`: what an analyst opens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from written import EXPERIMENT, TIPPING, swept

from helpers import Command
from oversight import InputError
from oversight.report.study import Study
from oversight.report.workbook import dictionary, write_workbook, written
from oversight.sweeps import load_results


def _sheets(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(file)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.fixture(scope="module")
def exported(trial: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    file = tmp_path_factory.mktemp("exported") / "trial.xlsx"
    assert write_workbook(trial, file) == []
    return _sheets(file)


def test_the_summary_is_there_number_by_number(trial: Path, exported: dict[str, list[tuple[Any, ...]]]) -> None:
    headings, *rows = exported["summary"]
    table = load_results(trial).summary
    assert list(headings) == list(table)
    read = pd.DataFrame(rows, columns=headings)
    for column in table.select_dtypes("number"):
        np.testing.assert_allclose(read[column].astype(float), table[column].astype(float), rtol=1e-15)


def test_policies_and_sources_are_listed(exported: dict[str, list[tuple[Any, ...]]]) -> None:
    assert ("Fine", "2\u00a0million <u>EUR</u>") in [row[1:] for row in exported["policies"]]
    (fine,) = [row for row in exported["sources and assumptions"] if row[3] == "Fine"]
    assert fine[4:] == ("2\u00a0million <u>EUR</u>", "statute", False, "Act <em>1</em>", "Read.")
    kinds = {row[5] for row in exported["sources and assumptions"][1:]}
    assert kinds == {"statute", "assumption", "swept"}


def test_the_frontier_is_a_sheet(exported: dict[str, list[tuple[Any, ...]]]) -> None:
    headings, *rows = exported["frontier"]
    assert headings[:2] == ("Inspection rate", "Sensitivity")
    assert headings[-1] == "Efficient"
    assert len(rows) == 20
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)


@pytest.mark.parametrize("experiment", [EXPERIMENT, TIPPING], ids=["trial", "both starts"])
def test_every_column_has_a_meaning(tmp_path: Path, experiment: dict[str, Any]) -> None:
    study = Study(load_results(swept(tmp_path, experiment)))
    found = {column: (meaning, unit) for column, meaning, unit in dictionary(study)}
    assert list(found) == list(study.results.columns)
    assert all(meaning for meaning, _ in found.values())
    assert found["metric.misconduct_rate.mean"][1] == "0 to 1 of opportunities"
    assert found["metric.misconduct_rate.n"][1] == ""


def test_what_excel_cannot_hold_is_left_out_and_told(
    trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written, "MAX_ROWS", 8)
    monkeypatch.setattr(written, "_AT_ONCE", 3)
    cuts = write_workbook(trial, tmp_path / "cut.xlsx")
    assert cuts[0] == "13 rows of the sheet `summary`: Excel holds 8."
    sheets = _sheets(tmp_path / "cut.xlsx")
    assert [row[0] for row in sheets["summary"]] == ["point", *range(7)]
    assert ("Left out", cuts[0]) in sheets["about"]


def test_texts_are_no_formulas_and_what_is_missing_is_blank(tmp_path: Path) -> None:
    def titled(experiment: dict[str, Any]) -> None:
        experiment["sweep"]["parameters"] = {"policy.title": {"values": ["=1+1", "@SUM(A1)"]}}
        experiment["policy"]["monitoring"]["rate"] = 0

    folder = swept(tmp_path, EXPERIMENT, titled)
    write_workbook(folder, tmp_path / "titled.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "titled.xlsx")["summary"]
    assert [(cell.value, cell.data_type) for cell in sheet["B"][1:]] == [("=1+1", "s"), ("@SUM(A1)", "s")]
    names = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, 1 + names.index("metric.sanction_precision.mean")).value is None


def test_the_command_writes_it(trial: Path, tmp_path: Path, command: Command) -> None:
    answer = command("export", str(trial), "--xlsx", "--out", str(tmp_path / "here.xlsx"))
    assert answer.code == 0, answer.err
    assert answer.out.strip() == str(tmp_path / "here.xlsx")
    assert (tmp_path / "here.xlsx").exists()


def test_without_xlsxwriter_the_remedy_is_told(trial: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(InputError, match=r"pip install 'oversight\[excel\]'"):
        write_workbook(trial, tmp_path / "none.xlsx")
