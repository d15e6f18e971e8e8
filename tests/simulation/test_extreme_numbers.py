"""Numbers as extreme as files may hold: no warning, no infinity; and what is beyond them, or contradicts, refused."""

from __future__ import annotations

import warnings
from math import isinf
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import oversight
from extremes import Pick, extreme_experiment
from oversight.errors import InputError, Mistake, Problem
from oversight.scenario import load_experiment

ENTRY: dict[str, Any] = {"kind": "rational", "size": 5}
AUDITS: dict[str, Any] = {"kind": "random_audit", "rate": 0.2}


def refused(entry: Any = ENTRY, monitoring: Any = AUDITS, sanction: Any = None) -> Problem:
    policy = {"monitoring": monitoring, "sanction": sanction or {"kind": "fixed", "amount": 2}}
    with pytest.raises(InputError) as caught:
        load_experiment({"name": "x", "policy": policy, "population": [entry]})
    (problem,) = caught.value.problems
    return problem


def held(pick: Pick, trains: bool = False) -> None:
    """What `pick` makes is refused with paths, or runs and is solved without a warning or an infinite measure."""
    spec = extreme_experiment(pick, trains)
    try:
        load_experiment(spec)
    except InputError as error:
        assert all(problem.path for problem in error.problems)  # noqa: PT017
        assume(False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metrics = oversight.run(spec).metrics
        solution = oversight.solve(spec)
    assert not [name for name, value in metrics.items() if isinf(value)]
    assert solution.equilibria or solution.not_covered or solution.notes


WITHOUT_SHRINKING = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    derandomize=True,
)


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=12)
@given(st.data())
def test_extreme_files_run_and_are_solved_without_a_warning(data: st.DataObject) -> None:
    held(lambda several: data.draw(st.sampled_from(list(several))))


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=30)
@given(st.data())
def test_many_extreme_files_run_and_are_solved_without_a_warning(data: st.DataObject) -> None:
    held(lambda several: data.draw(st.sampled_from(list(several))))


@pytest.mark.slow
@settings(WITHOUT_SHRINKING, max_examples=12)
@given(st.data())
def test_extreme_training_runs_and_is_solved_without_a_warning(data: st.DataObject) -> None:
    held(lambda several: data.draw(st.sampled_from(list(several))), trains=True)


@pytest.mark.parametrize("size", [1.1e40, 1e300, -1e300, 1e-41, -1e-300, 5e-324])
def test_numbers_that_formulas_cannot_work_with_are_refused(size: float) -> None:
    problem = refused({**ENTRY, "gain": {"kind": "constant", "value": size}})
    assert problem.path == "population.0.gain.value"
    assert "1e+40" in problem.remedy or "1e-40" in problem.remedy


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"gain": {"kind": "lognormal", "mu": 1e6, "sigma": 1}}, "gain.mu"),
        ({"gain": {"kind": "lognormal", "mu": -1e6, "sigma": 1}}, "gain.mu"),
        ({"gain": {"kind": "lognormal", "mu": 50, "sigma": 6}}, "gain.sigma"),
        ({"gain": {"kind": "lognormal", "mu": 0, "sigma": 1e30}}, "gain.sigma"),
        ({"harm": {"kind": "pareto", "minimum": 1, "shape": 0.1}}, "harm.shape"),
        ({"harm": {"kind": "pareto", "minimum": 1e38, "shape": 2}}, "harm.shape"),
    ],
)
def test_distributions_whose_values_are_beyond_numbers_are_refused(entry: dict[str, Any], path: str) -> None:
    problem = refused({**ENTRY, **entry})
    assert (problem.path, problem.mistake) == (f"population.0.{path}", Mistake.OUT_OF_BOUNDS)


def test_a_mean_that_is_written_as_that_of_the_logarithm_is_told_what_that_is() -> None:
    problem = refused({**ENTRY, "gain": {"kind": "lognormal", "mu": 1_000_000, "sigma": 1}})
    assert problem.message == "is too far from zero: it is the mean of the logarithm; of 1e+06 it is 13.8"


@pytest.mark.parametrize(
    ("monitoring", "path"),
    [
        (
            {"kind": "crackdown", "threshold": 5, "investigators_low": 9, "investigators_high": 2},
            "policy.monitoring.investigators_high",
        ),
        (
            {"kind": "record_based", "base_rate": 0.5, "rate_per_record": 0.1, "max_rate": 0.2},
            "policy.monitoring.base_rate",
        ),
    ],
)
def test_policies_that_contradict_themselves_are_refused(monitoring: dict[str, Any], path: str) -> None:
    assert refused(monitoring=monitoring).path == path


@pytest.mark.parametrize(
    ("kind", "key", "number"),
    [("prospect", "gain_curvature", 3), ("prospect", "loss_weighting", 1e-3), ("prospect", "gain_weighting", 1e3)],
)
def test_exponents_have_bounds_of_their_own(kind: str, key: str, number: float) -> None:
    assert refused({"kind": kind, "size": 5, key: number}).path == f"population.0.{key}"


@pytest.mark.parametrize("coefficient", [-1000, -5, 0.5, 5, 1000, 1e40])
@pytest.mark.parametrize(("gain", "violates"), [(0.5, True), (0.0001, False)])
def test_any_relative_risk_aversion_decides(coefficient: float, gain: float, violates: bool) -> None:
    """Wealth 1 and a gain: worth it at any aversion where nobody is fined, and at none where the fine is sure."""
    rate = 0 if violates else 1
    spec = {
        "name": "x",
        "policy": {"monitoring": {"kind": "random_audit", "rate": rate}, "sanction": {"kind": "fixed", "amount": 0.9}},
        "population": [
            {
                "kind": "risk_averse",
                "form": "crra",
                "coefficient": coefficient,
                "size": 5,
                "gain": {"kind": "constant", "value": gain},
                "wealth": {"kind": "constant", "value": 1},
            }
        ],
        "periods": 3,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert oversight.run(spec).metrics["misconduct_rate"] == violates
        (only,) = oversight.solve(spec).equilibria
    assert only.misconduct_rate == violates
