"""The package from Python, as a notebook sees it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

import oversight
from oversight.policy import Chances
from oversight.policy.monitoring import Monitoring

SPEC: dict[str, Any] = {
    "name": "held",
    "policy": {
        "monitoring": {"kind": "investigation_capacity", "investigators": 20},
        "sanction": {"kind": "fixed", "amount": 0.9},
    },
    "population": [
        {"kind": "rational", "name": "labs", "size": 60, "gain": {"kind": "uniform", "low": 0, "high": 1}},
        {"kind": "rational", "name": "users", "size": 40, "gain": {"kind": "uniform", "low": 0, "high": 1}},
    ],
    "periods": 6,
}


def test_what_there_is_can_be_found() -> None:
    shown = dir(oversight)
    assert {"run", "sweep", "solve", "model", "replicate", "InputError", "Actor"} <= set(shown)
    for name in shown:
        assert getattr(oversight, name).__doc__


def test_a_name_that_there_is_not_says_so() -> None:
    with pytest.raises(AttributeError, match="'sweeep'"):
        oversight.sweeep  # noqa: B018


SWEPT = {**SPEC, "sweep": {"kind": "grid", "parameters": {"policy.sanction.amount": {"values": [0.5]}}}}
WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a value": (
        lambda: oversight.run(SPEC, {"policy.sanction.amount": -1}),
        "overrides: policy.sanction.amount: -1 is below the least allowed. It must be at least 0.",
    ),
    "a path": (lambda: oversight.solve(SPEC, {"policy.amount": 1}), "overrides: policy.amount: there is no such path"),
    "a text": (lambda: oversight.run(SPEC, ["periods"]), "overrides: `periods` is not path=value"),
    "no YAML": (lambda: oversight.run(SPEC, ["periods=["]), "overrides periods: `[` is not a YAML value"),
    "a swept value": (
        lambda: oversight.sweep(SWEPT, {"policy.sanction.amount": 1}),
        "overrides: policy.sanction.amount: is swept, so setting it would change nothing. "
        "Change its values instead: sweep.parameters.policy.sanction.amount.values=[...]",
    ),
    "a folder": (lambda: oversight.sweep(SPEC, out=""), "out: names no folder"),
    "a folder of replications": (lambda: oversight.replicate([], out=""), "out: names no folder"),
    "a plug-in": (lambda: oversight.run(SPEC, plugins=["no.py"]), "`plugins` takes a Python file or a package."),
    "a kind": (lambda: oversight.run(SPEC, {"population.labs.kind": "no:No"}), "defines it: plugins=['no.py']"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_mistakes_name_arguments(wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line they name options."""
    monkeypatch.chdir(tmp_path)
    call, says = WRONG[wrong]
    with pytest.raises(oversight.InputError) as refused:
        call()
    assert says in str(refused.value)
    assert "--" not in str(refused.value)


def test_equilibria_as_a_frame() -> None:
    found = oversight.solve(SPEC)
    table = found.to_frame()
    # x = 1 - f C / x beyond the capacity C, and 1 - f below it.
    roots = [0.1, *((1 + sign * np.sqrt(1 - 4 * 0.9 * 0.2)) / 2 for sign in (-1, 1))]
    np.testing.assert_allclose(table["misconduct_rate"], roots, atol=1e-9)
    np.testing.assert_allclose(table["misconduct_rate.labs"], roots, atol=1e-9)
    assert list(table["stable"]) == [True, False, True]
    assert table["certified"].all()
    assert "Planner's optimum" in str(found)
    assert "<table" in found._repr_html_()


def test_a_frame_of_no_equilibria_has_the_columns() -> None:
    belief = {"population.0.belief": {"kind": "own_experience", "prior_caught": 1, "prior_missed": 1}}
    table = oversight.solve(SPEC, belief).to_frame()
    assert not len(table)
    assert {"misconduct_rate", "social_cost", "stable", "certified"} <= set(table)


def test_series_have_the_rate_of_each_entry() -> None:
    done = oversight.run(SPEC, agents=True)
    for label in ("labs", "users"):
        rows = done.agents[done.agents["entry"] == label]
        np.testing.assert_allclose(done.series[f"misconduct_rate.{label}"], rows.groupby("period")["violated"].mean())
    assert "misconduct_rate" in done._repr_html_()
    assert len(repr(done)) < 2_000


