"""The page on Python and its notebook do what they say, and name every column of every table."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import oversight
from helpers import ROOT
from oversight.stepping import ActorAgent

PAGE = (ROOT / "docs" / "python.md").read_text()
NOTEBOOK = json.loads((ROOT / "docs" / "notebook.ipynb").read_text())
SMALL = {"periods": 6, "burn_in": 0, "replicates": 2, "population.0.size": 20}


def table_after(words: str) -> set[str]:
    """The names in the first column of the first table after these words."""
    rest = PAGE.partition(words)[2]
    rows = re.findall(r"^\| (`.*?) \|", rest[rest.index("\n| ") :].partition("\n\n")[0], re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def explained(column: str, names: set[str]) -> bool:
    patterns = (re.escape(name).replace("PATH", r".+").replace("NAME", r".+").replace("ENTRY", r".+") for name in names)
    return any(re.fullmatch(pattern, column) for pattern in patterns)


@pytest.fixture(scope="module")
def results() -> Any:
    return oversight.sweep("capacity_tipping", SMALL)


def test_every_column_of_every_table_is_explained(results: Any) -> None:
    entry = {"kind": "rational", "name": "labs", "size": 5, "traits": {"morality": {"kind": "constant", "value": 1}}}
    entry |= {name: {"kind": "constant", "value": 9} for name in ("wealth", "turnover")}
    sanction = {"kind": "escalating", "amounts": [1, 2], "suspension": 1}
    policy = {"monitoring": {"kind": "random_audit", "rate": 0.5}, "sanction": sanction}
    spec = {"name": "all", "policy": policy, "population": [entry, {**entry, "name": "users"}], "periods": 5}
    tables: dict[str, pd.DataFrame] = {
        "True).agents`": oversight.run(spec, agents=True).agents,
        "`summary.csv` and": results.summary,
        "`runs.parquet`": results.runs(),
        ".tidy()`": results.tidy(),
        "`diff.csv`": oversight.diff(results, results),
        ".to_frame()`": oversight.solve(spec, {"policy.sanction.record_lifetime": 3}).to_frame(),
    }
    for heading, table in tables.items():
        names = table_after(heading) | {"misconduct_rate.ENTRY"}
        assert len(table.columns) > 5
        assert [column for column in table if not explained(column, names)] == [], heading


def test_every_property_of_an_actor_is_explained() -> None:
    own = {name for name, member in vars(ActorAgent).items() if isinstance(member, property)}
    assert table_after("are views of the engine's arrays") == own | {"entry", "kind", "index"}


def test_the_page_runs() -> None:
    names: dict[str, Any] = {"__name__": "page"}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, names)
    assert len({row["gain"] for row in names["rows"]}) == 4
    assert len(names["table"]) == len(names["model"].agents)
    assert oversight.run(names["spec"]).metrics["misconduct_rate"] == pytest.approx(0.5, abs=0.05)


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "notebook"}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"], "clear the outputs"
            exec("".join(cell["source"]), names)
    assert not list(tmp_path.iterdir())
