"""Designs that are samples of the ranges of uncertain numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.stats import lognorm, qmc

import oversight
from helpers import Command
from oversight.errors import InputError
from oversight.loading import load
from oversight.report.study import Study
from oversight.report.views import view_of
from oversight.sweeps.design import Design

UNIT = {"kind": "uniform", "low": 0.0, "high": 1.0}
RATE, FINE = "policy.monitoring.rate", "policy.sanction.amount"


def spec(design: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "name": "sampled",
        "policy": {"monitoring": {"kind": "random_audit", "rate": 0.2}, "sanction": {"kind": "fixed", "amount": 1.0}},
        "population": [{"kind": "rational", "size": 1_000, "gain": UNIT}],
        "periods": 20,
        "replicates": 2,
        "sweep": {"parameters": {RATE: UNIT, FINE: UNIT}, **design},
        **changes,
    }


def points(design: dict[str, Any]) -> np.ndarray[Any, Any]:
    return np.array([list(point.values()) for point in Design(load(spec(design)))])


def test_a_latin_hypercube_has_one_point_in_each_stratum() -> None:
    found = points({"kind": "latin_hypercube", "points": 37, "seed": 5})
    for axis in found.T:
        assert sorted((axis * 37).astype(int)) == list(range(37))
    assert not np.array_equal(found, points({"kind": "latin_hypercube", "points": 37, "seed": 6}))


def test_a_sobol_design_is_scipys() -> None:
    found = points({"kind": "sobol", "points": 64, "seed": 11})
    np.testing.assert_array_equal(found, qmc.Sobol(2, scramble=True, rng=np.random.default_rng(11)).random(64))


def test_a_distribution_is_met_at_its_quantiles() -> None:
    gains = {"kind": "lognormal", "mu": 0.3, "sigma": 0.5}
    found = points({"kind": "latin_hypercube", "points": 50, "parameters": {FINE: gains}})[:, 0]
    ranks = lognorm(0.5, scale=np.exp(0.3)).cdf(found)
    assert sorted((ranks * 50).astype(int)) == list(range(50))


def test_misconduct_is_one_minus_the_chance_times_the_fine() -> None:
    """Gains U[0, 1]: 1 - p f. Its first-order Sobol index is 3/7 for both, by the regression on either."""
    results = oversight.sweep(spec({"kind": "sobol", "points": 128}), out=None, workers=1)
    table = results.summary
    p, f = table[f"param.{RATE}"].to_numpy(), table[f"param.{FINE}"].to_numpy()
    np.testing.assert_allclose(table["theory.misconduct_rate"], 1 - p * f, atol=1e-9)
    simulated = table["metric.misconduct_rate.mean"].to_numpy()
    assert np.abs(simulated - (1 - p * f)).max() < 5 * np.sqrt(0.25 / 40_000)
    for axis in (p, f):
        # E[1 - p f | p] is linear in p, so that the index is the squared correlation.
        assert np.corrcoef(axis, simulated)[0, 1] ** 2 == pytest.approx(3 / 7, abs=0.02)


@pytest.mark.slow
def test_a_design_is_the_same_each_time_and_nothing_is_run_again(tmp_path: Path) -> None:
    asked = spec({"kind": "sobol", "points": 16})
    one = oversight.sweep(asked, out=tmp_path / "one", workers=1)
    assert one.runs().equals(oversight.sweep(asked, out=None, workers=1).runs())
    again = oversight.sweep(asked, out=tmp_path / "one", workers=1)
    assert again.manifest["simulated_runs"] == 0
    longer = oversight.sweep(asked, {"sweep.points": 32, "replicates": 3}, out=tmp_path / "one", workers=1)
    assert longer.manifest["simulated_runs"] == 32 * 3 - 16 * 2  # a Sobol sequence goes on where it ended


def test_a_number_of_points_that_is_no_power_of_two_is_told(
    command: Command, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "uneven.yaml").write_text(yaml.safe_dump(spec({"kind": "sobol", "points": 60})))
    answer = command("sweep", "uneven.yaml", "--dry-run")
    assert answer.code == 0
    assert "60 is no power of two" in caplog.text
    assert "32 or 64 points" in caplog.text


def test_a_range_that_is_too_wide_is_told_once_and_before_any_run(command: Command, tmp_path: Path) -> None:
    wide = {"kind": "sobol", "points": 16, "parameters": {RATE: {"kind": "uniform", "low": 0.0, "high": 2.0}}}
    text = yaml.safe_dump(spec(wide))
    (tmp_path / "wide.yaml").write_text(text)
    answer = command("sweep", "wide.yaml")
    line = text[: text.index(f"{RATE}:")].count("\n") + 1
    assert answer.code == 2
    assert answer.err.startswith(f"error: wide.yaml:{line}: {RATE}: ")
    assert answer.err.count("error:") == 1
    assert "It must be at most 1" in answer.err
    assert not (tmp_path / "results").exists()


def test_nothing_drawn_can_be_marked_or_set() -> None:
    with pytest.raises(InputError, match="is drawn from a distribution, so that no value of it can be marked"):
        load(spec({"kind": "sobol", "points": 16}, mark={RATE: 0.5}))
    with pytest.raises(InputError, match="Change its distribution instead"):
        oversight.sweep(spec({"kind": "sobol", "points": 16}), {RATE: 0.5}, out=None)


def test_the_report_draws_the_points_over_each_number() -> None:
    study = Study(oversight.sweep(spec({"kind": "latin_hypercube", "points": 12}), out=None, workers=1))
    view = view_of(study, "main", ["misconduct_rate"])
    assert [selector.title for selector in view.selectors] == ["Over"]
    for place, path in enumerate((RATE, FINE)):
        (panel,) = view.panels[str(place)]
        (dots,) = panel.figure.data
        x = study.parameter(path).shown(study.summary[f"param.{path}"])
        np.testing.assert_allclose(dots.x, x)
        np.testing.assert_allclose(dots.y, 100 * study.summary["metric.misconduct_rate.mean"])