def test_a_run_imports_neither_mesa_nor_pandas() -> None:
    """What a small run starts with: both take longer to import than it takes."""
    code = f"""
import sys, oversight
oversight.run({SPEC!r}).metrics
print([name for name in ("mesa", "pandas", "scipy", "networkx", "solara", "plotly") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class Timid(oversight.Actor):
    """Violates where the gain is twice the expected sanction. Source: made up for this test."""

    factor: float = 2.0
    vectorised: ClassVar[bool] = True

    def violates(self, now: Any) -> Any:
        return now.gain > self.factor * now.detection * now.sanction


class Weekly(Monitoring):
    """Inspects everybody every seventh period."""

    def chances(self, state: Any) -> Chances:
        everybody = np.full_like(state.violations, state.period % 7 == 6)
        return Chances(everybody, everybody)


AUDITED: dict[str, Any] = {
    **SPEC,
    "policy": {"monitoring": {"kind": "random_audit", "rate": 0.25}, "sanction": {"kind": "fixed", "amount": 1}},
    "population": [{"kind": Timid, "size": 2_000, "gain": {"kind": "uniform", "low": 0, "high": 1}}],
    "replicates": 2,
    "sweep": {"kind": "grid", "parameters": {"policy.monitoring.rate": {"values": [0.1, 0.25]}}},
}


@pytest.mark.parametrize("by", ["object", "name"])
def test_classes_are_handed_over_as_objects(by: str) -> None:
    """Gains U[0, 1] against 2 p s: half violate at p = .25, .8 at .1."""
    spec, given = AUDITED, ()
    if by == "name":
        kind = f"{__name__}:Timid"
        spec, given = {**AUDITED, "population": [{**AUDITED["population"][0], "kind": kind}]}, (Timid,)
    assert oversight.run(spec, actors=given).metrics["misconduct_rate"] == pytest.approx(0.5, abs=0.02)
    assert oversight.solve(spec, actors=given).equilibria[0].misconduct_rate == pytest.approx(0.5, abs=1e-6)
    held = oversight.model(spec, {"population.0.size": 10}, actors=given)
    held.step()
    assert held.agents[0].kind == f"{__name__}:Timid"
    results = oversight.sweep(spec, actors=given, workers=2)
    np.testing.assert_allclose(results.summary["metric.misconduct_rate.mean"], [0.8, 0.5], atol=0.02)


def test_kinds_of_other_seams_too() -> None:
    policy = {"monitoring": {"kind": Weekly}, "sanction": {"kind": "fixed", "amount": 1}}
    done = oversight.run({**SPEC, "policy": policy, "periods": 21})
    assert list(done.series["inspection_rate"]) == ([0.0] * 6 + [1.0]) * 3


def test_a_sweep_without_a_folder_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept = oversight.sweep(AUDITED)
    there = oversight.sweep(AUDITED, out="there")
    assert {path.name for path in tmp_path.iterdir()} == {"there"}
    pd.testing.assert_frame_equal(kept.runs(), there.runs())
    pd.testing.assert_frame_equal(kept.summary, there.summary)
    again = pickle.loads(pickle.dumps(kept))
    pd.testing.assert_frame_equal(again.runs(), kept.runs())
    assert "misconduct rate" in kept._repr_html_() or "misconduct_rate" in kept._repr_html_()


def test_results_in_long_form() -> None:
    results = oversight.sweep(AUDITED)
    table = results.tidy()
    assert list(table.columns[:4]) == ["point", "param.policy.monitoring.rate", "start", "measure"]
    row = table[(table["measure"] == "social_cost") & (table["point"] == 1)].iloc[0]
    assert row["mean"] == results.summary["metric.social_cost.mean"][1]
    assert row["ci_low"] == results.summary["metric.social_cost.ci_low"][1]
    assert len(table) == 2 * table["measure"].nunique()


def test_a_class_of_no_seam_is_refused() -> None:
    with pytest.raises(oversight.InputError, match="is no class of any seam"):
        oversight.run(SPEC, plugins=[dict])
