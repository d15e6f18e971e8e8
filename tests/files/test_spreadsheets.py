"""What a file says is text to a spreadsheet, never a formula."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import oversight
from helpers import EXPERIMENT, Command
from oversight.spreadsheets import to_csv

SOURCE = Path(oversight.__file__).parent


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_texts_that_begin_like_formulas_are_texts(sign: str) -> None:
    table = pd.DataFrame({"title": [f"{sign}1+1", "plain"], "number": [-1.5, 2.0], "which": [None, True]})
    read = pd.read_csv(pd.io.common.StringIO(to_csv(table) or ""), lineterminator="\n")
    assert list(read["title"]) == [f"'{sign}1+1", "plain"]
    assert list(read["number"]) == [-1.5, 2.0]


def test_a_swept_title_is_no_formula_in_the_summary(command: Command, write: Callable[..., Path]) -> None:
    axis = "policy.title: {values: ['=1+1', '@SUM(A1)']}"
    write("titled.yaml", EXPERIMENT.replace("policy.monitoring.rate: {values: [0.1, 0.5]}", axis))
    answer = command("sweep", "titled.yaml", "--workers", "1", "--out", "here")
    assert answer.code == 0, answer.err
    assert list(pd.read_csv("here/summary.csv")["param.policy.title"]) == ["'=1+1", "'@SUM(A1)"]
    assert list(pd.read_parquet("here/summary.parquet")["param.policy.title"]) == ["=1+1", "@SUM(A1)"]


def test_nothing_else_writes_csv() -> None:
    for file in SOURCE.rglob("*.py"):
        if file.name != "spreadsheets.py":
            calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Attribute)]
            assert not [node.lineno for node in calls if node.attr == "to_csv"], file
